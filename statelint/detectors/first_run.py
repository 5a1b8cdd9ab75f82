"""Code that serves, but runs once: below a block that runs until a name of the module is set."""

from __future__ import annotations

from collections.abc import Iterable

from statelint.detectors.asking import holds_at
from statelint.program.index import ProgramIndex
from statelint.program.objects import Context, Edge
from statelint.program.provenance import CLOCK, OUTSIDE, RANDOM
from statelint.program.state import Write
from statelint.syntax.batch import Asker

MOST_CALLERS = 12
OF_THIS_RUN = frozenset({OUTSIDE, CLOCK, RANDOM})  # what each replica finds for itself


def is_first_run(index: ProgramIndex, additions: Iterable[Write], asker: Asker) -> bool:
    """Whether all writes happen in what the first request sets up, alike in every replica."""
    return all(
        _runs_first_only(index, write.context, asker) and _is_same_everywhere(index, write) for write in additions
    )


def _is_same_everywhere(index: ProgramIndex, write: Write) -> bool:
    return index.provenance.of(write.context, write.value).isdisjoint(OF_THIS_RUN)


def _runs_first_only(index: ProgramIndex, context: Context, asker: Asker) -> bool:
    """Whether every chain of calls leads through such a block."""
    seen, waiting = {context}, [context]
    while waiting:
        current = waiting.pop()
        callers = dict.fromkeys(index.reach.callers.get(current, ()))
        edges = [edge for caller in callers for edge in caller.calls.values() if edge.callee is current]
        more = {edge.caller for edge in edges if not _is_in_block(index, edge, asker)} - seen
        seen |= more
        if not edges or len(seen) > MOST_CALLERS or not all(caller in index.reach for caller in more):
            return False
        waiting += more
    return True


def _is_in_block(index: ProgramIndex, edge: Edge, asker: Asker) -> bool:
    if not edge.caller.body.global_names or edge.caller not in index.reach:
        return False  # it sets no name of the module
    return holds_at(asker, edge.caller, edge.span, "first_run")
