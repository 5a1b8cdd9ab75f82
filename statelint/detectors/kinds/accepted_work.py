"""Tasks, threads and child processes that serving code starts and nobody waits for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeGuard

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.asking import holds_at
from statelint.detectors.candidate import Candidate, Detector, Group, Outcome
from statelint.detectors.evidence import accesses, entries, witness
from statelint.detectors.own_process import is_only_watching
from statelint.detectors.recurrence import TAKES
from statelint.detectors.verdicts import is_queue, judge
from statelint.domain.findings import Cleared
from statelint.domain.words import ClearedReason, Confidence, Holder
from statelint.facts.model import Attr, Bind, Call, Const, Invoke, Op, Operand, Return, Role, SetAttr, SetItem
from statelint.program.definitions import arguments_of, calls_of, definitions_of
from statelint.program.entry_points import LOOP
from statelint.program.index import ProgramIndex
from statelint.program.jobs import runs_in_place
from statelint.program.objects import CONSTRUCTORS, ClassObject, Context, External
from statelint.program.opened import names_of
from statelint.program.reachability import place_of
from statelint.program.state import State
from statelint.syntax.batch import Asker

RUN = "run"  # what a thread or process that is a class of its own does
PUTS = frozenset({"put", "put_nowait"})
OUTPUT = "stdout"


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`closes` is a regular expression over names of methods that only close a part of this process."""

    closes: str = ""


def _starts(index: ProgramIndex) -> Iterator[tuple[Context, Call | Invoke]]:
    """Calls that start work, reached while serving; the loop of start-up code itself accepts none."""
    for context in index.reach.order:
        if index.reach.entry_of(context).row is LOOP:
            continue
        for op in calls_of(context.body):
            if _is_task(index, context, op) or _worker_class(index, context, op):
                if not _starts_itself(index, context, op):
                    yield context, op


def _is_task(index: ProgramIndex, context: Context, op: Call | Invoke) -> bool:
    return any(index.models.is_task(callee.dotted) for callee in index.callees(context, op))


def _worker_class(index: ProgramIndex, context: Context, op: Call | Invoke) -> ClassObject | None:
    """`Mail(to)` for a class of the program that derives from a thread, or from another kind of work."""
    for callee in index.linker.objects(context, op.callee) if isinstance(op, Call) else ():
        if isinstance(callee, ClassObject) and any(map(index.models.is_task, index.linker.external_bases(callee))):
            return callee
    return None


def _starts_itself(index: ProgramIndex, context: Context, op: Call | Invoke) -> bool:
    """`threading.Timer(60, tick)` in `tick`: a periodic job."""
    return context.function is not None and any(
        getattr(obj, "function", obj) is context.function
        for operand in op.args
        for obj in index.linker.objects(context, operand)
    )


def _detect(index: ProgramIndex, rules: Group, asker: Asker) -> Outcome:
    found: dict[object, list[tuple[Context, Call | Invoke]]] = {}
    for context, op in _starts(index):
        found.setdefault((context.module.path, op.span), []).append((context, op))
    candidates: list[Candidate] = []
    cleared: list[Cleared] = []
    closing = re.compile("|".join(params.closes for _, params in rules) or r"(?!)")
    for starts in found.values():
        context, op = starts[0]
        symbol = f"{context.symbol}.<task>"
        if _is_awaited(index, context, op, asker) or _gives_back(index, context, op):
            cleared.append(Cleared(place_of(context, op.span), symbol, ClearedReason.AWAITED))
        elif not _starts_process(index, context, op) and _only_memory(index, context, op):
            cleared.append(Cleared(place_of(context, op.span), symbol, ClearedReason.GUARDS_MEMORY_ONLY))
        elif all(is_only_watching(index, one) for one, _ in starts):
            cleared.append(Cleared(place_of(context, op.span), symbol, ClearedReason.EVERY_PROCESS))
        elif _only_closes(index, context, op, closing):
            cleared.append(Cleared(place_of(context, op.span), symbol, ClearedReason.OWN_MEMORY_ONLY))
        else:
            candidates.extend(_candidate(index, rule, starts, symbol) for rule, _ in rules)
    for state in index.effects.states.values():
        if is_queue(state) and _is_fed(index, state) and judge(index, state, asker).cleared is None:
            candidates.extend(_queue(index, rule, state) for rule, _ in rules)
    return Outcome(tuple(candidates), tuple(cleared))


