"""State that a library keeps in the process or on its disk, because of an argument, a setting or a default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.backends import Backends, Judged, Use
from statelint.detectors.candidate import Candidate, Detector, Outcome, Particulars
from statelint.detectors.clauses import Level
from statelint.detectors.evidence import accesses, entries, witness
from statelint.domain.findings import Cleared, Place, Step
from statelint.domain.words import LOWER_SEVERITY, SEVERITY_OF, ClearedReason, Confidence, Holder, Severity
from statelint.facts.model import Bind, Span
from statelint.models.arguments import MEMO_RULE
from statelint.models.rows import BackendForm, BackendRow
from statelint.program.index import ProgramIndex
from statelint.program.objects import Context
from statelint.program.reachability import place_of
from statelint.program.settings import is_for_development
from statelint.syntax.batch import Asker

SCOPES = {"process": "process memory", "host": "the local disk", "client": "the client"}
OWN_ROWS = frozenset({"periodic-job"})  # kinds that judge the rows of their rules themselves


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to set: the rows of `rules/libraries/` name the rule."""


def _detect(index: ProgramIndex, rules: tuple[tuple[Rule, Any], ...], asker: Asker) -> Outcome:
    del asker
    if not index.reach.entries:
        return Outcome((), ())
    backends = Backends(index)
    by_id = {rule.id: rule for rule, _ in rules}
    candidates: dict[tuple[str, Place], Candidate] = {}
    cleared: list[Cleared] = []
    for row in index.models.arguments.backend_rows:
        rule = by_id.get(row.rule)
        if rule is None or rule.detector in OWN_ROWS or (row.rule == MEMO_RULE and row.form is BackendForm.DECORATOR):
            continue  # a scheduler depends on what its jobs do, a memo on what the function does
        for uses, judged in _judged(backends, row):
            if judged is None:
                cleared.append(Cleared(_call_place(uses[0]), _symbol(uses[0]), ClearedReason.EXTERNAL_BACKEND, row.id))
                continue
            candidate = _candidate(index, rule, row, uses, judged)
            candidates.setdefault((rule.id, candidate.place), candidate)
    return Outcome(tuple(candidates.values()), tuple(cleared))


def _judged(backends: Backends, row: BackendRow) -> Iterator[tuple[list[Use], Judged | None]]:
    """Uses with one verdict: a setting decides for all of them, an argument for its own call."""
    uses = backends.uses(row.callables)
    if row.form is not BackendForm.SETTING:
        for use in uses:
            yield [use], backends.judge(row, use)
        return
    judged = backends.judge(row, uses[0] if uses else None)
    if judged is not None and (uses or judged.setting is not None):
        yield uses, judged
    elif uses:
        yield uses, None


def _candidate(index: ProgramIndex, rule: Rule, row: BackendRow, uses: list[Use], judged: Judged) -> Candidate:
    setting = judged.setting
    places = [(use.context, use.op.span) for use in uses]
    serving = [pair for pair in places if pair[0] in index.reach]
    place = _call_place(uses[0]) if setting is None else place_of(setting.store.context, setting.store.span)
    path = witness(index, serving, f"uses {row.callables[0]}") or (
        Step(place, _owner(uses, setting), "switched on here"),
    )
    return Candidate(
        rule, place, setting.symbol if setting is not None else _symbol(uses[0]), Holder.LIBRARY_OBJECT,
        Confidence.SURE if judged.level is Level.YES else Confidence.LIKELY, accesses(places), (),
        entries(index, (context for context, _ in serving)), path, (), _particulars(rule, row, uses, judged),
    )  # fmt: skip


def _particulars(rule: Rule, row: BackendRow, uses: list[Use], judged: Judged) -> Particulars:
    consequence = row.consequence or rule.consequence
    severity = rule.severity or SEVERITY_OF[consequence]
    if judged.setting is not None and is_for_development(judged.setting.symbol):
        severity = Severity.INFO
    elif judged.level is Level.BY_DEFAULT:
        severity = LOWER_SEVERITY[severity]
    why = row.why or rule.why
    if judged.variable:
        why = f"{why} This is what happens unless `{judged.variable}` is set."
    elif judged.level is Level.BY_DEFAULT:
        why = f"{why} Another branch chooses another back end."
    library = uses[0].dotted if uses else row.callables[0]
    return Particulars(severity, consequence, why, row.instead, {"library": library, "scope": SCOPES[row.scope]})


def _owner(uses: list[Use], setting: object) -> str:
    if uses:
        return uses[0].context.symbol
    return getattr(setting, "symbol", "")


def _call_place(use: Use) -> Place:
    span = use.op.span
    return place_of(use.context, Span(span.line, span.column, span.end_line, span.end_column))


def _symbol(use: Use) -> str:
    """The name that the result is bound to, or the callable."""
    return f"{use.context.symbol}.{_bound_to(use.context, use) or use.dotted.rpartition('.')[2]}"


def _bound_to(context: Context, use: Use) -> str:
    return next((op.name for op in context.body.ops if isinstance(op, Bind) and op.source == use.op.target), "")


DETECTOR = Detector("library-backend", Params, _detect, takes_every_rule=True)
