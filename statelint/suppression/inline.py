"""Comments that accept a finding at one place, with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from statelint.domain.findings import Finding, Place, Problem
from statelint.facts.suppressions import Suppression
from statelint.syntax.statements import statement_range


class Suppressed(msgspec.Struct, frozen=True):
    """Findings that stay, how many went, and comments that suppressed nothing."""

    kept: tuple[Finding, ...]
    count: int
    problems: tuple[Problem, ...]


def suppress(
    findings: Iterable[Finding],
    comments: Mapping[str, tuple[Suppression, ...]],
    selected: frozenset[str],
    text_of: Callable[[str], str],
) -> Suppressed:
    """A comment counts on any line of the finding's statement, or alone on the line above it."""
    used: set[tuple[str, Suppression]] = set()
    kept: list[Finding] = []
    dropped = 0
    for finding in findings:
        matching = [
            comment
            for comment in comments.get(finding.place.path, ())
            if _names(comment, finding.code) and _reaches(comment, finding.place, text_of)
        ]
        if matching:
            used.update((finding.place.path, comment) for comment in matching)
            dropped += 1
        else:
            kept.append(finding)
    return Suppressed(tuple(kept), dropped, tuple(_unused(comments, used, selected)))


def _names(comment: Suppression, code: str) -> bool:
    return not comment.codes or any(code.startswith(prefix) for prefix in comment.codes)


def _reaches(comment: Suppression, place: Place, text_of: Callable[[str], str]) -> bool:
    if comment.whole_file:
        return True
    first, last = place.line, max(place.line, place.end_line)
    if first <= comment.line <= last:
        return True
    if not first - 1 <= comment.line <= last + 20:
        return False
    first, last = statement_range(text_of(place.path), place.line)
    return first <= comment.line <= last or (comment.alone and comment.line == first - 1)


def _unused(
    comments: Mapping[str, tuple[Suppression, ...]], used: set[tuple[str, Suppression]], selected: frozenset[str]
) -> Iterable[Problem]:
    for path, found in sorted(comments.items()):
        for comment in found:
            if (path, comment) in used or not _is_ours(comment, selected):
                continue
            what = ", ".join(comment.codes) or "anything"
            message = f"this comment suppresses {what}, but nothing is reported here; delete it"
            yield Problem("STL002", Place(path, comment.line, comment.column, comment.line, comment.column), message)


def _is_ours(comment: Suppression, selected: frozenset[str]) -> bool:
    ours = [code for code in comment.codes if code.startswith("STL")]
    if comment.noqa:
        return bool(ours) and any(code in selected for code in ours)
    return not comment.codes or any(any(known.startswith(code) for known in selected) for code in comment.codes)
