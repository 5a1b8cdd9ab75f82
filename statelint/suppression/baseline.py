"""A file of accepted findings, known by what they are and not by their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from statelint.domain.errors import ConfigurationError
from statelint.domain.findings import Accepted, Finding, Place, Problem
from statelint.domain.words import AcceptedBy
from statelint.suppression.expiry import has_expired, is_day
from statelint.suppression.inline import Suppressed, Terms
from statelint.suppression.matching import Sign, inner_symbol, matches, signs_of

DEFAULT_NAME = "statelint-baseline.json"
VERSION = 1
AGAIN = "write it anew with `statelint baseline`"
LinesOf = Callable[[str], Sequence[str]]


class Accepting(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry: the finding that it accepts, and why and until when people want it so."""

    code: str
    path: str
    symbol: str
    fingerprint: str
    content: str = ""
    writers: str = ""
    reason: str = ""
    until: str = ""

    @property
    def sign(self) -> Sign:
        """What the finding is known by."""
        inner = inner_symbol(self.path, self.symbol)
        return Sign(self.fingerprint, self.code, self.path, inner, self.content, self.writers)


class Baseline(NamedTuple):
    """The entries of a file, its path below the root, and the line of each entry."""

    path: str
    entries: tuple[Accepting, ...]
    lines: tuple[int, ...]


class _File(msgspec.Struct, frozen=True):
    version: int
    accepted: tuple[Accepting, ...]


def read_baseline(data: bytes, path: str) -> Baseline:
    """The entries of a baseline; `path` is below the root."""
    try:
        file = msgspec.json.decode(data, type=_File)
    except msgspec.MsgspecError as error:
        raise ConfigurationError(f"this is no baseline: {error}", path, AGAIN) from error
    if file.version != VERSION:
        raise ConfigurationError(f"this baseline has version {file.version}, not {VERSION}", path, AGAIN)
    for entry in file.accepted:
        if entry.until and not is_day(entry.until):
            raise ConfigurationError(f"`until` of {entry.symbol} is no day", path, 'write it as "2027-01-31"')
    starts = [number for number, line in enumerate(data.split(b"\n"), 1) if b'"fingerprint"' in line]
    lines = starts if len(starts) == len(file.accepted) else [1] * len(file.accepted)
    return Baseline(path, file.accepted, tuple(lines))


def write_baseline(entries: Iterable[Accepting]) -> bytes:
    """A file with a line for each entry, so that two branches rarely meet in one."""
    rows = sorted(entries, key=lambda entry: (entry.path, entry.symbol, entry.code, entry.content, entry.writers))
    body = b",\n".join(b"    " + msgspec.json.encode(row) for row in rows)
    inner = b"[\n" + body + b"\n  ]" if rows else b"[]"
    return b'{\n  "version": %d,\n  "accepted": %b\n}\n' % (VERSION, inner)


def entries_of(findings: Sequence[Finding], lines_of: LinesOf) -> list[Accepting]:
    """An entry for each finding."""
    return [
        Accepting(one.code, sign.path, one.symbol, sign.fingerprint, sign.content, sign.writers)
        for one, sign in zip(findings, signs_of(findings, lines_of), strict=True)
    ]


def accept(before: Suppressed, baseline: Baseline, terms: Terms, lines_of: LinesOf) -> Suppressed:
    """What comments left, without what the baseline accepts; entries that are over or match nothing are reported."""
    findings = before.kept
    # What a comment accepts takes part, so that its entry is not taken for that of a copy.
    present = [*findings, *(one.finding for one in before.accepted)]
    matched = matches([entry.sign for entry in baseline.entries], signs_of(present, lines_of))
    kept: list[Finding] = []
    accepted: list[Accepted] = []
    problems: list[Problem] = []
    for at, finding in enumerate(findings):
        if at not in matched:
            kept.append(finding)
            continue
        entry, place = baseline.entries[matched[at]], _place(baseline, matched[at])
        if has_expired(entry.until, terms.today):
            kept.append(finding)
            what = f"`{entry.symbol}` was accepted as {entry.code} until {entry.until}"
            problems.append(Problem("STL003", place, f"{what}; move the state out, or decide anew"))
        else:
            accepted.append(Accepted(finding, AcceptedBy.BASELINE, place, entry.reason, entry.until))
    problems.extend(_stale(baseline, set(matched.values()), terms))
    return Suppressed(tuple(kept), tuple(accepted), tuple(problems))


def _stale(baseline: Baseline, used: set[int], terms: Terms) -> Iterator[Problem]:
    for at, entry in enumerate(baseline.entries):
        if at not in used and (entry.code in terms.selected or entry.code not in terms.known):
            what = f"`{entry.symbol}` ({entry.code}) is accepted here, but no longer found"
            yield Problem("STL005", _place(baseline, at), f"{what}; run `statelint baseline --prune`")


def _place(baseline: Baseline, at: int) -> Place:
    line = baseline.lines[at]
    return Place(baseline.path, line, 1, line, 1)


class Updated(NamedTuple):
    """A new baseline, and what is different in it."""

    entries: tuple[Accepting, ...]
    added: int
    moved: int
    gone: int


def updated(
    before: Sequence[Accepting], found: Sequence[Accepting], decision: tuple[str, str], *, only_prune: bool = False
) -> Updated:
    """The entries before, brought up to date with what is found; `decision` is reason and last day of new ones."""
    matched = matches([entry.sign for entry in before], [entry.sign for entry in found])
    kept = [
        msgspec.structs.replace(found[at], reason=before[known].reason, until=before[known].until)
        for at, known in matched.items()
    ]
    reason, until = decision
    new = [
        msgspec.structs.replace(entry, reason=reason, until=until)
        for at, entry in enumerate(found)
        if at not in matched and not only_prune
    ]
    moved = sum(before[known].sign != found[at].sign for at, known in matched.items())
    return Updated((*kept, *new), len(new), moved, len(before) - len(matched))
