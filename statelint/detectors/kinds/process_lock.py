"""Locks of one process that guard something other replicas change too."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from statelint.detectors.asking import answer_at
from statelint.detectors.candidate import Candidate, Detector, Group, Outcome
from statelint.detectors.evidence import accesses, entries, witness
from statelint.domain.findings import Cleared
from statelint.domain.words import ClearedReason, Confidence
from statelint.facts.model import Enter, Invoke, Operand, Span, Yield
from statelint.program.definitions import changing_ops
from statelint.program.holders import Key
from statelint.program.index import ProgramIndex
from statelint.program.objects import Context, External
from statelint.syntax.batch import Asker


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to set."""


class Use(msgspec.Struct, frozen=True):
    """One place where a lock is taken, and whether what it guards there is changed by other replicas too."""

    context: Context
    span: Span
    lock: External
    is_outside: bool


def _taken(context: Context) -> Iterator[tuple[Operand, Span]]:
    """`with lock:` and `lock.acquire()`."""
    for op in changing_ops(context.body):
        match op:
            case Enter(source=source, span=span):
                yield source, span
            case Invoke(name="acquire", base=base, span=span):
                yield base, span


def _uses(index: ProgramIndex, asker: Asker) -> Iterator[tuple[Key, Use]]:
    for context in index.reach.order:
        for source, span in _taken(context):
            for obj in index.linker.objects(context, source):
                if not index.is_lock(obj) or not index.holders.is_long_lived(obj):
                    continue
                key = index.holders.key_of(obj)
                if key is not None:
                    assert isinstance(obj, External)
                    keyed = index.holders.is_element(obj)
                    yield key, Use(context, span, obj, _guards_outside(index, asker, context, span, keyed=keyed))


def _guards_outside(index: ProgramIndex, asker: Asker, context: Context, span: Span, *, keyed: bool) -> bool:
    """Whether a block changes something outside; where a function holds the lock for its caller, the caller's block."""
    lines = answer_at(asker, context, span, "guarded_block").numbers
    if lines is None:
        return False
    if index.lines_change_outside(context, *lines, guess=keyed):
        return True
    if not any(isinstance(op, Yield) and lines[0] <= op.line <= lines[1] for op in context.body.ops):
        return False
    return any(
        inner is not None and index.lines_change_outside(caller, *inner, guess=keyed)
        for caller in dict.fromkeys(index.reach.callers.get(context, ()))
        for _, at in _taken(caller)
        if any(edge.callee is context for edge in index.calls_within(caller, at))
        for inner in (answer_at(asker, caller, at, "guarded_block").numbers,)
    )


def _detect(index: ProgramIndex, rules: Group, asker: Asker) -> Outcome:
    used: dict[Key, list[Use]] = {}
    for key, use in _uses(index, asker):
        used.setdefault(key, []).append(use)
    candidates: list[Candidate] = []
    cleared: list[Cleared] = []
    for key, uses in used.items():
        first = uses[0]
        place = index.holders.place_of(key, first.lock) or accesses([(first.context, first.span)])[0].place
        places = [(use.context, use.span) for use in uses if use.is_outside]
        if not places:
            cleared.append(Cleared(place, key.symbol, ClearedReason.GUARDS_MEMORY_ONLY))
        for rule, _ in rules if places else ():
            candidates.append(
                Candidate(
                    rule, place, key.symbol, key.holder, Confidence.LIKELY, accesses(places), (),
                    entries(index, (context for context, _ in places)),
                    witness(index, places, f"holds {key.name}"), (),
                )
            )  # fmt: skip
    return Outcome(tuple(candidates), tuple(cleared))


DETECTOR = Detector("process-lock", Params, _detect)
