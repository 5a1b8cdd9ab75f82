"""Places in what is reported: their order, and all of them moved, to columns of characters or to another root."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from statelint.domain.findings import (
    Accepted,
    Access,
    Asked,
    Cleared,
    Copies,
    Edit,
    Entry,
    Finding,
    Fix,
    Hidden,
    Place,
    Problem,
    State,
    Step,
    fingerprint_of,
)
from statelint.sources.read import Texts

Shown = TypeVar("Shown", Asked, Cleared, Finding, State)
Moved = TypeVar("Moved", Accepted, Asked, Cleared, Finding, Problem, State)
OF_CODE = (Access, Copies, Entry, Hidden, Place, Step)
EVERYTHING = (*OF_CODE, Edit, Finding, Fix)


def finding_order(finding: Finding) -> tuple[object, ...]:
    """How findings are sorted."""
    return (finding.place.path, finding.place.line, finding.code, finding.symbol)


def cleared_order(cleared: Cleared) -> tuple[object, ...]:
    """How look-alikes are sorted."""
    return (cleared.place.path, cleared.place.line, cleared.symbol, cleared.reason.value)


def problem_order(problem: Problem) -> tuple[object, ...]:
    """How problems are sorted."""
    return (problem.place.path, problem.place.line, problem.code)


def in_characters(found: Shown, texts: Texts) -> Shown:
    """What is reported, with every place in characters, as editors count; facts count bytes of UTF-8, as `ast` does.

    Edits count characters already.
    """
    moved: Shown = _moved(found, texts.in_characters, OF_CODE)
    return moved


def below(found: Moved, folder: str) -> Moved:
    """What is reported of the project in a folder, with paths from further up."""

    def move(place: Place) -> Place:
        return msgspec.structs.replace(place, path=f"{folder}/{place.path}")

    moved: Moved = _moved(found, move, EVERYTHING, folder)
    return moved


def _moved(found: Any, move: Callable[[Place], Place], kinds: tuple[type, ...], project: str = "") -> Any:
    changed = {
        field: _inside(inner, move, kinds, project)
        for field in found.__struct_fields__
        if isinstance(inner := getattr(found, field), (*kinds, tuple))
    }
    if project and isinstance(found, (Finding, Hidden, State)):
        changed["project"] = f"{project}/{found.project}".rstrip("/")
    if isinstance(found, Hidden) and "project" in changed:
        changed["fingerprint"] = fingerprint_of(found.code, found.symbol, changed["project"])
    return msgspec.structs.replace(found, **changed)


def _inside(value: Any, move: Callable[[Place], Place], kinds: tuple[type, ...], project: str) -> Any:
    match value:
        case Place():
            return move(value)
        case tuple():
            return tuple(_inside(one, move, kinds, project) for one in value)
    return _moved(value, move, kinds, project) if isinstance(value, kinds) else value
