"""Fly.io's `fly.toml`: the whole file is one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.commands import command_settings, mount_setting, script_tokens
from statelint.deployment.folders import folder_of
from statelint.deployment.model import Format, Part, Runs, Setting, Text

APP = re.compile(r"^[ \t]*app\s*=", re.MULTILINE)
SIGNS = re.compile(r"^[ \t]*\[+\s*(http_service|services|mounts|vm|processes|build|deploy)\b", re.MULTILINE)


def recognise(path: str, text: str) -> bool:
    """The name of an app and a table that only Fly has."""
    name = path.rpartition("/")[2]
    return name.endswith(".toml") and APP.search(text) is not None and SIGNS.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """One object."""
    from statelint.deployment.toml_tree import toml_settings

    settings = tuple(toml_settings(text))
    images = tuple(one.value for one in settings if one.path == ("build", "image") and one.value)
    words = [list(script_tokens(one.value, one.place)) for one in settings if one.value and one.path[0] == "processes"]
    everything = (*settings, *command_settings(words), *_mounts(settings))
    runs = Runs(images, None if images else folder_of(text.path))
    yield Part("app", "", everything, images, (), 0, runs)


def _mounts(settings: tuple[Setting, ...]) -> Iterator[Setting]:
    """`[mounts]` and `[[mounts]]`, as far as they are for a process that serves."""
    values = {one.path: one.value for one in settings}
    for one in settings:
        if one.path[0] != "mounts" or one.path[-1] != "source":
            continue
        base = one.path[:-1]
        processes = [one for path, one in values.items() if path[:-1] == (*base, "processes")]
        if not processes or "app" in processes or "web" in processes:
            yield mount_setting(values.get((*base, "destination")) or "/", "volume", one.value or "", one.place)


FORMAT = Format("fly", recognise, parse, assigns=" = ")
