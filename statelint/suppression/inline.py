"""Comments that accept a finding at one place, with a reason."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from statelint.domain.findings import Accepted, Finding, Place, Problem
from statelint.domain.words import AcceptedBy
from statelint.facts.suppressions import Suppression
from statelint.sources.discover import is_program
from statelint.suppression.expiry import has_expired, is_day
from statelint.syntax.statements import Statements


class Suppressed(msgspec.Struct, frozen=True):
    """Findings that stay, those that went, and what is wrong with comments."""

    kept: tuple[Finding, ...]
    accepted: tuple[Accepted, ...]
    problems: tuple[Problem, ...]


class Terms(msgspec.Struct, frozen=True):
    """What a comment is judged by: every code that there is, those that this run reports, the day, and the house's wish
    for reasons."""

    known: frozenset[str]
    selected: frozenset[str]
    today: str = ""
    require_reason: bool = False


Used = dict[tuple[str, Suppression], set[str]]


def suppress(
    findings: Iterable[Finding],
    comments: Mapping[str, tuple[Suppression, ...]],
    terms: Terms,
    statements: Statements,
) -> Suppressed:
    """A comment counts on any line of the finding's statement, or alone on the line above it."""
    used: Used = defaultdict(set)
    kept: list[Finding] = []
    accepted: list[Accepted] = []
    for finding in findings:
        matching = [
            comment
            for comment in comments.get(finding.place.path, ())
            if _names(comment, finding.code) and _reaches(comment, finding.place, statements)
        ]
        for comment in matching:
            used[finding.place.path, comment].add(finding.code)
        lasting = [comment for comment in matching if not has_expired(comment.until, terms.today)]
        if lasting:
            accepted.append(_accepted(finding, max(lasting, key=_strength)))
        else:
            kept.append(finding)
    every = (*kept, *(one.finding for one in accepted))
    return Suppressed(tuple(kept), tuple(accepted), tuple(_problems(comments, used, terms, _Meant(every, statements))))


class _Meant:
    """Which finding a comment is about that stands where the state is used, and not where it is reported."""

    def __init__(self, findings: Iterable[Finding], statements: Statements) -> None:
        self._findings = tuple(findings)
        self._statements = statements

    def by(self, path: str, comment: Suppression) -> Finding | None:
        return next(
            (one for one in self._findings if _names(comment, one.code) and self._is_at(path, comment, one)), None
        )

    def _is_at(self, path: str, comment: Suppression, finding: Finding) -> bool:
        places = (access.place for access in (*finding.writes, *finding.reads))
        return any(place.path == path and _reaches(comment, place, self._statements) for place in places)


def _strength(comment: Suppression) -> tuple[bool, str, bool]:
    """Of several comments the one that lasts longest accepts a finding, and then the one that gives a reason."""
    return (not comment.until, comment.until, bool(comment.reason))


def _accepted(finding: Finding, comment: Suppression) -> Accepted:
    by = AcceptedBy.NOQA if comment.noqa else AcceptedBy.COMMENT
    return Accepted(finding, by, _place(finding.place.path, comment), comment.reason, comment.until)


def _place(path: str, comment: Suppression) -> Place:
    return Place(path, comment.line, comment.column, comment.line, comment.column)


def _names(comment: Suppression, code: str) -> bool:
    return comment.all_codes or any(code.startswith(prefix) for prefix in comment.codes)


def _reaches(comment: Suppression, place: Place, statements: Statements) -> bool:
    if comment.whole_file:
        return True
    first, last = place.line, max(place.line, place.end_line)
    if first <= comment.line <= last:
        return True
    if is_program(place.path):
        first, last = statements.around(place.path, place.line)
    return first <= comment.line <= last or (comment.alone and comment.line == first - 1)


def _problems(
    comments: Mapping[str, tuple[Suppression, ...]], used: Used, terms: Terms, meant: _Meant
) -> Iterator[Problem]:
    for path, found in sorted(comments.items()):
        for comment in found:
            helped = used.get((path, comment), set())
            for message in _faults(path, comment, helped, terms, meant):
                yield Problem("STL002", _place(path, comment), message)
            for code, message in _omissions(comment, helped, terms):
                yield Problem(code, _place(path, comment), message)


def _omissions(comment: Suppression, used: set[str], terms: Terms) -> Iterator[tuple[str, str]]:
    """What is missing in a comment that does accept a finding."""
    if not used:
        return
    codes = ", ".join(sorted(used))
    if comment.until and not is_day(comment.until):
        yield "STL004", f"`until={comment.until}` is no day; write it as `until=2027-01-31`"
    elif has_expired(comment.until, terms.today):
        yield "STL003", f"this comment accepted {codes} until {comment.until}; move the state out, or decide anew"
    if terms.require_reason and not comment.reason:
        yield "STL004", f"this comment accepts {codes} without a reason; write one behind it"


def _faults(path: str, comment: Suppression, used: set[str], terms: Terms, meant: _Meant) -> Iterator[str]:
    if comment.all_codes:
        # Codes that are not selected might be what it is for.
        if not used and not comment.noqa and terms.known == terms.selected:
            yield "this comment suppresses anything, but nothing is reported here; delete it"
        return
    if not comment.codes:
        yield "this comment names no code between its brackets; write one, or drop the brackets to accept all"
    ours = [code for code in comment.codes if code.startswith("STL") or not comment.noqa]
    unknown = [prefix for prefix in ours if not _those_of(prefix, terms.known)]
    for prefix in unknown:
        nearest = difflib.get_close_matches(prefix, sorted(terms.known), n=1)
        hint = f"did you mean `{nearest[0]}`?" if nearest else "see `statelint rule`"
        yield f"this comment names the unknown code `{prefix}`; {hint}"
    idle = [
        prefix
        for prefix in ours
        if prefix not in unknown and not _those_of(prefix, used) and _those_of(prefix, terms.selected)
    ]
    if idle:
        advice = _advice(comment, idle, meant.by(path, comment))
        yield f"this comment suppresses {', '.join(idle)}, but nothing of the kind is reported here; {advice}"


def _advice(comment: Suppression, idle: list[str], meant: Finding | None) -> str:
    if meant is not None:
        return f"{meant.code} of `{meant.short}` is reported at {meant.place.path}:{meant.place.line}, put it there"
    return "delete it" if len(idle) == len(comment.codes) else "delete that part"


def _those_of(prefix: str, codes: Iterable[str]) -> list[str]:
    return [code for code in codes if code.startswith(prefix)]
