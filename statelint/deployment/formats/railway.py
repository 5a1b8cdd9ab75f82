"""Railway's `railway.json` and `railway.toml`: one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.commands import command_settings, script_tokens
from statelint.deployment.folders import folder_of
from statelint.deployment.model import Format, Part, Runs, Setting, Text

NAMES = re.compile(r"(^|/)railway\.(json|toml)$")
COMMAND = ("deploy", "startCommand")


def recognise(path: str, text: str) -> bool:
    """By name."""
    return NAMES.search(path) is not None and bool(text)


def parse(text: Text) -> Iterator[Part]:
    """One object."""
    settings = tuple(_settings(text))
    words = [list(script_tokens(one.value, one.place)) for one in settings if one.path == COMMAND and one.value]
    yield Part("service", "", (*settings, *command_settings(words)), (), (), 0, Runs((), folder_of(text.path)))


def _settings(text: Text) -> Iterator[Setting]:
    if text.path.endswith(".toml"):
        from statelint.deployment.toml_tree import toml_settings

        yield from toml_settings(text)
        return
    from statelint.deployment.trees import settings_of

    yield from settings_of(text)


FORMAT = Format("railway", recognise, parse)
