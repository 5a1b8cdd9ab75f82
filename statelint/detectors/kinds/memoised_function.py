"""Functions memoised in process memory whose result depends on something that changes elsewhere."""

from __future__ import annotations

from typing import Any

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.backends import Backends
from statelint.detectors.candidate import Candidate, Detector, Outcome
from statelint.detectors.evidence import accesses, entries, witness
from statelint.detectors.shipped import reads_shipped_files
from statelint.domain.findings import Cleared
from statelint.domain.words import ClearedReason, Confidence, Holder
from statelint.program.index import ProgramIndex
from statelint.program.objects import FunctionObject
from statelint.program.provenance import CLOCK, FILE, OUTSIDE, RANDOM, STATE
from statelint.syntax.batch import Asker


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to set."""


def _detect(index: ProgramIndex, rules: tuple[tuple[Rule, Any], ...], asker: Asker) -> Outcome:
    del asker
    candidates: list[Candidate] = []
    cleared: list[Cleared] = []
    backends = Backends(index)
    for function in index.memoised():
        assert function.memo is not None
        place = function.memo[1].place
        if not backends.may_be_local(*function.memo):
            cleared.append(Cleared(place, function.symbol, ClearedReason.EXTERNAL_BACKEND))
            continue
        contexts = index.contexts_of(function)
        if not contexts:
            cleared.append(Cleared(place, function.symbol, ClearedReason.UNREACHABLE))
            continue
        origins = frozenset[str]().union(*(index.provenance.of_result(context) for context in contexts))
        client = any(index.provenance.result_is_client(context) for context in contexts)
        changing = origins & {OUTSIDE, FILE, CLOCK, RANDOM, STATE}
        if changing == {FILE} and reads_shipped_files(index, contexts):
            changing = frozenset()
        if client or not changing:
            cleared.append(Cleared(place, function.symbol, ClearedReason.PURE_MEMO))
            continue
        candidates.extend(_candidate(index, rule, function) for rule, _ in rules)
    return Outcome(tuple(candidates), tuple(cleared))


def _candidate(index: ProgramIndex, rule: Rule, function: FunctionObject) -> Candidate:
    assert function.memo is not None
    contexts = index.contexts_of(function)
    heads = [(context, _head(context)) for context in contexts]
    return Candidate(
        rule, function.memo[1].place, function.symbol, Holder.MEMOISED_FUNCTION, Confidence.SURE,
        accesses(heads), (), entries(index, contexts),
        witness(index, heads, f"keeps the result of {function.body.name}"),
        (),
    )  # fmt: skip


def _head(context: Any) -> Any:
    span = context.body.span
    return type(span)(span.line, span.column, span.line, span.column)


DETECTOR = Detector("memoised-function", Params, _detect)