def _is_fed(index: ProgramIndex, state: State) -> bool:
    """Whether code of the program, in whatever phase, puts anything but an end mark into a queue."""
    if any(write.how in PUTS and not _is_end_mark(write.value) for write in state.writes):
        return True
    return any(
        not (isinstance(op, Invoke) and _is_end_mark(op.args[0]))
        for context in index.linker.contexts.values()
        for op in context.body.ops
        if _puts(op) and any(obj in state.objects for obj in index.linker.objects(context, op.base))
    )


def _puts(op: Op) -> TypeGuard[Invoke | Attr]:
    """`queue.put(value)`, and `queue.put` that is handed to somebody."""
    return (isinstance(op, Invoke) and op.name in PUTS and bool(op.args)) or (isinstance(op, Attr) and op.name in PUTS)


def _is_end_mark(operand: Operand) -> bool:
    """`None`, `True`: a value that says nothing but that it is there."""
    return isinstance(operand, Const) and (operand.value is None or isinstance(operand.value, bool))


def _queue(index: ProgramIndex, rule: Rule, state: State) -> Candidate:
    places = [(write.context, write.span) for write in state.writes]
    place = index.holders.place_of(state.key, next(iter(state.objects), None)) or accesses(places)[0].place
    return Candidate(
        rule, place, state.key.symbol, Holder(state.key.holder), Confidence.SURE, accesses(places),
        accesses(state.reads), entries(index, (context for context, _ in places)),
        witness(index, places, f"writes {state.key.name}"), witness(index, state.reads, f"reads {state.key.name}"),
    )  # fmt: skip


def _starts_process(index: ProgramIndex, context: Context, op: Call | Invoke) -> bool:
    return any(index.models.is_process(callee.dotted) for callee in index.callees(context, op))


def _is_awaited(index: ProgramIndex, context: Context, op: Call | Invoke, asker: Asker) -> bool:
    """Whether the function waits for the end of the work; to await a new process only waits for its start."""
    if runs_in_place(context, op.span, RUN):
        return True
    if op.role != Role.PLAIN and not _starts_process(index, context, op):
        return op.role == Role.AWAITED
    return holds_at(asker, context, op.span, "awaited_work")


def _gives_back(index: ProgramIndex, context: Context, op: Call | Invoke) -> bool:
    """Whether someone gets what the work makes, although nothing here waits for its end."""
    return _hands_on_result(index, context, op) or _feeds_caller(index, context, op) or _returns_output(context, op)


def _returns_output(context: Context, op: Call | Invoke) -> bool:
    """`return process.stdout`"""
    names = names_of(context.body, op.target)
    outputs = {
        one.target for one in context.body.ops if isinstance(one, Attr) and one.name == OUTPUT and one.base in names
    }
    return any(isinstance(one, Return) and one.source in outputs for one in context.body.ops)


def _hands_on_result(index: ProgramIndex, context: Context, op: Call | Invoke) -> bool:
    """`future.add_done_callback(send)` where `send` passes the result on to who waits for it."""
    bound = (one.name for one in context.body.ops if isinstance(one, Bind) and one.source == op.target)
    names = {op.target, *bound}
    return any(
        _uses_result(edge.callee)
        for inner in context.body.ops
        if isinstance(inner, Invoke) and inner.name == "add_done_callback" and inner.base in names
        for edge in index.calls_at(context, inner.span)
    )


def _uses_result(callback: Context) -> bool:
    """Whether the value of `future.result()` goes anywhere."""
    results = {op.target for op in callback.body.ops if isinstance(op, Invoke) and op.name == "result"}
    return any(
        not results.isdisjoint(arguments_of(op))
        if isinstance(op, Call | Invoke)
        else isinstance(op, Bind | SetAttr | SetItem) and op.source in results
        for op in callback.body.ops
    )


