"""Attributes of HCL that stand on one line, and lines that are added to a block."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.change import end_of, start_of, whole_lines
from statelint.deployment.changes.trees import changed_tree
from statelint.deployment.model import Change, Setting, Text, Unfit, Wanted

ATTRIBUTE = re.compile(r"(?P<head>\"?[\w./-]+\"?\s*[=:]\s*)(?P<value>\"[^\"$%\\]*\"|true|false|[\d.]+)")
COMMENT = re.compile(r"\s*,?\s*((#|//).*)?$")
OPENED = re.compile(r"\{\s*((#|//).*)?$")
BARE = re.compile(r"true|false|[\d.]+")
STEP = "  "


def changed_attributes(text: Text, wanted: Wanted) -> Iterator[Change]:
    """What is computed is left alone: it may mean more than this file shows."""
    if text.path.endswith(".json"):
        yield from changed_tree(text, wanted)
        return
    for setting in wanted.settings:
        yield _added(text, setting, wanted.add) if wanted.add else _changed(text, setting, wanted)


def _added(text: Text, setting: Setting, line: str) -> Change:
    """Below the line that opens the block."""
    number = setting.place.line
    opening = text.lines[number - 1].rstrip("\r")
    if OPENED.search(opening) is None or number >= len(text.lines):
        raise Unfit
    indent = opening[: len(opening) - len(opening.lstrip())] + STEP
    end = "\r\n" if text.lines[number - 1].endswith("\r") else "\n"
    return Change((number + 1, 0), (number + 1, 0), f"{indent}{line}{end}")


def _changed(text: Text, setting: Setting, wanted: Wanted) -> Change:
    start, end = start_of(text, setting), end_of(text, setting)
    line = text.lines[start[0] - 1].rstrip("\r")
    match = ATTRIBUTE.fullmatch(line[start[1] : end[1]]) if start[0] == end[0] else None
    if match is None or setting.decided_by:
        raise Unfit
    if wanted.value is None and not wanted.replace:
        if line[: start[1]].strip() or COMMENT.fullmatch(line, end[1]) is None:
            raise Unfit
        return whole_lines(text, start[0], end[0])
    present = match["value"]
    new = wanted.replaced(present)
    if wanted.value is not None:
        bare = wanted.value.strip("\"'")
        new = bare if BARE.fullmatch(bare) and present[0] != '"' else f'"{bare}"'
    if new == present:
        raise Unfit
    return Change((start[0], start[1] + match.start("value")), end, new)
