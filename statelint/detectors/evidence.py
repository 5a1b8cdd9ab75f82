"""Accesses, entries and witness paths from contexts of the program."""

from __future__ import annotations

from collections.abc import Iterable

from statelint.domain.findings import Access, Entry, Step
from statelint.facts.model import Span
from statelint.program.index import ProgramIndex
from statelint.program.objects import Context
from statelint.program.reachability import place_of

MOST_ENTRIES = 20


def accesses(found: Iterable[tuple[Context, Span]]) -> tuple[Access, ...]:
    """Distinct accesses, sorted by place."""
    return tuple(sorted({Access(place_of(context, span), context.symbol) for context, span in found}))


def entries(index: ProgramIndex, contexts: Iterable[Context]) -> tuple[Entry, ...]:
    """Entry points that reach any of the contexts, nearest first."""
    found = dict.fromkeys(index.reach.entry_of(context) for context in contexts)
    return tuple(entry.entry for entry in found)[:MOST_ENTRIES]


def nearest(index: ProgramIndex, found: Iterable[tuple[Context, Span]]) -> tuple[Context, Span] | None:
    """The access that the walk from the entry points reached first."""
    order = {context: at for at, context in enumerate(index.reach.order)}
    return min(found, key=lambda pair: (order.get(pair[0], len(order)), pair[1].line), default=None)


def witness(index: ProgramIndex, found: Iterable[tuple[Context, Span]], note: str) -> tuple[Step, ...]:
    """The path to the nearest access."""
    best = nearest(index, found)
    return index.reach.witness(*best, note) if best is not None else ()
