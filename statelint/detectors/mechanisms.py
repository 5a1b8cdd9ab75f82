"""Objects that are part of a mechanism of this process: the inside of a lock, and counters for a metrics service."""

from __future__ import annotations

from statelint.domain.words import Holder
from statelint.facts.model import Const, Invoke, Return
from statelint.program.index import ProgramIndex
from statelint.program.objects import ClassObject, Context, External
from statelint.program.provenance import FILE, OUTSIDE, REQUEST
from statelint.program.state import State

RESETS = frozenset({"update", "clear", "rebind", "item", "delete", "pop", "popitem"})
WAITS = frozenset({"wait", "wait_for"})
NOTIFIES = frozenset({"notify", "notify_all"})
METRICS = "metrics"  # in the name of a function that reports them


def is_inside_of_lock(index: ProgramIndex, state: State) -> bool:
    """An attribute that only its own class uses, with a condition to wait on, and that holds nothing of a request."""
    if state.key.holder is not Holder.SINGLETON_INSTANCE:
        return False
    owners = {write.context.function.owner if write.context.function is not None else None for write in state.writes}
    if len(owners) != 1 or not isinstance(owner := owners.pop(), ClassObject):
        return False
    if not state.key.name.startswith(f"{owner.body.qualname}.") or not _waits_and_notifies(index, owner):
        return False
    readers = [context for context, _ in state.reads]
    return all(_is_method_of(context, owner) for context in readers) and all(
        index.provenance.of(write.context, write.value).isdisjoint({REQUEST, OUTSIDE, FILE})
        and index.provenance.of(write.context, write.key_operand).isdisjoint({REQUEST, OUTSIDE, FILE})
        for write in state.writes
    )


def _is_method_of(context: Context, owner: ClassObject) -> bool:
    return context.function is not None and context.function.owner is owner


def _waits_and_notifies(index: ProgramIndex, owner: ClassObject) -> bool:
    called = {
        op.name
        for context in index.reach.order
        if _is_method_of(context, owner)
        for op in context.body.ops
        if isinstance(op, Invoke) and op.name in WAITS | NOTIFIES and _is_condition(index, context, op)
    }
    return not called.isdisjoint(WAITS) and not called.isdisjoint(NOTIFIES)


def _is_condition(index: ProgramIndex, context: Context, op: Invoke) -> bool:
    return any(
        isinstance(obj, External) and (row := index.models.type_row(obj.dotted)) is not None and row.kind == "sync"
        for obj in index.linker.objects(context, op.base)
    )


def is_metrics_table(index: ProgramIndex, state: State) -> bool:
    """Counters that only the function which reports them reads and sets back, and that no store takes over."""
    if not state.scans or not any(write.how == "augment" for write in state.writes):
        return False
    writers = {write.context for write in state.writes}
    looking = {context for context, _ in state.scans}
    reports = {context for context in looking | writers if _reports(index, context, state)}
    takers = {context for context in looking if _is_called_by(index, context, reports)}
    return looking <= reports | takers and {context for context, _ in state.reads} <= writers | takers


def _is_called_by(index: ProgramIndex, context: Context, callers: set[Context]) -> bool:
    """Whether only these functions call a function, as the metrics service that they report to."""
    found = index.reach.callers.get(context, ())
    return bool(found) and callers.issuperset(found)


def _reports(index: ProgramIndex, context: Context, state: State) -> bool:
    """Sets back, gives nothing to its caller, and to a database or file only what it calls metrics."""
    returns = (op.source for op in context.body.ops if isinstance(op, Return))
    return (
        any(write.how in RESETS for write in state.writes if write.context is context)
        and all(source is None or isinstance(source, Const) for source in returns)
        and (METRICS in context.body.name.lower() or not index.changes_outside(context))
    )
