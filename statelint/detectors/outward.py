"""What work does outside its process: the nearest call that changes something there, and leases taken before it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator

import msgspec

from statelint.detectors.asking import answer_at
from statelint.domain.findings import Step
from statelint.facts.model import Attr, Bind, Call, Const, Invoke, Span
from statelint.program.definitions import calls_of
from statelint.program.index import ProgramIndex
from statelint.program.objects import Context, Edge, External
from statelint.program.reachability import place_of
from statelint.program.values import Known
from statelint.syntax.batch import Asker, Verdict

STATEMENT = "execute"  # how the names of methods begin that run statements
NEAR_LEASE = 2  # calls between what is started and the lease that it takes
FARTHEST = 400  # functions that one piece of work calls, before the search ends


class Act(msgspec.Struct, frozen=True):
    """One call that changes something outside, and the calls that lead to it."""

    context: Context
    span: Span
    name: str
    is_guess: bool
    path: tuple[Edge, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The calls as steps of a witness path."""
        calls = [
            Step(place_of(edge.caller, edge.span), edge.caller.symbol, f"calls {edge.callee.body.name}")
            for edge in self.path
        ]
        return (*calls, Step(place_of(self.context, self.span), self.context.symbol, f"calls {self.name}"))


def work_of(targets: Iterable[Context], plans: Container[tuple[Context, Span]]) -> dict[Context, Edge | None]:
    """Every function that the work runs, nearest first, with the call that leads to it; `plans` plan other jobs."""
    found: dict[Context, Edge | None] = dict.fromkeys(targets)
    waiting = deque(found)
    while waiting and len(found) < FARTHEST:
        for edge in tuple(waiting.popleft().calls.values()):
            if edge.callee not in found and (edge.caller, edge.span) not in plans:
                found[edge.callee] = edge
                waiting.append(edge.callee)
    return found


def path_to(work: dict[Context, Edge | None], context: Context) -> tuple[Edge, ...]:
    """The calls that lead from the start of the work to a function."""
    found: list[Edge] = []
    while (edge := work[context]) is not None:
        found.append(edge)
        context = edge.caller
    return tuple(reversed(found))


def act_of(
    index: ProgramIndex, work: dict[Context, Edge | None], asker: Asker, counts: Callable[[Context, Span], bool]
) -> Act | None:
    """The nearest call that changes something outside; by the name of its method where nothing else is known.

    `counts` tells of places in the work whether they, and what is called there, count.
    """
    guessed: Act | None = None
    for context in work:
        if not all(_is_called(edge, counts) for edge in path_to(work, context)):
            continue
        for op in calls_of(context.body):
            if not counts(context, op.span):
                continue
            if _changes(index, context, op, asker):
                return Act(context, op.span, _name(index, context, op), is_guess=False, path=path_to(work, context))
            if guessed is None and isinstance(op, Invoke) and _may_change(index, context, op, asker):
                guessed = Act(context, op.span, op.name, is_guess=True, path=path_to(work, context))
    return guessed


def _is_called(edge: Edge, counts: Callable[[Context, Span], bool]) -> bool:
    """Whether some call that counts leads from the same caller to the same function."""
    return any(one.callee is edge.callee and counts(one.caller, one.span) for one in tuple(edge.caller.calls.values()))


def takes_lease(index: ProgramIndex, work: dict[Context, Edge | None], planner: Context) -> bool:
    """Whether some call asks for what only one replica gets, before the work is divided into many steps."""
    near = (context for context in work if len(path_to(work, context)) <= NEAR_LEASE)
    return any(_is_lease(index, context, op) for context in (*near, planner) for op in context.body.ops)


def _is_lease(index: ProgramIndex, context: Context, op: object) -> bool:
    recurrence = index.models.recurrence
    if isinstance(op, Attr):
        return any(
            recurrence.takes_lease(f"{obj.dotted}.{op.name}")
            for obj in index.linker.objects(context, op.base)
            if hasattr(obj, "dotted")
        )
    if not isinstance(op, Call | Invoke):
        return False
    if any(name in recurrence.lease_keywords and value != Const(value=False) for name, value in op.keywords):
        return True
    texts = (value.value for value in op.args if isinstance(value, Const) and isinstance(value.value, str))
    return recurrence.says_lease(texts) or any(
        recurrence.takes_lease(callee.dotted) for callee in index.callees(context, op)
    )


