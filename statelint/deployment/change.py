"""What a fix changes in a deployment file, by position."""

from __future__ import annotations

from collections.abc import Iterable

from statelint.deployment.model import Change, Setting, Text, Unfit
from statelint.deployment.templates import CONTROL


def start_of(text: Text, setting: Setting) -> tuple[int, int]:
    """Where a setting begins."""
    return setting.place.line, _characters(text, setting.place.line, setting.place.column)


def end_of(text: Text, setting: Setting) -> tuple[int, int]:
    """Where it ends."""
    return setting.place.end_line, _characters(text, setting.place.end_line, setting.place.end_column)


def whole_lines(text: Text, first: int, last: int) -> Change:
    """The lines with their ends."""
    return Change((first, 0), (last + 1, 0)) if last < len(text.lines) else _last_lines(text, first, last)


def refuse_control(text: Text, changes: Iterable[Change]) -> None:
    """What a template's conditions and loops stand in is not cut."""
    for change in changes:
        lines = text.lines[change.start[0] - 1 : change.end[0]]
        if text.templated and any(CONTROL.match(line.strip()) for line in lines):
            raise Unfit


def _last_lines(text: Text, first: int, last: int) -> Change:
    if first > 1:
        return Change((first - 1, len(text.lines[first - 2])), (last, len(text.lines[last - 1])))
    return Change((first, 0), (last, len(text.lines[last - 1])))


def _characters(text: Text, line: int, column: int) -> int:
    raw = text.lines[line - 1].encode(errors="surrogatepass")[: column - 1]
    return len(raw.decode(errors="ignore"))
