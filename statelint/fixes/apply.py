"""Puts edits into files. Bytes that no edit speaks of stay as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from statelint.domain.findings import Edit, Fix
from statelint.sources.read import LINE_END, decode, encode

Position = tuple[int, int]


class Applied(msgspec.Struct, frozen=True):
    """The files that have changed, and the fixes that went into them."""

    sources: dict[str, bytes]
    fixes: tuple[Fix, ...]


def apply(fixes: Iterable[Fix], sources: Mapping[str, bytes]) -> Applied:
    """All fixes that don't overlap with an earlier one; the others wait for the next round."""
    taken: dict[str, dict[Edit, None]] = defaultdict(dict)
    chosen: list[Fix] = []
    for fix in fixes:
        if all(one.place.path in sources and _is_free(one, taken[one.place.path]) for one in fix.edits):
            chosen.append(fix)
            for one in fix.edits:
                taken[one.place.path][one] = None
    changed: dict[str, bytes] = {}
    failed: set[str] = set()
    for path, edits in taken.items():
        if edits:
            new = edited(sources[path], edits)
            if new is None:
                failed.add(path)
            else:
                changed[path] = new
    if failed:  # a fix is applied as a whole
        sound = [fix for fix in chosen if all(one.place.path not in failed for one in fix.edits)]
        return apply(sound, sources)
    return Applied(changed, tuple(chosen))


def edited(data: bytes, edits: Iterable[Edit]) -> bytes | None:
    """The bytes with the edits; None where the file has bytes that are no text of its encoding."""
    text = decode(data)
    if encode(text, data) != data:
        return None
    starts = [0, *(end.end() for end in LINE_END.finditer(text))]
    parts: list[str] = []
    at = 0
    for one in sorted(edits):
        place = one.place
        start = starts[place.line - 1] + place.column - 1
        parts += (text[at:start], one.content)
        at = starts[place.end_line - 1] + place.end_column - 1
    return encode("".join((*parts, text[at:])), data)


def _is_free(edit: Edit, taken: Iterable[Edit]) -> bool:
    """The same edit of two fixes, such as an import, is made once."""
    start, end = _span(edit)
    for other in taken:
        if other == edit:
            continue
        first, last = _span(other)
        if start < last and first < end:
            return False
        if start == first and (start == end or first == last):
            return False
    return True


def _span(edit: Edit) -> tuple[Position, Position]:
    place = edit.place
    return (place.line, place.column), (place.end_line, place.end_column)
