"""Fly.io's `fly.toml`: the whole file is one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.model import Format, Part, Text

APP = re.compile(r"^[ \t]*app\s*=", re.MULTILINE)
SIGNS = re.compile(r"^[ \t]*\[+\s*(http_service|services|mounts|vm|processes|build|deploy)\b", re.MULTILINE)


def recognise(path: str, text: str) -> bool:
    """The name of an app and a table that only Fly has."""
    name = path.rpartition("/")[2]
    return name.endswith(".toml") and APP.search(text) is not None and SIGNS.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """One object."""
    from statelint.deployment.toml_tree import toml_settings

    yield Part("app", "", tuple(toml_settings(text)))


FORMAT = Format("fly", recognise, parse)
