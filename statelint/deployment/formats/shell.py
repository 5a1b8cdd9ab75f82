"""Scripts for a shell that start a server: one object, with a command for each line."""

from __future__ import annotations

from collections.abc import Iterator

from statelint.deployment.commands import Token, command_settings, script_tokens
from statelint.deployment.model import Format, Part, Runs, Text
from statelint.deployment.templates import source_of

COMMENT = "#"


def recognise(path: str, text: str) -> bool:
    """By its suffix."""
    return path.endswith(".sh") and bool(text)


def parse(text: Text) -> Iterator[Part]:
    """The commands; a backslash at its end continues a line."""
    lines = source_of(text).split("\n")
    commands: list[list[Token]] = []
    at = 0
    while at < len(lines):
        first, joined = at, lines[at].strip()
        at += 1
        while joined.endswith("\\") and at < len(lines):
            joined = f"{joined[:-1]} {lines[at].strip()}"
            at += 1
        if joined and not joined.startswith(COMMENT):
            place = text.place(first + 1, 1, first + 1, len(lines[first].rstrip()) + 1)
            commands.append(list(script_tokens(joined, place)))
    yield Part("script", "", tuple(command_settings(commands)), runs=Runs())


FORMAT = Format("shell", recognise, parse)