def _changes(index: ProgramIndex, context: Context, op: Call | Invoke, asker: Asker) -> bool:
    """Whether a call changes something outside, or hands over a method of a library that does."""
    if index.op_changes_outside(context, op) and not only_reads(index, context, op, asker):
        return True
    return _handed_over(index, context, op) is not None


def _may_change(index: ProgramIndex, context: Context, op: Invoke, asker: Asker) -> bool:
    return index.may_change_outside(context, op) and not only_reads(index, context, op, asker)


def _handed_over(index: ProgramIndex, context: Context, op: Call | Invoke) -> str | None:
    """`run_in_executor(None, client.publish)`"""
    origins = index.models.origins
    for callee in index.callees(context, op):
        row = index.models.call_row(callee.dotted)
        if (row is not None and row.trigger is not None) or index.models.entries_for_callable(callee.dotted):
            for operand in op.args:
                for obj in index.linker.objects(context, operand):
                    if isinstance(obj, External) and not obj.made and origins.writes_outside(obj.dotted):
                        return None if origins.only_looks(obj.dotted) else obj.dotted
    return None


def only_reads(index: ProgramIndex, context: Context, op: Call | Invoke, asker: Asker) -> bool:
    """`get(url).json()`, `execute("SELECT ...")`, `execute(select(Order))`"""
    origins = index.models.origins
    known = reads_by_statement(index, context, op, asker)
    if known is not None and isinstance(op, Invoke) and op.name.startswith(STATEMENT):
        return known
    callees = index.callees(context, op)
    if callees and all(_looks(index, callee) for callee in callees):
        return True
    if known is not None:
        return known
    statement = op.args[0] if op.args else None
    made = [obj for obj in index.linker.objects(context, statement) if isinstance(obj, External) and obj.made]
    return isinstance(op, Invoke) and bool(made) and all(origins.only_looks(obj.dotted) for obj in made)


def _looks(index: ProgramIndex, callee: External) -> bool:
    """Whether a library's function makes a client or reads, or a method of what it gave reads."""
    origins = index.models.origins
    if _is_of_made(callee):
        return origins.is_reading(callee.dotted.rpartition(".")[2])
    return origins.only_looks(callee.dotted)


def _is_of_made(callee: External) -> bool:
    """Whether a name is a method, or one of a part, of what some call made."""
    base = callee.base
    while isinstance(base, External) and not base.made:
        base = base.base
    return base is not None


def reads_by_statement(index: ProgramIndex, context: Context, op: Call | Invoke, asker: Asker) -> bool | None:
    """Whether the text that a call gets first is a statement that only reads; None where no text is known."""
    origins = index.models.origins
    values = index.values.of(context, op.args[0]) if op.args else ()
    texts = [value.value for value in values if isinstance(value, Known)]
    if any(isinstance(text, str) for text in texts):
        return all(isinstance(text, str) and origins.is_reading_statement(text) for text in texts)
    for span in _texts_elsewhere(context, op):
        answer = answer_at(asker, context, span, "first_word")
        if answer.verdict is Verdict.CONFIRMED:
            return origins.is_reading_statement(answer.note)
    return None


def _texts_elsewhere(context: Context, op: Call | Invoke) -> Iterator[Span]:
    """Where the first argument may be a long text, of which facts say nothing: in the call, or bound to a name."""
    statement = op.args[0] if op.args else Const(None)
    if statement is None:
        yield op.span
    elif isinstance(statement, str):
        for body in (context.body, context.module.bodies[0]):
            bound = [one for one in body.ops if isinstance(one, Bind) and one.name == statement]
            if bound:
                yield from (one.span for one in bound[:1] if one.source is None and len(bound) == 1)
                return


def _name(index: ProgramIndex, context: Context, op: Call | Invoke) -> str:
    if (handed := _handed_over(index, context, op)) is not None:
        return handed
    names = [callee.dotted for callee in index.callees(context, op) if "*" not in callee.dotted]
    known = next((name for name in names if index.models.origins.writes_outside(name)), "")
    return known or (op.name if isinstance(op, Invoke) else "a library")
