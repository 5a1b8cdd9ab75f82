"""Background work that the program itself starts: which call starts it, what that runs, and in which process."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from statelint.domain.words import Phase, Trigger
from statelint.facts.model import Bind, Call, Invoke, Role, Span
from statelint.models.rows import CallRow, EntryRow, Form
from statelint.program.core import CallSite
from statelint.program.definitions import calls_at, calls_of
from statelint.program.entry_points import EntryPoint, Start
from statelint.program.linking import Linker
from statelint.program.objects import (
    Context,
    External,
    FunctionObject,
    Instance,
    Node,
)
from statelint.program.reachability import Reachability
from statelint.program.starts import function_of, names_of, servers_of


class Job(msgspec.Struct, frozen=True):
    """One start of background work."""

    context: Context
    op: Call | Invoke | None  # the call that starts it
    span: Span
    row: EntryRow | CallRow
    kind: EntryRow
    function: FunctionObject | None  # None where it is a function of a library
    targets: tuple[Context, ...]
    library: tuple[External, ...]
    scheduler: External | None  # the object that keeps it, together with other jobs
    entry: EntryPoint | None


def jobs(linker: Linker, reach: Reachability) -> Iterator[Job]:
    """Every start of background work, except of the server itself."""
    for start in (*linker.starts.values(), *thread_objects(linker)):
        job = _job(linker, start)
        if not any(reach.is_startup(server) for server in servers_of(linker, start)):
            yield job


def thread_objects(linker: Linker) -> Iterator[Start]:
    """Instances of thread classes: where they are made stands for where they are started."""
    for entry in tuple(linker.entries.values()):
        if entry.row.form is not Form.BASE_CLASS or entry.row.phase is not Phase.BACKGROUND:
            continue
        for edge in tuple(entry.context.calls.values()):
            function = edge.callee.function
            if function is None or function.owner is None:
                continue
            for obj in tuple(function.owner.instances.objects):
                if isinstance(obj, Instance) and obj.site is not None and obj.site.context is not None:
                    if runs_in_place(obj.site.context, obj.site.span, function.body.name):
                        continue
                    site = CallSite(obj.site.context, obj.site.span, [], {}, Node())
                    yield Start(linker.bound(function, obj), entry.row, entry.row, site)


def runs_in_place(context: Context, span: Span, method: str) -> bool:
    """`Work().run()`: who makes the object runs it at once, in no thread of its own."""
    made = {op.target for op in calls_at(context.body, span)}
    names = {op.name for op in context.body.ops if isinstance(op, Bind) and op.source in made}
    called = {op.name for op in context.body.ops if isinstance(op, Invoke) and op.base in made | names}
    return method in called and "start" not in called


def _job(linker: Linker, start: Start) -> Job:
    context, span = start.site.context, start.site.span
    op = _starting_call(context, span, start.row)
    names = names_of(start)
    servers = servers_of(linker, start)
    return Job(
        context, op, op.span if op is not None else span, start.row, start.kind, function_of(start.handler),
        tuple(dict.fromkeys(edge.callee for server in servers for edge in server.calls.values())),
        (start.handler,) if isinstance(start.handler, External) else (), _scheduler(linker, context, op, start),
        next((linker.entries[start.kind.id, name] for name in names if (start.kind.id, name) in linker.entries), None),
    )  # fmt: skip


def _starting_call(context: Context, span: Span, row: EntryRow | CallRow) -> Call | Invoke | None:
    """The call at a place; of a coroutine, the call that it is handed to; of a decorator, what makes it."""
    own = calls_at(context.body, span)
    found = next((op for op in own if op.role != Role.DECORATOR), own[0] if own else None)
    if found is None or not (isinstance(row, CallRow) and row.runs):
        return found
    outer = (op for op in calls_of(context.body) if found.target in op.args)
    return next((op for op in outer if op.span != span and op.span.holds(span)), found)


def _scheduler(linker: Linker, context: Context, op: Call | Invoke | None, start: Start) -> External | None:
    """`scheduler` of `scheduler.add_job(...)`"""
    if not isinstance(op, Invoke) or start.row is not start.kind or start.kind.trigger is not Trigger.SCHEDULE:
        return None
    objects = linker.objects(context, op.base)
    return next((obj for obj in objects if isinstance(obj, External) and obj.made and not obj.of_value), None)
