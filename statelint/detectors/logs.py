"""Is a list only added to and shown? Then nothing is decided by it, whatever it is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statelint.facts.model import Combine
from statelint.program.index import ProgramIndex
from statelint.program.objects import Container, Context, Object
from statelint.program.state import State, Write

APPENDING = frozenset({"append", "appendleft", "extend", "insert"})
LISTS = frozenset({"list", "deque"})
COMPARISONS = frozenset({"in", "eq", "ne", "lt", "le", "gt", "ge", "compare"})


def is_log(index: ProgramIndex, state: State, additions: Iterable[Write]) -> bool:
    """Whether entries are put at an end, and no function that reads them, or asks one that does, compares anything."""
    is_list = all(_is_list(obj) and not index.holders.is_element(obj) for obj in state.objects)
    appended = all(write.how in APPENDING for write in additions)
    return is_list and appended and not any(_compares(context) for context in _readers(index, state))


def _is_list(obj: Object) -> bool:
    return isinstance(obj, Container) and obj.kind.rpartition(".")[2] in LISTS


def _readers(index: ProgramIndex, state: State) -> Iterator[Context]:
    starts = {(write.context, write.span.line, write.span.column) for write in state.writes}
    for context, span in (*state.reads, *state.scans):
        if (context, span.line, span.column) not in starts:
            yield context
            yield from index.reach.callers.get(context, ())


def _compares(context: Context) -> bool:
    return any(isinstance(op, Combine) and op.operator in COMPARISONS for op in context.body.ops)
