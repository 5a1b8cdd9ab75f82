"""Turns proposals into fixes: replacements of code with their places in the files."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from statelint.domain.findings import Edit, Fix, Place
from statelint.fixes.proposal import Proposal
from statelint.syntax.batch import Asker
from statelint.syntax.edit import Replacement


def fix_of(proposal: Proposal, asker: Asker) -> Fix | None:
    """The fix, where the code has a form that all of its edits fit."""
    edits: dict[Edit, None] = {}
    for path, request in proposal.requests:
        written = asker.write(path, request)
        if written.refused:
            return None
        edits.update(dict.fromkeys(_edits(path, written.replacements)))
    ordered = tuple(sorted(edits))
    if not ordered or any(_overlap(one, two) for one, two in pairwise(ordered)):
        return None
    return Fix(proposal.applicability, proposal.message, ordered)


def _edits(path: str, replacements: tuple[Replacement, ...]) -> Iterator[Edit]:
    for one in replacements:
        (line, column), (end_line, end_column) = one.start, one.end
        yield Edit(Place(path, line, column + 1, end_line, end_column + 1), one.text)


def _overlap(one: Edit, two: Edit) -> bool:
    if one.place.path != two.place.path:
        return False
    return (one.place.end_line, one.place.end_column) > (two.place.line, two.place.column)
