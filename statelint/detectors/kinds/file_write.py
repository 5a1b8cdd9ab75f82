"""Files that serving code writes and a later request may miss."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.asking import holds_at
from statelint.detectors.candidate import Candidate, Detector, Group, Outcome
from statelint.detectors.evidence import accesses, entries, witness
from statelint.domain.findings import Cleared
from statelint.domain.words import ClearedReason, Confidence, Holder
from statelint.program.file_states import At, FileState, FileWrite
from statelint.program.index import ProgramIndex
from statelint.program.origins import SCRATCH
from statelint.program.reachability import place_of
from statelint.syntax.batch import Asker

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule takes files by a shape, by a word in their names, or all that no rule before it took."""

    shapes: tuple[str, ...] = ()  # upload: what a client sent; lock: created exclusively or locked
    words: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()  # ends of file names
    every: bool = False  # every write has to fit, not only one
    priority: int = 0


def _detect(index: ProgramIndex, rules: Group, asker: Asker) -> Outcome:
    kept: list[FileWrite] = []
    cleared: list[Cleared] = []
    moved: list[tuple[FileWrite, FileWrite]] = []
    for write in index.files.writes:
        if (SCRATCH in write.origin.births and not write.origin.anchors) or _is_removed(write, asker):
            cleared.append(Cleared(place_of(*write.at), write.use.context.symbol, ClearedReason.SCRATCH_FILE))
        elif _fills_in(index, write, asker):
            cleared.append(Cleared(place_of(*write.at), write.use.context.symbol, ClearedReason.LAZY_INITIALISATION))
        elif targets := [target for target, at in write.moved if _runs_anyway(at, write, asker)]:
            moved.extend((write, target) for target in targets)
        else:
            kept.append(write)
    ordered = sorted(rules, key=lambda pair: (-pair[1].priority, pair[0].id))
    candidates: list[Candidate] = []
    for state in index.files.groups(kept):
        rule = next((rule for rule, params in ordered if _takes(params, state)), None)
        if rule is not None:
            first = [write for write, target in moved if target in state.writes]
            candidates.append(_candidate(index, rule, state, first))
    return Outcome(tuple(candidates), tuple(cleared))


def _is_removed(write: FileWrite, asker: Asker) -> bool:
    return any(_runs_anyway(at, write, asker) for at in write.removed)


def _fills_in(index: ProgramIndex, write: FileWrite, asker: Asker) -> bool:
    """Whether a write puts constants where nothing was: every replica would put the same."""
    if not write.starts or any(index.provenance.of(*content) for content in index.files.contents(write)):
        return False
    return holds_at(asker, *write.at, "only_if_missing")


def _runs_anyway(at: At, write: FileWrite, asker: Asker) -> bool:
    context, span = write.at
    return holds_at(asker, *at, "runs_anyway", str(span.line) if at[0].body is context.body else "")


def _takes(params: Params, state: FileState) -> bool:
    if not (params.shapes or params.words or params.suffixes):
        return True
    if params.every:
        return all(_fits(params, state, write) for write in state.writes if write.starts)
    return any(_fits(params, state, write) for write in state.writes)


def _fits(params: Params, state: FileState, write: FileWrite) -> bool:
    named = [state.anchor.name] if state.anchor is not None else []
    texts = [*write.origin.texts, *filter(_is_name, write.origin.details)]
    words = {word for text in (*named, *texts) for word in _split(text)}
    return (
        not write.shapes.isdisjoint(params.shapes)
        or not words.isdisjoint(params.words)
        or any(text.endswith(params.suffixes) for text in texts if params.suffixes)
    )


def _candidate(index: ProgramIndex, rule: Rule, state: FileState, first: Iterable[FileWrite]) -> Candidate:
    places = [write.at for write in (*first, *state.writes)]
    starts = [write.at for write in state.writes if write.starts]
    likely = all(index.reach.is_likely(context) for context, _ in starts) or not any(
        write.origin.is_found for write in state.writes
    )
    place = state.anchor.place if state.anchor is not None else None
    texts = (text for write in state.writes for text in write.origin.texts)
    named = state.anchor.name if state.anchor is not None else next(texts, state.symbol)
    return Candidate(
        rule, place or accesses(starts)[0].place, state.symbol, Holder.LOCAL_DISK,
        Confidence.LIKELY if likely else Confidence.SURE, accesses(places), accesses(state.reads),
        entries(index, (context for context, _ in starts)), witness(index, starts, f"writes below {named}"),
        witness(index, state.reads, f"reads below {named}"), files=_texts(state), one_host=True,
    )  # fmt: skip


def _texts(state: FileState) -> tuple[str, ...]:
    """What its paths start with, and what follows in them."""
    found = (text for write in state.writes for text in (*write.origin.texts, *write.origin.details))
    return tuple(dict.fromkeys(text for text in found if _is_name(text)))


def _is_name(text: str) -> bool:
    """Whether a text may be part of a path, or the name of a setting, rather than some key."""
    return "/" in text or "." in text or text.isupper()


def _split(text: str) -> list[str]:
    """`UPLOAD_FOLDER`, `uploadFolder` and `files/uploads` in lower-case words."""
    return [word.lower() for word in WORD.findall(text)]


DETECTOR = Detector("file-write", Params, _detect)
