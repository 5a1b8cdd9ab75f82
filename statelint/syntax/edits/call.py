"""Writes another expression in the place of a call."""

from __future__ import annotations

from collections.abc import Iterator

from statelint.syntax.code import call_at, refuse_parameters, replaced
from statelint.syntax.edit import EditKind, EditRequest, Replacement
from statelint.syntax.segment import Segment


def write(segment: Segment, request: EditRequest) -> Iterator[Replacement]:
    """The arguments go with it."""
    call = call_at(segment, request)
    for argument in call.args:
        refuse_parameters(segment, argument.value)
    yield replaced(segment, call, request.value)


EDIT = EditKind("call", write)
