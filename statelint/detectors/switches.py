"""Writes below a switch that no caller turns on."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from statelint.detectors.asking import answer_at
from statelint.facts.model import Bind, Const
from statelint.program.definitions import definitions_of
from statelint.program.index import ProgramIndex
from statelint.program.objects import Context
from statelint.program.state import Write
from statelint.program.values import Known
from statelint.syntax.batch import Asker, Verdict


def switched_on(index: ProgramIndex, writes: Iterable[Write], asker: Asker) -> list[Write]:
    """Writes but for those that run only if a parameter is true, which every call leaves false."""
    parameters = cache(lambda context: _parameters_off(index, context))

    def is_off(write: Write) -> bool:
        if not (off := parameters(write.context)):
            return False
        answer = answer_at(asker, write.context, write.span, "needs_true")
        return answer.verdict is Verdict.CONFIRMED and not off.isdisjoint(answer.note.split())

    return [write for write in writes if not is_off(write)]


def _parameters_off(index: ProgramIndex, context: Context) -> set[str]:
    switches = [
        param.name
        for param in context.body.params
        if param.has_default and isinstance(param.default, Const) and not param.default.value
    ]
    if not switches or not _are_calls_known(index, context):
        return set()
    return {name for name in switches if _is_never_true(index, context, name)}


def _are_calls_known(index: ProgramIndex, context: Context) -> bool:
    edges = [
        edge
        for caller in index.reach.callers.get(context, ())
        for edge in caller.calls.values()
        if edge.callee is context
    ]
    return bool(edges) and not any(edge.likely for edge in edges)


def _is_never_true(index: ProgramIndex, context: Context, name: str) -> bool:
    if any(isinstance(op, Bind) for op in definitions_of(context.body).get(name, ())):
        return False
    return all(isinstance(value, Known) and not value.value for value in index.values.of(context, name))
