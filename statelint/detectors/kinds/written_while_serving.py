"""Long-lived objects that serving code changes; the most specific rule takes each."""

from __future__ import annotations

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.candidate import Candidate, Detector, Group, Outcome
from statelint.detectors.evidence import accesses, entries, witness
from statelint.detectors.in_flight import REMOVALS
from statelint.detectors.proposals import Proposals
from statelint.detectors.refusals import refuses
from statelint.detectors.verdicts import Judgement, holds_locks, is_queue, judge, question_of
from statelint.domain.findings import Cleared, Place
from statelint.domain.words import ClearedReason, Confidence, Holder
from statelint.facts.model import Span
from statelint.program.holders import Key
from statelint.program.index import ProgramIndex
from statelint.program.objects import SERVING, Container, Context, External, FunctionObject, Instance, Object
from statelint.program.state import State, Write
from statelint.syntax.batch import Asker, Verdict


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule takes a state object by any word, refusal or shape, all of `all_of`, and a write that `asks` confirms."""

    holders: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    words_need: tuple[str, ...] = ()  # shapes without which a word says nothing
    writers: tuple[str, ...] = ()  # words in the names of the functions that write
    shapes: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    asks: str = ""
    refusals: tuple[str, ...] = ()  # words of an answer that a comparison with what is kept leads to
    priority: int = 0


def _matches(params: Params, state: State, judgement: Judgement, asker: Asker) -> bool:
    if params.holders and state.key.holder.value not in params.holders:
        return False
    if not judgement.shapes.issuperset(params.all_of) or not judgement.shapes.isdisjoint(params.none_of):
        return False
    named = not judgement.words.isdisjoint(params.words) or not judgement.writers.isdisjoint(params.writers)
    named = named and judgement.shapes.issuperset(params.words_need)
    if params.refusals and not named:  # how many there are without a time says that it is full
        named = refuses(state, params.refusals, asker, only_values="clock" not in judgement.shapes)
    if (params.words or params.shapes) and not named and judgement.shapes.isdisjoint(params.shapes):
        return False
    return not params.asks or any(_is_confirmed(params.asks, write, asker) for write in state.writes)


def _is_confirmed(kind: str, write: Write, asker: Asker) -> bool:
    question = question_of(write)
    if question is None:
        return False
    answer = asker.ask(write.context.module.path, msgspec.structs.replace(question, kind=kind))
    return answer.verdict is Verdict.CONFIRMED


def _detect(index: ProgramIndex, rules: Group, asker: Asker) -> Outcome:
    candidates: dict[Key, Candidate] = {}
    cleared: list[Cleared] = []
    proposals = Proposals(index)
    ordered = sorted(rules, key=lambda pair: (-pair[1].priority, pair[0].id))
    for state in index.effects.states.values():
        if holds_locks(index, state) or _is_of_memo(state):
            continue  # what they guard decides, or the memo itself
        place = _place(index, state)
        if index.is_script(state.key.path):
            cleared.append(Cleared(place, state.key.symbol, ClearedReason.PER_REQUEST))
            continue
        judgement = judge(index, state, asker)
        if judgement.cleared is not None:
            cleared.append(Cleared(place, state.key.symbol, judgement.cleared, judgement.detail))
            continue
        if is_queue(state):
            continue  # accepted work
        rule = next((rule for rule, params in ordered if _matches(params, state, judgement, asker)), None)
        if rule is not None:
            fix = proposals.of_table(rule.fix, state) if rule.fix else None
            candidates[state.key] = msgspec.structs.replace(_candidate(index, rule, state, place), fix=fix)
    return Outcome(tuple(_with_entries(index, candidates)), tuple(cleared))


def _is_of_memo(state: State) -> bool:
    """Whether a state is an attribute of memoised functions, such as the time at which their results expire."""
    owners = {write.obj for write in state.writes}
    return all(isinstance(obj, FunctionObject) and obj.memo is not None for obj in owners)


def _with_entries(index: ProgramIndex, candidates: dict[Key, Candidate]) -> list[Candidate]:
    """What changes in the entries that requests put into a table is a change of that table."""
    kept = dict(candidates)
    for key, candidate in candidates.items():
        if _is_queued(index, index.effects.states[key]):
            del kept[key]  # a part of accepted work
            continue
        tables = _tables_of(index, index.effects.states[key])
        if tables and key not in tables and tables <= kept.keys():
            table = min(tables, key=lambda one: one.symbol)
            more = kept[table]
            kept[table] = msgspec.structs.replace(
                more,
                writes=tuple(sorted({*more.writes, *candidate.writes})),
                reads=tuple(sorted({*more.reads, *candidate.reads})),
            )
            del kept[key]
    return list(kept.values())


def _is_queued(index: ProgramIndex, state: State) -> bool:
    """Whether all that changes lies in what requests put into queues."""
    changed = {write.obj for write in state.writes}
    wholes = (index.holders.wholes_of(obj) if obj is not None else () for obj in changed)
    return all(any(_in_queue(index, whole) for whole in parts) for parts in wholes)


def _in_queue(index: ProgramIndex, obj: Object) -> bool:
    if not isinstance(obj, Instance | Container) or obj.phase != SERVING or not index.holders.is_element(obj):
        return False
    key = index.holders.key_of(obj)
    return key in index.effects.states and is_queue(index.effects.states[key])


def _tables_of(index: ProgramIndex, state: State) -> set[Key]:
    """The states under whose keys requests put every object whose attribute this is."""
    if state.key.holder is not Holder.SINGLETON_INSTANCE:
        return set()
    owners = {write.obj for write in state.writes if write.obj is not None}
    if not all(isinstance(obj, Instance) and obj.phase == SERVING and index.holders.is_element(obj) for obj in owners):
        return set()
    tables = [index.holders.key_of(owner) for owner in owners]
    return {table for table in tables if table is not None} if None not in tables else set()


def _place(index: ProgramIndex, state: State) -> Place:
    made_here = sorted(state.objects, key=lambda obj: not isinstance(obj, Container))
    place = index.holders.place_of(state.key, next(iter(made_here), None))
    return place or accesses((write.context, write.span) for write in state.writes)[0].place


def _reads(state: State) -> list[tuple[Context, Span]]:
    """Reads of what is kept, without those that only find the object of a write."""
    starts = {(write.context, write.span.line, write.span.column) for write in state.writes if write.how != "augment"}
    return [(context, span) for context, span in state.reads if (context, span.line, span.column) not in starts]


def _candidate(index: ProgramIndex, rule: Rule, state: State, place: Place) -> Candidate:
    writes = [(write.context, write.span) for write in state.writes]
    reads = _reads(state)
    filling = [(write.context, write.span) for write in state.writes if write.how not in REMOVALS]
    likely = all(index.reach.is_likely(write.context) or _may_be_proxy(index, write) for write in state.writes)
    return Candidate(
        rule,
        place,
        state.key.symbol,
        Holder(state.key.holder),
        Confidence.LIKELY if likely else Confidence.SURE,
        accesses(writes),
        accesses(reads),
        entries(index, (context for context, _ in writes)),
        witness(index, filling or writes, f"writes {state.key.name}"),
        witness(index, reads, f"reads {state.key.name}"),
    )


def _may_be_proxy(index: ProgramIndex, write: Write) -> bool:
    """Whether an attribute is set on a name of a package of which nothing is known: it may stand for the request."""
    obj = write.obj
    if not isinstance(obj, External) or obj.made or obj.base is not None:
        return False
    package, dot, _ = obj.dotted.partition(".")
    return bool(dot) and not index.models.describes(package)


DETECTOR = Detector("written-while-serving", Params, _detect)
