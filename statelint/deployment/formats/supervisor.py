"""Programs of supervisor: one object for each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.commands import command_settings, script_tokens
from statelint.deployment.model import Format, Part, Runs, Text
from statelint.deployment.sections import FOREIGN_SUFFIXES, sections

PROGRAM = re.compile(r"^\[(program|fcgi-program):", re.MULTILINE)


def recognise(path: str, text: str) -> bool:
    """A section of a program."""
    return not path.endswith(FOREIGN_SUFFIXES) and PROGRAM.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The programs."""
    for section in sections(text, ";"):
        kind, _, name = section.name.partition(":")
        if not name or not kind.endswith("program"):
            continue
        commands = [one for one in section.settings if one.path == ("command",)]
        words = [list(script_tokens(one.value or one.decided_by, one.place)) for one in commands]
        given = [one for one in section.settings if one not in commands]
        yield Part("program", name, (*given, *command_settings(words)), (name,), (), 0, Runs())


FORMAT = Format("supervisor", recognise, parse, assigns=" = ")
