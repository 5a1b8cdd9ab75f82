"""Comments that accept a finding at one place, with a reason."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from statelint.domain.findings import Finding, Place, Problem
from statelint.facts.suppressions import Suppression
from statelint.sources.discover import is_program
from statelint.syntax.statements import Statements


class Suppressed(msgspec.Struct, frozen=True):
    """Findings that stay, how many went, and comments that suppressed nothing."""

    kept: tuple[Finding, ...]
    count: int
    problems: tuple[Problem, ...]


class Codes(msgspec.Struct, frozen=True):
    """Every code that there is, and those that this run reports."""

    known: frozenset[str]
    selected: frozenset[str]


Used = dict[tuple[str, Suppression], set[str]]


def suppress(
    findings: Iterable[Finding],
    comments: Mapping[str, tuple[Suppression, ...]],
    codes: Codes,
    statements: Statements,
) -> Suppressed:
    """A comment counts on any line of the finding's statement, or alone on the line above it."""
    used: Used = defaultdict(set)
    kept: list[Finding] = []
    dropped = 0
    for finding in findings:
        matching = [
            comment
            for comment in comments.get(finding.place.path, ())
            if _names(comment, finding.code) and _reaches(comment, finding.place, statements)
        ]
        for comment in matching:
            used[finding.place.path, comment].add(finding.code)
        if matching:
            dropped += 1
        else:
            kept.append(finding)
    return Suppressed(tuple(kept), dropped, tuple(_problems(comments, used, codes)))


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


def _problems(comments: Mapping[str, tuple[Suppression, ...]], used: Used, codes: Codes) -> Iterator[Problem]:
    for path, found in sorted(comments.items()):
        for comment in found:
            for message in _faults(comment, used.get((path, comment), set()), codes):
                yield Problem(
                    "STL002", Place(path, comment.line, comment.column, comment.line, comment.column), message
                )


def _faults(comment: Suppression, used: set[str], codes: Codes) -> Iterator[str]:
    if comment.all_codes:
        # Codes that are not selected might be what it is for.
        if not used and not comment.noqa and codes.known == codes.selected:
            yield "this comment suppresses anything, but nothing is reported here; delete it"
        return
    if not comment.codes:
        yield "this comment names no code between its brackets; write one, or drop the brackets to accept all"
    ours = [code for code in comment.codes if code.startswith("STL") or not comment.noqa]
    unknown = [prefix for prefix in ours if not _those_of(prefix, codes.known)]
    for prefix in unknown:
        nearest = difflib.get_close_matches(prefix, sorted(codes.known), n=1)
        hint = f"did you mean `{nearest[0]}`?" if nearest else "see `statelint rule`"
        yield f"this comment names the unknown code `{prefix}`; {hint}"
    idle = [
        prefix
        for prefix in ours
        if prefix not in unknown and not _those_of(prefix, used) and _those_of(prefix, codes.selected)
    ]
    if idle:
        rest = "delete it" if len(idle) == len(comment.codes) else "delete that part"
        yield f"this comment suppresses {', '.join(idle)}, but nothing of the kind is reported here; {rest}"


def _those_of(prefix: str, codes: Iterable[str]) -> list[str]:
    return [code for code in codes if code.startswith(prefix)]