def _feeds_caller(index: ProgramIndex, context: Context, op: Call | Invoke) -> bool:
    """The work puts what it makes into a local queue that the function itself takes from: `await queue.get()`."""
    taken = {one.base for one in context.body.ops if isinstance(one, Invoke) and one.name in TAKES}
    taken &= {name for name in context.body.names if name not in context.body.global_names}
    return any(
        isinstance(one, Invoke) and one.name in PUTS and one.base in taken and one.base not in callee.body.names
        for callee in _work(index, context, op)
        for one in callee.body.ops
    )


def _only_memory(index: ProgramIndex, context: Context, op: Call | Invoke) -> bool:
    """Whether everything that the work does is known and stays inside the process."""
    if (cls := _worker_class(index, context, op)) is not None:
        members = index.linker.mro(cls)
        runs = (one for one in index.reach.order if one.function is not None and one.function.owner in members)
        given = [one for one in _work(index, context, op) if one.body.name not in CONSTRUCTORS]
        work = [*(one for one in runs if one.body.name == RUN), *given]
    else:
        work = _work(index, context, op)
    return bool(work) and not any(index.changes_outside(one) or _has_unknown(index, one, set()) for one in work)


def _work(index: ProgramIndex, context: Context, op: Call | Invoke) -> list[Context]:
    """What a start runs, as far as it is code of the program."""
    return [edge.callee for edge in index.calls_within(context, op.span)]


def _only_closes(index: ProgramIndex, context: Context, op: Call | Invoke, closing: re.Pattern[str]) -> bool:
    """`create_task(socket.close())`, `Thread(target=client.disconnect)`: lost with the process, like what it closes."""
    if any(index.changes_outside(callee) for callee in _work(index, context, op)):
        return False
    work = dict(op.keywords).get("target") or next(iter(op.args), None)
    methods = list(_methods(index, context, work))
    return bool(methods) and all(closing.fullmatch(name) is not None for name in methods)


def _methods(index: ProgramIndex, context: Context, operand: Operand) -> Iterator[str]:
    """Names of the methods that a work calls, through functions around it: `shield(socket.close())`."""
    for made in definitions_of(context.body).get(operand, ()) if isinstance(operand, int) else ():
        match made:
            case Call(args=args) | Invoke(args=args) if args and _is_function(index, context, made):
                yield from (name for inner in args for name in _methods(index, context, inner))
            case Invoke(name=name) | Attr(name=name):
                yield name


def _is_function(index: ProgramIndex, context: Context, op: Call | Invoke) -> bool:
    """Whether a call is of a function by its name, or of one in a module of a library."""
    if isinstance(op, Call):
        return True
    bases = index.linker.objects(context, op.base)
    return bool(bases) and all(isinstance(obj, External) and not obj.made and obj.base is None for obj in bases)


def _has_unknown(index: ProgramIndex, context: Context, seen: set[Context]) -> bool:
    if context in seen or len(seen) > 30:  # noqa: PLR2004
        return False
    seen.add(context)
    for op in calls_of(context.body):
        if isinstance(op, Invoke):
            node = index.linker.node(context, op.base)
            if node is not None and not node.objects:
                return True
    return any(_has_unknown(index, edge.callee, seen) for edge in context.calls.values())


def _candidate(index: ProgramIndex, rule: Rule, starts: list[tuple[Context, Call | Invoke]], symbol: str) -> Candidate:
    places = [(context, op.span) for context, op in starts]
    context, op = starts[0]
    return Candidate(
        rule, place_of(context, op.span), symbol, Holder.TASK, Confidence.SURE, accesses(places), (),
        entries(index, (context for context, _ in places)),
        witness(index, places, "starts work that nobody waits for"), (),
    )  # fmt: skip


DETECTOR = Detector("accepted-work", Params, _detect)
