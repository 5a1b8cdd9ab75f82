"""Background work: threads, timers, tasks and endless loops that start-up code leaves running."""

from __future__ import annotations

from functools import lru_cache

from statelint.domain.words import Phase, Trigger
from statelint.facts.model import Call, Invoke
from statelint.models.rows import CallRow, EntryRow, Form
from statelint.program.core import CallSite
from statelint.program.entry_points import LOOP
from statelint.program.handlers import Handlers
from statelint.program.objects import DROPPED, SERVING, Bound, Context, FunctionObject, Object, Partial


class Background(Handlers):
    """Makes an entry point of what goes on while the application serves."""

    hosts: dict[Context, None]

    def register_background(self, obj: Object, row: CallRow, site: CallSite) -> None:
        """Work that start-up code hands to a thread, timer or loop."""
        self.hosts[site.context] = None
        trigger = row.trigger or Trigger.THREAD
        entry = _background_row(trigger)
        function = obj.function if isinstance(obj, Bound) else obj
        self.note_start(obj, row, entry, site)
        if isinstance(function, FunctionObject):
            server = self.entry(entry, function.body, function.module, function.symbol, "", "")
        else:
            server = self.server(entry, f"{site.context.symbol}:{site.span.line}", site.context.module)
            if isinstance(obj, Partial):
                self.register_function(obj, entry, site, "", "")
        inner = site.with_args(site.args)
        inner.context = server
        inner.phase = SERVING
        self.call(obj, inner)

    def register_loop(self, context: Context, op: Call | Invoke) -> None:
        """A call in an endless loop of start-up code is background work of the process."""
        site = self.call_site(context, op)
        site.context = self.entry(LOOP, context.body, context.module, context.symbol, "", "")
        site.phase = SERVING
        site.target = DROPPED
        if isinstance(op, Call):
            self.each(self.node(context, op.callee), lambda callee: self.call(callee, site))
        else:
            self.each(self.node(context, op.base), lambda base: self.invoke(base, op.name, site))


@lru_cache(maxsize=16)
def _background_row(trigger: Trigger) -> EntryRow:
    once = trigger is not Trigger.SCHEDULE
    row_id = f"background-{trigger.value}"
    return EntryRow(id=row_id, form=Form.CALL, trigger=trigger, phase=Phase.BACKGROUND, once=once)
