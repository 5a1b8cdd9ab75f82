"""Scripts for a shell that start a server: one object, with a command for each line."""

from __future__ import annotations

from collections.abc import Iterator

from statelint.deployment.commands import Token, command_settings, script_tokens
from statelint.deployment.model import Format, Part, Runs, Text
from statelint.deployment.templates import source_of
from statelint.deployment.words import joined_lines

COMMENT = "#"


def recognise(path: str, text: str) -> bool:
    """By its suffix."""
    return path.endswith(".sh") and bool(text)


def parse(text: Text) -> Iterator[Part]:
    """The commands; a backslash at its end continues a line."""
    lines = source_of(text).split("\n")
    commands: list[list[Token]] = []
    for number, line in joined_lines(lines):
        if line and not line.startswith(COMMENT):
            place = text.place(number, 1, number, len(lines[number - 1].rstrip()) + 1)
            commands.append(list(script_tokens(line, place)))
    yield Part("script", "", tuple(command_settings(commands)), runs=Runs())


FORMAT = Format("shell", recognise, parse)
