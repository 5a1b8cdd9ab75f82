"""Does background work go on and on, and how often does it act?"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from statelint.detectors.asking import answer_at
from statelint.detectors.outward import Act, act_of, path_to
from statelint.facts.model import Call, Invoke, Operand, Role, Span
from statelint.models.rows import CallRow, EntryRow
from statelint.program.definitions import argument, arguments_of, calls_of
from statelint.program.index import ProgramIndex
from statelint.program.jobs import Job
from statelint.program.objects import Container, Context, Edge, External
from statelint.program.values import Known
from statelint.syntax.batch import Asker

TAKES = frozenset({"get", "get_nowait"})
NEAREST = 1  # calls between what is started and the loop or the next start


class Turn(msgspec.Struct, frozen=True):
    """The lines of a loop."""

    context: Context
    first: int
    last: int

    def holds(self, context: Context, span: Span) -> bool:
        """Whether a place stands in the loop, or in another function."""
        return context is not self.context or self.first <= span.line <= self.last


class Rhythm(msgspec.Struct, frozen=True):
    """How work goes on: `often` is `every 5 s` where that is written; `act` where going on is itself the act.

    `turn` is what one turn of a loop runs, where there is a loop: what follows the loop happens once.
    """

    often: str
    act: Act | None = None
    turn: Turn | None = None


def rhythm_of(index: ProgramIndex, job: Job, work: dict[Context, Edge | None], asker: Asker) -> Rhythm | None:
    """None where the work ends by itself, or waits for what this process is given to do."""
    if job.row.repeats:
        return Rhythm(_often(index, job.context, job.op, job.row))
    for listener in job.library:
        if index.models.recurrence.listens(listener.dotted):
            span = job.op.span if job.op is not None else job.span
            act = Act(job.context, span, listener.dotted, is_guess=False, path=())
            return Rhythm("for ever", act)
    near = [context for context in work if is_near(work, context)]
    if any(_takes_from_queue(index, context) for context in near):
        return None
    found = [one for context in near for one in _in(index, context, job, work, asker)]
    acting = (one for one in found if one.turn is None or act_of(index, work, asker, one.turn.holds) is not None)
    return next(acting, next(iter(found), None))


def is_near(work: dict[Context, Edge | None], context: Context) -> bool:
    """Whether a function is what was started, or called by it."""
    return len(path_to(work, context)) <= NEAREST


def _in(
    index: ProgramIndex, context: Context, job: Job, work: dict[Context, Edge | None], asker: Asker
) -> Iterator[Rhythm]:
    for op in calls_of(context.body):
        for callee in index.callees(context, op):
            if index.models.recurrence.listens(callee.dotted):
                act = Act(context, op.span, callee.dotted, is_guess=False, path=path_to(work, context))
                yield Rhythm("for ever", act)
            if op.role != Role.AWAITED and _starts_again(index, callee, context, op, job):
                yield Rhythm(_often(index, context, op, index.models.call_row(callee.dotted)))
            if index.models.recurrence.waits(callee.dotted):
                lines = answer_at(asker, context, op.span, "waiting_loop").numbers
                if lines is not None:
                    yield Rhythm(_waiting(index, context, op), turn=Turn(context, *lines))


def _starts_again(index: ProgramIndex, callee: External, context: Context, op: Call | Invoke, job: Job) -> bool:
    """`threading.Timer(5, tick)` inside of `tick`."""
    row = index.models.call_row(callee.dotted)
    rows = index.models.entries_for_callable(callee.dotted)
    starts = (row is not None and row.trigger is not None) or any(one.phase is job.kind.phase for one in rows)
    if not starts or job.function is None:
        return False
    for operand in arguments_of(op):
        for obj in index.linker.objects(context, operand):
            if getattr(obj, "function", obj) is job.function:
                return True
    return False


def _takes_from_queue(index: ProgramIndex, context: Context) -> bool:
    """Such a loop does what this process was given to do."""
    return any(
        isinstance(obj, Container) and obj.row is not None and obj.row.kind == "queue"
        for op in calls_of(context.body)
        if isinstance(op, Invoke) and op.name in TAKES
        for obj in index.linker.objects(context, op.base)
    )


# --- in words


def _often(index: ProgramIndex, context: Context, op: Call | Invoke | None, row: EntryRow | CallRow | None) -> str:
    parts: list[str] = []
    for which, unit in row.interval if op is not None and row is not None else ():
        given = argument(op, (which,))  # type: ignore[arg-type]
        if given is not None and (text := _amount(index, context, given[0], unit)):
            parts.append(text)
    return f"every {' '.join(dict.fromkeys(parts))}" if parts else "again and again"


def _waiting(index: ProgramIndex, context: Context, op: Call | Invoke) -> str:
    given = argument(op, (0, "timeout"))
    text = _amount(index, context, given[0], "s") if given is not None else ""
    return f"every {text}" if text else "again and again"


def _amount(index: ProgramIndex, context: Context, operand: Operand, unit: str) -> str:
    values = index.values.of(context, operand)
    if len(values) != 1 or not isinstance(values[0], Known):
        return ""
    value = values[0].value
    if unit == "ms" and isinstance(value, int | float):
        value, unit = value / 1000, "s"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if unit == "cron" or isinstance(value, str):
        return f"`{value}`" if isinstance(value, str) else ""
    return f"{value} {unit}" if isinstance(value, int | float) and not isinstance(value, bool) else ""
