"""Locks of one process that guard something other replicas change too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.candidate import Candidate, Detector, Outcome
from statelint.detectors.evidence import accesses, entries, witness
from statelint.domain.findings import Cleared
from statelint.domain.words import ClearedReason, Confidence
from statelint.facts.model import Enter, Span
from statelint.program.holders import Key
from statelint.program.index import ProgramIndex
from statelint.program.objects import Context, External, Object
from statelint.syntax.batch import Asker, Question, Verdict


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to set."""


def _locked(index: ProgramIndex) -> Iterator[tuple[Context, Enter, External]]:
    for context in index.reach.order:
        for op in context.body.ops:
            if not isinstance(op, Enter):
                continue
            node = index.linker.node(context, op.source)
            for obj in tuple(node.objects) if node is not None else ():
                if _is_lock(index, obj) and index.holders.is_long_lived(obj):
                    assert isinstance(obj, External)
                    yield context, op, obj


def _is_lock(index: ProgramIndex, obj: Object) -> bool:
    if not isinstance(obj, External) or not obj.made:
        return False
    row = index.models.type_row(obj.dotted)
    return row is not None and row.kind == "lock"


def _question(span: Span) -> Question:
    return Question("guarded_block", span.line, span.column)


def _detect(index: ProgramIndex, rules: tuple[tuple[Rule, Any], ...], asker: Asker) -> Outcome:
    used: dict[Key, list[tuple[Context, Span, External, bool]]] = {}
    for context, op, lock in _locked(index):
        key = index.holders.key_of(lock)
        if key is None:
            continue
        answer = asker.ask(context.module.path, _question(op.span))
        outside = False
        if answer.verdict is Verdict.CONFIRMED:
            first, _, last = answer.note.partition("-")
            outside = index.lines_change_outside(context, int(first), int(last))
        used.setdefault(key, []).append((context, op.span, lock, outside))
    candidates: list[Candidate] = []
    cleared: list[Cleared] = []
    for key, uses in used.items():
        place = index.holders.place_of(key, uses[0][2]) or accesses([(uses[0][0], uses[0][1])])[0].place
        if not any(outside for *_, outside in uses):
            cleared.append(Cleared(place, key.symbol, ClearedReason.GUARDS_MEMORY_ONLY))
            continue
        places = [(context, span) for context, span, _, outside in uses if outside]
        candidates.extend(
            Candidate(
                rule,
                place,
                key.symbol,
                key.holder,
                Confidence.LIKELY,
                accesses(places),
                (),
                entries(index, (context for context, _ in places)),
                witness(index, places, f"holds {key.name}"),
                (),
            )
            for rule, _ in rules
        )
    return Outcome(tuple(candidates), tuple(cleared))


DETECTOR = Detector("process-lock", Params, _detect)
