"""Does an object hold only what some request has in flight right now?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from statelint.detectors.asking import holds_at
from statelint.domain.words import Phase
from statelint.facts.model import Attr, Bind, Call, Combine, Const, Invoke, Item, Move, New, Op, Operand, SetItem
from statelint.program.definitions import definitions_of
from statelint.program.index import ProgramIndex
from statelint.program.objects import Container, Context
from statelint.program.state import State, Write
from statelint.syntax.batch import Asker

REMOVALS = frozenset(
    {"delete", "pop", "popitem", "popleft", "remove", "discard", "clear", "get", "get_nowait", "task_done"}
)
STEPS = frozenset({"augment", "next", "anext"})
EXITS = {"__enter__": "__exit__", "__aenter__": "__aexit__"}
NOTHING = frozenset({"list", "dict", "set"})


class Table(msgspec.Struct, frozen=True):
    """What adds to a container, takes from it and looks into it, under every name that the container has."""

    added: tuple[Write, ...]
    removed: tuple[Write, ...]
    readers: tuple[Context, ...]
    is_scanned: bool


def is_in_flight(index: ProgramIndex, state: State, asker: Asker) -> bool:
    """Every run that adds takes away again, and turns nobody away meanwhile."""
    return _is_passing(index, state, asker) and not any(turns_away(write, asker) for write in state.writes)


def _is_passing(index: ProgramIndex, state: State, asker: Asker) -> bool:
    """Every run that adds takes away again; or it numbers such entries, or holds the replies to them."""
    if any(write.how in STEPS for write in state.writes):
        return _are_balanced(state.writes, asker) or _numbers_entries(index, state, asker)
    if state.scans or not any(write.how in REMOVALS or _is_background(index, write.context) for write in state.writes):
        return False
    table = _table(index, state)
    if not table.added or table.is_scanned:
        return False
    return _is_taken_back(index, table, asker) or _holds_replies(index, state, table, asker)


def turns_away(write: Write, asker: Asker) -> bool:
    """`if key in RUNNING: return "busy"`: what is in flight under a key keeps others out, here but not elsewhere."""
    if write.key_operand is None or write.how in REMOVALS or operator_of(write) == "-=":
        return False
    name = write.key.name.rpartition(".")[2]
    return holds_at(asker, write.context, write.span, "turned_away", name)


def operator_of(write: Write) -> str:
    """`+=` for a write that computes from the old value; empty for others."""
    if write.how != "augment":
        return ""
    defined: list[Op] = definitions_of(write.context.body).get(write.value, []) if write.value is not None else []
    return next((op.operator for op in defined if isinstance(op, Combine)), "")


def _table(index: ProgramIndex, state: State) -> Table:
    containers = {obj for obj in state.objects if isinstance(obj, Container)}
    places = {(write.context.module, write.span) for write in state.writes}
    states = [
        one
        for one in index.effects.states.values()
        if not containers.isdisjoint(one.objects)
        or not places.isdisjoint((write.context.module, write.span) for write in one.writes)
    ]
    writes = [write for one in states for write in one.writes if not _is_emptied(write)]
    return Table(
        tuple(write for write in writes if write.how not in REMOVALS),
        tuple(write for write in writes if write.how in REMOVALS),
        tuple(context for one in states for context, _ in one.reads),
        any(one.scans for one in states),
    )


def _is_emptied(write: Write) -> bool:
    """`table = {}`, `table = None`"""
    if write.how not in {"rebind", "attribute"}:
        return False
    if isinstance(write.value, Const):
        return write.value.value is None
    defined = definitions_of(write.context.body).get(write.value, [])
    return bool(defined) and all(
        (isinstance(op, New) and op.kind in NOTHING and not op.values)
        or (isinstance(op, Call) and op.callee in NOTHING and not op.args and not op.keywords)
        for op in defined
    )


def _is_taken_back(index: ProgramIndex, table: Table, asker: Asker) -> bool:
    """Every run that adds an entry removes it again, and besides what it calls only background work looks."""
    entries = [write for write in table.added if not _is_in_entry(write)]
    if not entries or not all(_has_removal(write, table.removed, asker) for write in entries):
        return False
    own = {write.context for write in entries}
    if not all(write.context in own or index.reach.runs_only_within(write.context, own) for write in table.added):
        return False
    others = {context for context in table.readers if context not in own}
    return all(_is_background(index, one) or index.reach.runs_only_within(one, own) for one in others)


def _is_in_entry(write: Write) -> bool:
    """`table[key].append(value)`: a change of what lies in an entry."""
    base = write.op.base if isinstance(write.op, Invoke | SetItem) else None
    return any(isinstance(op, Item) for op in definitions_of(write.context.body).get(base, ()))


def _has_removal(write: Write, removed: Iterable[Write], asker: Asker) -> bool:
    return write.key_operand is not None and any(
        _follows(write, other, asker) for other in removed if _is_exit_of(write, other) or _has_same_key(write, other)
    )


def _has_same_key(write: Write, other: Write) -> bool:
    return other.context is write.context and other.key_operand == write.key_operand


def _are_balanced(writes: Iterable[Write], asker: Asker) -> bool:
    """Each `n += 1` has an `n -= 1` that follows in the same run, and there is no other `n -= 1`."""
    ups = [write for write in writes if operator_of(write) == "+="]
    downs = [write for write in writes if operator_of(write) == "-="]
    pairs = [(up, down) for up in ups for down in downs if _follows(up, down, asker)]
    paired = {id(write) for pair in pairs for write in pair}
    return bool(pairs) and all(id(write) in paired for write in writes)


def _follows(first: Write, second: Write, asker: Asker) -> bool:
    """Whether the second write runs after the first in every run."""
    if _is_exit_of(first, second):
        return True
    return first.context is second.context and holds_at(
        asker, first.context, first.span, "same_run", str(second.span.line)
    )


def _is_exit_of(first: Write, second: Write) -> bool:
    """`__enter__` and `__exit__` of one class."""
    functions = (first.context.function, second.context.function)
    return (
        EXITS.get(first.context.body.name, "") == second.context.body.name
        and all(function is not None and function.owner is not None for function in functions)
        and len({function.owner for function in functions if function is not None}) == 1
    )


def _is_background(index: ProgramIndex, context: Context) -> bool:
    """Whether no request leads to a context."""
    if index.reach.phase_of(context) is not Phase.BACKGROUND:
        return False
    return index.reach.is_only_below(context, lambda entry: entry.row.phase is Phase.BACKGROUND)


def _holds_replies(index: ProgramIndex, state: State, table: Table, asker: Asker) -> bool:
    """A background reader adds, and the request that waits under the same key takes away."""
    if not table.removed or not all(_is_background(index, write.context) for write in table.added):
        return False
    keys = {(write.context, write.key_operand) for write in table.removed}
    takers = {context for context, _ in keys}
    return keys <= _waiting(index, state, takers, asker) and all(
        context in takers or _is_background(index, context) for context in table.readers
    )


def _waiting(
    index: ProgramIndex, without: State, contexts: Iterable[Context], asker: Asker
) -> set[tuple[Context, Operand]]:
    """The keys under which these functions have an entry in flight in some other table."""
    wanted = set(contexts)
    found: set[tuple[Context, Operand]] = set()
    for state in index.effects.states.values():
        if state is without or not any(write.context in wanted and write.key_operand for write in state.writes):
            continue
        table = _table(index, state)
        if table.added and not table.is_scanned and _is_taken_back(index, table, asker):
            found.update((write.context, write.key_operand) for write in table.added)
    return found


def _numbers_entries(index: ProgramIndex, state: State, asker: Asker) -> bool:
    """A counter of which every number is the key of an entry in flight."""
    contexts = {write.context for write in state.writes}
    if not {context for context, _ in state.reads} <= contexts:
        return False
    waiting = _waiting(index, state, contexts, asker)
    name = state.key.name.rpartition(".")[2]
    return bool(waiting) and all(
        any(where is context and _is_number(context, key, name) for where, key in waiting) for context in contexts
    )


def _is_number(context: Context, key: Operand, name: str) -> bool:
    """Whether a key is what `next(counter)` or the attribute `counter` gave."""
    return any(
        (isinstance(op, Call) and op.callee == "next" and name in op.args) or (isinstance(op, Attr) and op.name == name)
        for op in sources_of(context, key)
    )


def sources_of(context: Context, operand: Operand) -> Iterator[Op]:
    """What defines a value in its function, through local copies."""
    waiting, seen = [operand], set[Operand]()
    while waiting:
        current = waiting.pop()
        if current is None or isinstance(current, Const) or current in seen:
            continue
        seen.add(current)
        for op in definitions_of(context.body).get(current, ()):
            yield op
            if isinstance(op, Bind | Move):
                waiting.append(op.source)
