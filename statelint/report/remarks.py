"""Findings and problems as one list, for formats that show both alike."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator

import msgspec

from statelint.catalogue.select import ENGINE_CODES
from statelint.domain.findings import Finding, Place, Problem, Report, Step
from statelint.domain.words import Severity


class Remark(msgspec.Struct, frozen=True):
    """What a format shows of a finding or of a problem; `finding` is None for the latter."""

    code: str
    name: str
    severity: Severity
    message: str
    place: Place
    fingerprint: str
    symbol: str = ""
    why: str = ""
    instead: str = ""
    paths: tuple[tuple[str, tuple[Step, ...]], ...] = ()
    finding: Finding | None = None


def remarks(report: Report) -> Iterator[Remark]:
    """Findings, then problems; a fingerprint that comes again gets a number."""
    seen: Counter[str] = Counter()
    for one in _remarks(report):
        seen[one.fingerprint] += 1
        count = seen[one.fingerprint]
        yield one if count == 1 else msgspec.structs.replace(one, fingerprint=f"{one.fingerprint}-{count}")


def remark_of(finding: Finding) -> Remark:
    """What formats show of a finding."""
    paths = tuple((label, steps) for label, steps in (("written", finding.witness), ("read", finding.reader)) if steps)
    return Remark(
        finding.code, finding.name, finding.severity, finding.message, finding.place, finding.fingerprint,
        finding.symbol, finding.why, finding.instead, paths, finding,
    )  # fmt: skip


def _remarks(report: Report) -> Iterator[Remark]:
    yield from map(remark_of, report.findings)
    for problem in report.problems:
        name = ENGINE_CODES.get(problem.code, "problem")
        yield Remark(problem.code, name, Severity.WARNING, problem.message, problem.place, _digest(problem))


def _digest(problem: Problem) -> str:
    named = "\0".join((problem.code, problem.place.path, problem.message))
    return hashlib.blake2b(named.encode(errors="backslashreplace"), digest_size=8).hexdigest()


def in_lines(remark: Remark, display: Callable[[str], str]) -> Iterator[str]:
    """The paths, the reason and the remedy as plain text."""
    for label, steps in remark.paths:
        for depth, step in enumerate(steps):
            start = f"{label} by" if depth == 0 else " " * 2 * depth + "->"
            yield f"{start} {step.note} ({display(step.place.path)}:{step.place.line})"
    if remark.why:
        yield f"Why: {remark.why}"
    if remark.instead:
        yield f"Instead: {remark.instead}"
