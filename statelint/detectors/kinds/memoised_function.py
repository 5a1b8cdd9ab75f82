"""Functions memoised in process memory whose result depends on something that changes elsewhere."""

from __future__ import annotations

from typing import Any

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.backends import Backends
from statelint.detectors.candidate import Candidate, Detector, Group, Outcome
from statelint.detectors.evidence import accesses, entries, witness
from statelint.detectors.outward import work_of
from statelint.domain.findings import Cleared
from statelint.domain.words import ClearedReason, Confidence, Holder
from statelint.program.index import Memo, ProgramIndex
from statelint.program.provenance import CLOCK, FILE, OUTSIDE, RANDOM, STATE
from statelint.syntax.batch import Asker

CHANGING = frozenset({OUTSIDE, FILE, CLOCK, RANDOM, STATE})


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to set."""


def _detect(index: ProgramIndex, rules: Group, asker: Asker) -> Outcome:
    del asker
    candidates: list[Candidate] = []
    cleared: list[Cleared] = []
    backends = Backends(index)
    for memo in index.memos():
        if not memo.of_instance and not backends.may_be_local(memo.dotted, memo.site):
            cleared.append(Cleared(memo.site.place, memo.function.symbol, ClearedReason.EXTERNAL_BACKEND))
        elif not memo.contexts:
            cleared.append(Cleared(memo.site.place, memo.function.symbol, ClearedReason.UNREACHABLE))
        elif not _changes(index, memo):
            cleared.append(Cleared(memo.site.place, memo.function.symbol, ClearedReason.PURE_MEMO))
        else:
            candidates.extend(_candidate(index, rule, memo) for rule, _ in rules)
    return Outcome(tuple(candidates), tuple(cleared))


def _changes(index: ProgramIndex, memo: Memo) -> bool:
    """Whether the result depends on something that changes elsewhere, and is no client."""
    origins = frozenset[str]().union(*(index.provenance.of_result(context) for context in memo.contexts))
    changing = origins & CHANGING
    if any(index.provenance.result_is_client(context) for context in memo.contexts):
        return False
    work = work_of(memo.contexts, ())
    if memo.of_instance and not any(index.provenance.reads_elsewhere(context) for context in work):
        return False  # an attribute of a client that the object has
    return bool(changing) and not (changing == {FILE} and index.files.reads_only_code(work))


def _candidate(index: ProgramIndex, rule: Rule, memo: Memo) -> Candidate:
    heads = [(context, _head(context)) for context in memo.contexts]
    return Candidate(
        rule, memo.site.place, memo.function.symbol, Holder.MEMOISED_FUNCTION, Confidence.SURE,
        accesses(heads), (), entries(index, memo.contexts),
        witness(index, heads, f"keeps the result of {memo.function.body.name}"),
        (),
    )  # fmt: skip


def _head(context: Any) -> Any:
    span = context.body.span
    return type(span)(span.line, span.column, span.line, span.column)


DETECTOR = Detector("memoised-function", Params, _detect)
