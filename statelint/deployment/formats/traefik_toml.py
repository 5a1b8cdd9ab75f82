"""Traefik's files as TOML: the whole file is one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.model import Format, Part, Text

SIGNS = re.compile(r"^[ \t]*\[+\s*(http|tcp)\.(services|routers)\b|^[ \t]*\[backends\b", re.MULTILINE | re.IGNORECASE)


def recognise(path: str, text: str) -> bool:
    """Tables of its dynamic configuration, or of version 1."""
    return path.endswith((".toml", ".j2", ".tmpl")) and SIGNS.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """One object."""
    from statelint.deployment.toml_tree import toml_settings

    yield Part("configuration", "", tuple(toml_settings(text)))


FORMAT = Format("traefik-toml", recognise, parse, assigns=" = ")
