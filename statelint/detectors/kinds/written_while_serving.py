"""Long-lived objects that serving code changes; the most specific rule takes each."""

from __future__ import annotations

from typing import Any

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.candidate import Candidate, Detector, Outcome
from statelint.detectors.evidence import accesses, entries, witness
from statelint.detectors.verdicts import Judgement, judge
from statelint.domain.findings import Cleared, Place
from statelint.domain.words import ClearedReason, Confidence, Holder
from statelint.program.effects import State
from statelint.program.index import ProgramIndex
from statelint.program.objects import Container
from statelint.syntax.batch import Asker


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a rule takes a state object: any word or shape, and every shape of `all_of`."""

    holders: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    priority: int = 0


def _matches(params: Params, state: State, judgement: Judgement) -> bool:
    if params.holders and state.key.holder.value not in params.holders:
        return False
    if not judgement.shapes.issuperset(params.all_of) or not judgement.shapes.isdisjoint(params.none_of):
        return False
    if not params.words and not params.shapes:
        return True
    return not judgement.words.isdisjoint(params.words) or not judgement.shapes.isdisjoint(params.shapes)


def _detect(index: ProgramIndex, rules: tuple[tuple[Rule, Any], ...], asker: Asker) -> Outcome:
    candidates: list[Candidate] = []
    cleared: list[Cleared] = []
    ordered = sorted(rules, key=lambda pair: (-pair[1].priority, pair[0].id))
    for state in index.effects.states.values():
        judgement = judge(index, state, asker)
        place = _place(index, state)
        if index.is_script(state.key.path):
            cleared.append(Cleared(place, state.key.symbol, ClearedReason.PER_REQUEST))
            continue
        if judgement.cleared is not None:
            cleared.append(Cleared(place, state.key.symbol, judgement.cleared, judgement.detail))
            continue
        rule = next((rule for rule, params in ordered if _matches(params, state, judgement)), None)
        if rule is not None:
            candidates.append(_candidate(index, rule, state, place))
    return Outcome(tuple(candidates), tuple(cleared))


def _place(index: ProgramIndex, state: State) -> Place:
    made_here = sorted(state.objects, key=lambda obj: not isinstance(obj, Container))
    place = index.holders.place_of(state.key, next(iter(made_here), None))
    return place or accesses((write.context, write.span) for write in state.writes)[0].place


def _candidate(index: ProgramIndex, rule: Rule, state: State, place: Place) -> Candidate:
    writes = [(write.context, write.span) for write in state.writes]
    likely = all(index.reach.is_likely(context) for context, _ in writes)
    return Candidate(
        rule,
        place,
        state.key.symbol,
        Holder(state.key.holder),
        Confidence.LIKELY if likely else Confidence.SURE,
        accesses(writes),
        accesses(state.reads),
        entries(index, (context for context, _ in writes)),
        witness(index, writes, f"writes {state.key.name}"),
        witness(index, state.reads, f"reads {state.key.name}"),
    )


DETECTOR = Detector("written-while-serving", Params, _detect)
