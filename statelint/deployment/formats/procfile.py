"""Procfiles: one object for each process."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.commands import command_settings, script_tokens
from statelint.deployment.folders import folder_of
from statelint.deployment.model import Format, Part, Runs, Setting, Text

NAME = re.compile(r"(?i)^procfile([._-].*)?$|\.procfile$")
LINE = re.compile(r"^(?P<name>[\w-]+)\s*:\s*(?P<command>\S.*)$")


def recognise(path: str, text: str) -> bool:
    """By name, with a line that starts a process."""
    return NAME.search(path.rpartition("/")[2]) is not None and any(map(LINE.match, text.splitlines()))


def parse(text: Text) -> Iterator[Part]:
    """The processes."""
    for number, line in enumerate(text.lines, 1):
        if (match := LINE.match(line.rstrip())) is None:
            continue
        place = text.place(number, 1, number, len(line.rstrip()) + 1)
        settings = (
            Setting(("process",), match["name"], place),
            *command_settings([list(script_tokens(match["command"], place))]),
        )
        runs = Runs((), folder_of(text.path))
        yield Part("process", match["name"], settings, (match["name"],), (), 0, runs)


FORMAT = Format("procfile", recognise, parse, assigns=" ")
