"""What deployment files and code say together: states that a pin hides, disks that are written, copies that differ."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

import msgspec

from statelint.deployment.folders import is_below
from statelint.deployment.services import Copies as Asked
from statelint.detectors.candidate import Candidate, Deployed
from statelint.detectors.deployed import in_words
from statelint.domain.findings import Copies, Finding, Hidden
from statelint.domain.words import Consequence

NAMED = 3  # states or settings that a text names
PINNED = "it hides {states} of this {whole}"
WRITTEN = "{states} of this {whole} {are} kept there"
RELIED_ON = "{states} of this {whole} {need} it"
NOT_NEEDED = "no state was found in this {whole} that it would hide, so it can go"
SCHEMES = ("sqlite:", "file:")

Judged = tuple[Candidate, Finding]


def joined(judged: Sequence[Judged], asked: Iterable[Asked], *, is_whole: bool) -> Iterator[Finding]:
    """The findings; those of deployment files name states, nearest first, and states name what copies them."""
    states = [one for one in judged if one[0].deployed is None]
    known = tuple(asked)
    for candidate, finding in judged:
        if candidate.deployed is None:
            yield _with_copies(candidate, finding, known)
        elif (found := _of_deployment(candidate.deployed, finding, states, is_whole=is_whole)) is not None:
            yield found


# --- copies of states


def _with_copies(candidate: Candidate, finding: Finding, asked: Iterable[Asked]) -> Finding:
    found = [
        one for one in asked if _is_in(finding.place.path, one.folders) and not (one.one_host and candidate.one_host)
    ]
    if not found:
        return finding
    copies = tuple(Copies(one.count, one.place, one.says) for one in found)
    return msgspec.structs.replace(finding, copies=copies, why=f"{finding.why} {in_words(found[:NAMED])}")


# --- findings of deployment files


def _of_deployment(deployed: Deployed, finding: Finding, states: Iterable[Judged], *, is_whole: bool) -> Finding | None:
    inside = [one for one in states if deployed.folders is None or _is_in(one[1].place.path, deployed.folders)]
    whole = "project" if deployed.folders is None or "" in deployed.folders else "service"
    if deployed.target or "written" in deployed.needs:
        held = [one for candidate, one in inside if _is_kept_in(candidate, deployed.target)]
        return _naming(finding, held, WRITTEN, whole) if held or "written" not in deployed.needs else None
    hidden = [pair for pair in inside if pair[1].consequence is not Consequence.DUPLICATE]
    if "state" in deployed.needs:
        kept = [one for candidate, one in hidden if not candidate.one_host]
        return _naming(finding, kept, RELIED_ON, whole) if kept else None
    if deployed.needs:
        return finding
    if hidden:
        return _naming(finding, [one for _, one in hidden], PINNED, whole)
    if is_whole:
        return msgspec.structs.replace(finding, message=f"{finding.message}; {NOT_NEEDED.format(whole=whole)}")
    return finding


def _naming(finding: Finding, states: Sequence[Finding], text: str, whole: str) -> Finding:
    if not states:
        return finding
    nearest = _nearest_first(finding, states)
    is_one = len(nearest) == 1
    count = f"{len(nearest)} state{'' if is_one else 's'}"
    said = text.format(states=count, whole=whole, are="is" if is_one else "are", need="needs" if is_one else "need")
    named = ", ".join(f"{one.code} {one.place.path}:{one.place.line}" for one in nearest[:NAMED])
    message = f"{finding.message}; {said}: {named}{' ...' if len(nearest) > NAMED else ''}"
    hides = tuple(Hidden(one.code, one.place, one.symbol, one.fingerprint) for one in nearest)
    return msgspec.structs.replace(finding, message=message, hides=hides)


def _nearest_first(pin: Finding, states: Iterable[Finding]) -> list[Finding]:
    folders = pin.place.path.split("/")[:-1]

    def distance(state: Finding) -> tuple[object, ...]:
        pairs = zip(folders, state.place.path.split("/"), strict=False)
        shared = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
        return (-shared, state.consequence is not Consequence.BREAKS, state.place, state.code)

    return sorted(states, key=distance)


def _is_in(path: str, folders: Iterable[str]) -> bool:
    return any(is_below(path, folder) for folder in folders)


def _is_kept_in(candidate: Candidate, target: str) -> bool:
    """Whether a state is kept in a folder of the container, or without one on its disk."""
    if not target:
        return candidate.one_host
    folder = posixpath.normpath(target)
    return any(_may_be_below(text, folder) for text in candidate.files)


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
