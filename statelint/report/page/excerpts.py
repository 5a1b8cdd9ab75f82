"""The code that a finding is about: a few lines around where the state is kept, written and read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

import msgspec

from statelint.domain.findings import Finding, Place
from statelint.report.style import visible_code

AROUND = 2  # lines before and after
PLACES = 3  # of each kind; a page with all of them would be read by nobody
LABELS = ("kept", "read", "write")  # the last one of a line is its label
NAME = re.compile(r"[\w.]+")  # where a place says only where something begins
LONGEST = 400  # characters of a line


class Piece(msgspec.Struct, frozen=True):
    """A part of a line; `mark` is one of LABELS, or empty."""

    text: str
    mark: str = ""


class Line(msgspec.Struct, frozen=True):
    """One line of code."""

    number: int
    pieces: tuple[Piece, ...]
    marks: tuple[str, ...] = ()


class Excerpt(msgspec.Struct, frozen=True):
    """Lines of one file; `parts` are separated by lines that are left out."""

    path: str
    parts: tuple[tuple[Line, ...], ...]


class Marked(msgspec.Struct, frozen=True, order=True):
    """A place with what happens there."""

    place: Place
    mark: str


def excerpts(finding: Finding, lines_of: Callable[[str], Sequence[str]]) -> tuple[Excerpt, ...]:
    """One for each file, in the order in which the state is kept, written and read."""
    marked = [Marked(finding.place, "kept")]
    marked += [Marked(access.place, "write") for access in finding.writes[:PLACES] if access.place != finding.place]
    marked += [Marked(access.place, "read") for access in finding.reads[:PLACES] if access.place != finding.place]
    by_path: dict[str, list[Marked]] = defaultdict(list)
    for one in marked:
        by_path[one.place.path].append(one)
    found = (Excerpt(path, _parts(ones, lines_of(path))) for path, ones in by_path.items())
    return tuple(excerpt for excerpt in found if excerpt.parts)


def _parts(marked: Iterable[Marked], lines: Sequence[str]) -> tuple[tuple[Line, ...], ...]:
    by_line: dict[int, list[Marked]] = defaultdict(list)
    for one in marked:
        by_line[one.place.line].append(one)
    wanted = {
        number
        for line in by_line
        for number in range(line - AROUND, line + AROUND + 1)
        if 0 < number <= len(lines) and 0 < line <= len(lines)
    }
    runs = groupby(enumerate(sorted(wanted)), key=lambda pair: pair[1] - pair[0])
    parts = ([_line(number, lines[number - 1], by_line.get(number, ())) for _, number in run] for _, run in runs)
    return tuple(_without_blank_ends(part) for part in parts)


def _without_blank_ends(part: list[Line]) -> tuple[Line, ...]:
    while part and not part[-1].pieces:
        part.pop()
    while part and not part[0].pieces:
        del part[0]
    return tuple(part)


def _line(number: int, text: str, marked: Iterable[Marked]) -> Line:
    text = text.rstrip()[:LONGEST]
    pieces: list[Piece] = []
    at = 0
    for one in sorted(marked, key=lambda one: (one.place.column, LABELS.index(one.mark))):
        start, stop = _span(one.place, text)
        if start < at:
            continue
        pieces += [Piece(visible_code(text[at:start])), Piece(visible_code(text[start:stop]), one.mark)]
        at = stop
    pieces.append(Piece(visible_code(text[at:])))
    marks = tuple(label for label in LABELS if any(one.mark == label for one in marked))
    return Line(number, tuple(piece for piece in pieces if piece.text), marks)


def _span(place: Place, text: str) -> tuple[int, int]:
    start = min(place.column - 1, len(text))
    if place.end_line != place.line or place.end_column < place.column:
        return start, len(text)
    stop = min(place.end_column - 1, len(text))
    name = NAME.match(text, start)
    return (start, stop) if stop > start + 1 or name is None else name.span()
