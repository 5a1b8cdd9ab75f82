"""Adds and removes what stands between commas: arguments of a call, entries of a dict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from statelint.syntax.code import Position, after, margin_of, newline_of, range_of
from statelint.syntax.edit import Refused, Replacement
from statelint.syntax.segment import Segment

Listed = cst.Arg | cst.BaseDictElement


def added(segment: Segment, owner: cst.Call | cst.Dict, items: Sequence[Listed], texts: Sequence[str]) -> Replacement:
    """New items after the last one, laid out as the others are."""
    if not items:
        line, column = range_of(segment, owner)[1]
        return Replacement((line, column - 1), (line, column - 1), ", ".join(texts))
    start, end = _start(segment, items[-1]), _end(segment, items[-1])
    alone = margin_of(segment, start[0])
    is_alone = start[1] == len(alone) and start[0] != range_of(segment, owner)[0][0]
    between = f"{newline_of(segment)}{alone}" if is_alone else " "
    comma = items[-1].comma
    if isinstance(comma, cst.Comma):
        place = after(segment, end, (comma.whitespace_before, cst.SimpleWhitespace(" ")))
        return Replacement(place, place, "".join(f"{between}{text}," for text in texts))
    return Replacement(end, end, "".join(f",{between}{text}" for text in texts))


def removed(segment: Segment, items: Sequence[Listed], gone: Sequence[Listed]) -> Iterator[Replacement]:
    """Items with the comma and the white space that belong to them."""
    for item in gone:
        at = next(index for index, one in enumerate(items) if one is item)
        if at + 1 < len(items):
            yield Replacement(_start(segment, item), _start(segment, items[at + 1]), "")
        elif at:
            before = next((one for one in reversed(items[:at]) if one not in gone), None)
            if before is None:
                raise Refused("nothing would be left")
            yield Replacement(_end(segment, before), _end(segment, item), "")
        else:
            yield Replacement(_start(segment, item), _end_with_comma(segment, item), "")


def _end_with_comma(segment: Segment, item: Listed) -> Position:
    end = _end(segment, item)
    return after(segment, end, (item.comma,)) if isinstance(item.comma, cst.Comma) else end


def _start(segment: Segment, item: Listed) -> Position:
    return _leftmost(segment, _first(item))


def _first(item: Listed) -> cst.CSTNode:
    match item:
        case cst.Arg(keyword=cst.Name() as name):
            return name
        case cst.DictElement(key=key):
            return key
    if isinstance(item, cst.Arg) and not item.star:
        return item.value
    raise Refused("a starred item stands here")


def _leftmost(segment: Segment, node: cst.CSTNode) -> Position:
    """With the parentheses before it."""
    line, column = range_of(segment, node)[0]
    opening = "".join(segment.module.code_for_node(one) for one in getattr(node, "lpar", ()))
    if "\n" in opening or "\r" in opening:
        raise Refused("parentheses over several lines")
    return line, column - len(opening)


def _end(segment: Segment, item: Listed) -> Position:
    return after(segment, range_of(segment, item.value)[1], tuple(getattr(item.value, "rpar", ())))
