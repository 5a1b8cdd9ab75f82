"""Coroutines that start-up code hands to whatever runs them from then on, also through functions of its own."""

from __future__ import annotations

from statelint.facts.model import Attr, Call, Invoke, Operand, SetAttr
from statelint.models.rows import CallRow
from statelint.program.core import CallSite
from statelint.program.definitions import calls_at, given_to
from statelint.program.objects import STARTUP, Context, Node
from statelint.program.registration import Registration


class Coroutines(Registration):
    """Finds the call that makes a coroutine, from the call that runs it."""

    coroutine_parameters: dict[Context, dict[int, CallRow]]

    def run_coroutine(self, operand: Operand, row: CallRow, context: Context) -> None:
        """`create_task(poll())` of start-up code: `poll` goes on while the application serves."""
        made = self.made_by(context, operand)
        if isinstance(made, Call | Invoke):
            self._run_called(made, row, context)
        elif isinstance(made, Attr):
            if self.first_time("coroutine", context, made.base, made.name, row.callables):
                self._run_kept(made, row, context)
        elif made is None:
            at = next((at for at, param in enumerate(context.body.params) if param.name == operand), None)
            if at is not None:
                self._run_parameter(at, row, context)

    def _run_kept(self, kept: Attr, row: CallRow, context: Context) -> None:
        """`self.work = poll()`, and later `create_task(self.work)`."""
        for op in context.body.ops:
            if isinstance(op, SetAttr) and (op.base, op.name) == (kept.base, kept.name):
                self.run_coroutine(op.source, row, context)

    def _run_called(self, made: Call | Invoke, row: CallRow, context: Context) -> None:
        inner = self.call_site(context, made)
        inner.target = Node()
        if isinstance(made, Call):
            self.each(self.node(context, made.callee), lambda callee: self.register_background(callee, row, inner))
            return
        methods = Node()
        self.each(
            self.node(context, made.base),
            lambda base: self.load_attribute(base, made.name, methods, context, made.span),
        )
        self.each(methods, lambda callee: self.register_background(callee, row, inner))

    def _run_parameter(self, at: int, row: CallRow, context: Context) -> None:
        """`def start(coroutine): create_task(coroutine)`: whoever calls it made the coroutine."""
        known = self.coroutine_parameters.setdefault(context, {})
        if at in known:
            return
        known[at] = row
        for caller in tuple(self.contexts.values()):
            for edge in tuple(caller.calls.values()):
                if edge.callee is context:
                    for op in calls_at(caller.body, edge.span):
                        self._run_given(op, at, row, caller, context)

    def call_edge(self, site: CallSite, callee: Context) -> None:
        """A new caller of a function that runs its parameter."""
        super().call_edge(site, callee)
        for at, row in self.coroutine_parameters.get(callee, {}).items():
            for op in calls_at(site.context.body, site.span):
                self._run_given(op, at, row, site.context, callee)

    def _run_given(self, op: Call | Invoke, at: int, row: CallRow, caller: Context, callee: Context) -> None:
        given = given_to(op, callee, at)
        if given is not None and caller.phase == STARTUP:
            self.run_coroutine(given[0], row, caller)
