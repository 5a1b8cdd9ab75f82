"""Files of sections with keys and values: units of systemd, programs of supervisor, uWSGI."""

from __future__ import annotations

import msgspec

from statelint.deployment.commands import value_of
from statelint.deployment.model import Setting, Text
from statelint.deployment.templates import source_of

COMMENTS = ("#", ";")
FOREIGN_SUFFIXES = (".yaml", ".yml", ".json", ".toml")  # of files that have no such sections


class Section(msgspec.Struct):
    """`[name]` and what it says; keys in lower case."""

    name: str
    settings: list[Setting]


def sections(text: Text, inner_comments: str = "") -> list[Section]:
    """The sections of a file; a backslash at its end continues a line, and `inner_comments` after a blank end it."""
    found: list[Section] = []
    lines = source_of(text).split("\n")
    at = 0
    while at < len(lines):
        line, number = lines[at].rstrip("\r"), at + 1
        at += 1
        while line.endswith("\\") and at < len(lines):
            line = f"{line[:-1]} {lines[at].strip()}"
            at += 1
        shown = _without_comment(line, inner_comments).strip()
        if not shown or shown.startswith(COMMENTS):
            continue
        if shown[0] == "[" and shown.endswith("]"):
            found.append(Section(shown[1:-1].strip(), []))
        elif found and (setting := _setting(text, shown, number)) is not None:
            found[-1].settings.append(setting)
    return found


def _without_comment(line: str, signs: str) -> str:
    found = [at for sign in signs if (at := line.find(f" {sign}")) >= 0]
    return line[: min(found)] if found else line


def _setting(text: Text, shown: str, number: int) -> Setting | None:
    name, sign, value = shown.partition("=")
    if not sign or not name.strip():
        return None
    raw = text.lines[number - 1]
    first = len(raw) - len(raw.lstrip()) + 1
    value, decided_by = value_of(value.strip()) if " " not in value.strip() else (value.strip(), "")
    return Setting((name.strip().lower(),), value, text.place(number, first, number, len(raw.rstrip()) + 1), decided_by)
