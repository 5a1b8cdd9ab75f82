"""Takes an argument out of a call."""

from __future__ import annotations

from collections.abc import Iterator

from statelint.syntax.code import call_at
from statelint.syntax.edit import EditKind, EditRequest, Refused, Replacement
from statelint.syntax.edits.argument import argument_of
from statelint.syntax.items import removed
from statelint.syntax.segment import Segment


def write(segment: Segment, request: EditRequest) -> Iterator[Replacement]:
    """The last positional one, or a keyword."""
    call = call_at(segment, request)
    gone = argument_of(call, request.name, request.position)
    positional = [one for one in call.args if one.keyword is None]
    if gone is None or (gone in positional and gone is not positional[-1]):
        raise Refused("other arguments would take its place")
    yield from removed(segment, call.args, [gone])


EDIT = EditKind("without-argument", write)
