"""What deployment files and code say together: states that a pin hides, disks that are written, copies that differ."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

import msgspec

from statelint.app.copies import is_in, with_copies
from statelint.app.loading import Loaded
from statelint.app.places import in_characters
from statelint.deployment.folders import is_below
from statelint.detectors.candidate import Candidate, Deployed
from statelint.domain.findings import Asked, Finding, Hidden, Shared, State
from statelint.domain.words import Consequence
from statelint.sources.read import Texts

NAMED = 3  # states that a text names
PINNED = "it hides {states} of this {whole}"
WRITTEN = "{states} of this {whole} {are} kept there"
RELIED_ON = "{states} of this {whole} {need} it"
NOT_NEEDED = "no state was found in this {whole} that it would hide, so it can go"
SCHEMES = ("sqlite:", "file:")
EVERYWHERE = frozenset({""})

Pair = tuple[Candidate, Finding]


class Known(NamedTuple):
    """All states of a project and of those inside it, and folders of projects with entry points among them, if each of
    them was analysed."""

    states: tuple[State, ...]
    serving: tuple[str, ...]

    def is_whole(self, deployed: Deployed) -> bool:
        """Whether no state of the code that a setting is about can be missing."""
        folders = deployed.folders or EVERYWHERE
        return any(is_below(one, folder) or is_below(folder, one) for one in self.serving for folder in folders)


def known_of(judged: Iterable[Pair], loaded: Loaded, *, is_serving: bool) -> Known:
    """What is known of a project and of those inside it."""
    states = [_state(candidate, finding) for candidate, finding in judged if candidate.deployed is None]
    states += (state for one in loaded.inside for state in one.states)
    serving = [one.folder for one in loaded.inside if one.is_serving] + [""] * is_serving
    is_missing = bool(loaded.inner) and not loaded.inside
    return Known(tuple(states), () if is_missing else tuple(serving))


def _state(candidate: Candidate, finding: Finding) -> State:
    return State(
        finding.code, finding.place, finding.symbol, finding.consequence, candidate.one_host, candidate.files
    )  # fmt: skip


def shared_of(judged: Iterable[Pair], asked: Iterable[Asked], texts: Texts, *, is_serving: bool) -> Shared:
    """What projects around and inside this one have to know of it."""
    states = (_state(candidate, finding) for candidate, finding in judged if candidate.deployed is None)
    told = tuple(in_characters(one, texts) for one in asked)
    return Shared(tuple(in_characters(one, texts) for one in states), is_serving, told)


def joined(judged: Sequence[Pair], asked: Iterable[Asked], known: Known) -> Iterator[Finding]:
    """The findings; those of deployment files name states, nearest first, and states name what copies them."""
    asking = tuple(asked)
    for candidate, finding in judged:
        if candidate.deployed is None:
            yield with_copies(finding, asking, one_host=candidate.one_host)
        elif (found := _of_deployment(candidate.deployed, finding, known)) is not None:
            yield found


# --- findings of deployment files


def _of_deployment(deployed: Deployed, finding: Finding, known: Known) -> Finding | None:
    inside = [one for one in known.states if deployed.folders is None or is_in(one.place.path, deployed.folders)]
    whole = "project" if deployed.folders is None or "" in deployed.folders else "service"
    if deployed.target or "written" in deployed.needs:
        held = [one for one in inside if _is_kept_in(one, deployed.target)]
        return _naming(finding, held, WRITTEN, whole) if held or "written" not in deployed.needs else None
    hidden = [one for one in inside if one.consequence is not Consequence.DUPLICATE]
    if "state" in deployed.needs:
        kept = [one for one in hidden if not one.one_host]
        return _naming(finding, kept, RELIED_ON, whole) if kept else None
    if deployed.needs:
        return finding
    if hidden:
        return _naming(finding, hidden, PINNED, whole)
    if known.is_whole(deployed):
        return msgspec.structs.replace(finding, message=f"{finding.message}; {NOT_NEEDED.format(whole=whole)}")
    return finding


def _naming(finding: Finding, states: Sequence[State], text: str, whole: str) -> Finding:
    if not states:
        return finding
    nearest = _nearest_first(finding, states)
    is_one = len(nearest) == 1
    count = f"{len(nearest)} state{'' if is_one else 's'}"
    said = text.format(states=count, whole=whole, are="is" if is_one else "are", need="needs" if is_one else "need")
    named = ", ".join(f"{one.code} {one.place.path}:{one.place.line}" for one in nearest[:NAMED])
    message = f"{finding.message}; {said}: {named}{' ...' if len(nearest) > NAMED else ''}"
    hides = tuple(Hidden(one.code, one.place, one.symbol, one.fingerprint, one.project) for one in nearest)
    return msgspec.structs.replace(finding, message=message, hides=hides)


def _nearest_first(pin: Finding, states: Iterable[State]) -> list[State]:
    folders = pin.place.path.split("/")[:-1]

    def distance(state: State) -> tuple[object, ...]:
        pairs = zip(folders, state.place.path.split("/"), strict=False)
        shared = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
        return (-shared, state.consequence is not Consequence.BREAKS, state.place, state.code)

    return sorted(states, key=distance)


def _is_kept_in(state: State, target: str) -> bool:
    """Whether a state is kept in a folder of the container, or without one on its disk."""
    if not target:
        return state.one_host
    folder = posixpath.normpath(target)
    return any(_may_be_below(text, folder) for text in state.files)


def _may_be_below(text: str, folder: str) -> bool:
    """`/app/media/x` is below `/app/media`; `media/x` may be, from the folder where the code is."""
    for scheme in SCHEMES:
        text = text.removeprefix(scheme).removeprefix("//") if text.startswith(scheme) else text
    path = posixpath.normpath(text) if text else ""
    if path.startswith("/") and not text.startswith(("///", "/./")):
        if is_below(path, folder) or is_below(folder, path):
            return True
    first = next((part for part in path.split("/") if part not in {"", ".", ".."}), "")
    return bool(first) and first == folder.rpartition("/")[2] and not path.startswith("/")
