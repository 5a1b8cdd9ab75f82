"""What a run sets on a shared object before it looks at it: a place for its own work, which no other run is told of."""

from __future__ import annotations

from collections.abc import Iterable

from statelint.detectors.asking import holds_at
from statelint.domain.words import Trigger
from statelint.facts.model import Call, Invoke, SetAttr
from statelint.program.definitions import calls_at, definitions_of, given_by
from statelint.program.index import ProgramIndex
from statelint.program.objects import Context, Edge
from statelint.program.state import State, Write
from statelint.syntax.batch import Asker

WHOLE = frozenset({"attribute", "rebind"})
ENTERING = frozenset({"__enter__", "__aenter__"})
RUNS = frozenset({Trigger.HTTP, Trigger.RPC, Trigger.MESSAGE})  # that end, unlike threads and sockets


def is_set_anew(index: ProgramIndex, state: State, asker: Asker) -> bool:
    """Whether other functions that use a state are called only by functions that set it first, and after they did."""
    users = {write.context for write in state.writes} | {context for context, _ in (*state.reads, *state.scans)}
    setting = [write for write in state.writes if write.how in WHOLE]
    if len(users) < 2 or not _are_below(index, users, _lines(setting)):  # noqa: PLR2004
        return False  # before anything is asked about code
    first = _lines(write for write in setting if _is_set_first(write, asker))
    return not users <= first.keys() and _are_below(index, users, first)


def _lines(setting: Iterable[Write]) -> dict[Context, int]:
    """The first line in each function in which it is set."""
    first: dict[Context, int] = {}
    for write in setting:
        first[write.context] = min(write.span.line, first.get(write.context, write.span.line))
    return first


def _are_below(index: ProgramIndex, users: Iterable[Context], first: dict[Context, int]) -> bool:
    return bool(first) and all(_is_below(index, context, first) for context in users)


def _is_below(index: ProgramIndex, context: Context, first: dict[Context, int]) -> bool:
    """Whether every way to a context leads by plain calls through one of the others, behind its line."""
    waiting, seen = [context], {context}
    while waiting:
        current = waiting.pop()
        if index.reach.entry_of(current).entry.trigger not in RUNS:
            return False
        if current in first:
            continue
        edges = [edge for edge in index.reach.edges_to.get(current, ()) if edge.caller in index.reach]
        if not edges or not all(_is_waited_for(edge) and edge.span.line > first.get(edge.caller, 0) for edge in edges):
            return False
        callers = {edge.caller for edge in edges} - seen
        seen |= callers
        waiting.extend(callers)
    return True


def _is_waited_for(edge: Edge) -> bool:
    """`self.look()`, not `Thread(target=self.look)` or `create_task(self.look())`, which go on when the run is over."""
    body, callee = edge.caller.body, edge.callee.body
    return any(
        (op.name if isinstance(op, Invoke) else op.callee) == callee.name
        and not (callee.is_async and op.target in given_by(body))
        for op in calls_at(body, edge.span)
    )


def is_set_on_entering(write: Write, asker: Asker) -> bool:
    """`with unit:` gives itself a new session, which it has until the block ends."""
    body = write.context.body
    if body.name not in ENTERING or not isinstance(write.op, SetAttr) or write.how not in WHOLE:
        return False
    is_own = bool(body.params) and write.op.base == body.params[0].name
    made = definitions_of(body).get(write.value, ())
    is_made = bool(made) and all(isinstance(op, Call | Invoke) for op in made)
    return is_own and is_made and _is_set_first(write, asker)


def _is_set_first(write: Write, asker: Asker) -> bool:
    """Whether its function sets the holder, on every way, before it looks at it."""
    name = write.key.name.rpartition(".")[2]
    return holds_at(asker, write.context, write.span, "reset_before_use", f".{name}")
