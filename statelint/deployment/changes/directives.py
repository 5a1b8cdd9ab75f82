"""Directives that end with a semicolon, and those that end with their line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.change import end_of, refuse_control, start_of, whole_lines
from statelint.deployment.model import Change, Setting, Text, Unfit, Wanted

SEMICOLON = re.compile(r"\s*;")
COMMENT = re.compile(r"\s*(#.*)?$")


def changed_directives(text: Text, wanted: Wanted) -> Iterator[Change]:
    """Of nginx."""
    changes = [_directive(text, setting, wanted, SEMICOLON) for setting in wanted.settings]
    refuse_control(text, changes)
    yield from changes


def changed_lines(text: Text, wanted: Wanted) -> Iterator[Change]:
    """Of HAProxy, Apache and Caddy."""
    changes = [_directive(text, setting, wanted, re.compile("")) for setting in wanted.settings]
    refuse_control(text, changes)
    yield from changes


def _directive(text: Text, setting: Setting, wanted: Wanted, closing: re.Pattern[str]) -> Change:
    start, end = start_of(text, setting), end_of(text, setting)
    line = text.lines[end[0] - 1].rstrip("\r")
    closed = closing.match(line, end[1])
    if closed is None:
        raise Unfit
    if wanted.value is not None:
        return Change(start, end, wanted.value)
    before = text.lines[start[0] - 1][: start[1]]
    is_alone = not before.strip() and COMMENT.fullmatch(line, closed.end())
    if is_alone:
        return whole_lines(text, start[0], end[0])
    if closing.pattern == "":
        raise Unfit  # something else stands on its line
    stop = closed.end() + len(line[closed.end() :]) - len(line[closed.end() :].lstrip())
    return Change(start, (end[0], stop))
