"""Nomad's jobs: one object for each group."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from statelint.deployment.commands import command_settings, mount_setting, script_tokens
from statelint.deployment.model import Format, Part, Path, Runs, Setting, Text

JOB = re.compile(r"^\s*job\s+\"", re.MULTILINE)
GROUP = 2  # keys of a group: `group`, its name


def recognise(path: str, text: str) -> bool:
    """A job."""
    return path.endswith((".nomad", ".hcl", ".nomad.j2", ".hcl.j2")) and JOB.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The groups of the jobs."""
    from statelint.deployment.hcl import blocks

    for block in blocks(text):
        if block.words[:1] != ("job",):
            continue
        groups: dict[Path, list[Setting]] = {}
        for one in block.settings:
            if one.path[0].partition("#")[0] == "group" and len(one.path) > GROUP:
                inner = msgspec.structs.replace(one, path=one.path[GROUP:])
                groups.setdefault(one.path[:GROUP], []).append(inner)
        for path, settings in groups.items():
            images = tuple(one.value for one in settings if one.path[-1] == "image" and one.value)
            everything = (*settings, *_commands(settings), *_mounts(settings))
            yield Part("group", path[1], everything, (path[1], *images), (), 0, Runs(images))


def _commands(settings: list[Setting]) -> Iterator[Setting]:
    words = [one for one in settings if one.value and one.path[-2:] == ("config", "command")]
    words += [one for one in settings if one.value and one.path[-3:-1] == ("config", "args")]
    yield from command_settings([[token for one in words for token in script_tokens(one.value or "", one.place)]])


def _mounts(settings: list[Setting]) -> Iterator[Setting]:
    """`volume_mount` of a task names a volume of its group."""
    values = {one.path: one for one in settings}
    for one in settings:
        if one.path[-1] != "destination" or not one.path[-2].startswith("volume_mount") or not one.value:
            continue
        name = values.get((*one.path[:-1], "volume"))
        volume = next((path for path in values if path[:1] == ("volume",) and name and path[1:2] == (name.value,)), ())
        kind = values.get((*volume[:2], "type"))
        if kind is not None and kind.value:
            yield mount_setting(one.value, kind.value, name.value or "" if name else "", kind.place)


FORMAT = Format("nomad", recognise, parse, assigns=" = ")
