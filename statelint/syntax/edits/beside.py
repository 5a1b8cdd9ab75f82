"""Adds settings beside one that keeps its value."""

from __future__ import annotations

from collections.abc import Iterator

from statelint.syntax.edit import EditKind, EditRequest, Replacement
from statelint.syntax.edits.setting import changed_setting
from statelint.syntax.segment import Segment


def write(segment: Segment, request: EditRequest) -> Iterator[Replacement]:
    """In the form in which that one is written."""
    yield from changed_setting(segment, request, keeps_value=True)


EDIT = EditKind("beside", write)
