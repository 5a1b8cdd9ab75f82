"""Only what is new against a revision of git: both sides are analysed, and what is known from before is left out."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from statelint.app.loading import Choice, Loaded
from statelint.domain.findings import Finding, Place, Problem, Report
from statelint.settings.options import Run
from statelint.sources.read import Texts
from statelint.sources.revision import Revision
from statelint.suppression.matching import matches, signs_of

if TYPE_CHECKING:
    from collections.abc import Callable

Lines = Mapping[str, frozenset[int]]
ABBREVIATED = 12


def only_new(run: Run, loaded: Loaded, report: Report, analysed: Callable[[Run, Loaded], Report]) -> Report:
    """A report without what was there at `run.since`; `analysed` gives the report of that side."""
    revision = Revision(Path(run.root), run.since)
    sources = revision.sources(run.options, run.chosen)
    choice = Choice(Path(folder) for folder in run.options.rules)
    read = choice.of(sources)
    before = msgspec.structs.replace(loaded, sources=read, problems=[], baseline=None)
    options = msgspec.structs.replace(run.options, baseline=None)
    past = msgspec.structs.replace(run, options=options, wanted=frozenset({"since"}), stdin=None)
    old = analysed(past, before)
    changed = _changed_lines(before.sources, loaded.sources) if run.touched else {}
    known, gone = _compared(old, before, report, loaded)
    return msgspec.structs.replace(
        report,
        findings=tuple(one for one in report.findings if one not in known or _is_touched(one, changed)),
        problems=tuple(_new_problems(old.problems, report.problems)),
        gone=gone,
        summary=msgspec.structs.replace(report.summary, since=f"{run.since} ({revision.commit[:ABBREVIATED]})"),
    )


def _compared(
    old: Report, before: Loaded, new: Report, loaded: Loaded
) -> tuple[frozenset[Finding], tuple[Finding, ...]]:
    """Findings that were there, and those that are no more.

    What is accepted takes part, so that its past is not taken for that of another.
    """
    past = signs_of(old.findings, Texts(before.sources).lines)
    present = [*new.findings, *(one.finding for one in new.accepted)]
    matched = matches(past, signs_of(present, Texts(loaded.sources).lines))
    still_there = frozenset(matched.values())
    gone = tuple(finding for at, finding in enumerate(old.findings) if at not in still_there)
    return frozenset(present[at] for at in matched), gone


def _new_problems(old: Iterable[Problem], new: Iterable[Problem]) -> Iterable[Problem]:
    known = Counter((one.code, one.place.path, one.message) for one in old)
    for one in new:
        key = (one.code, one.place.path, one.message)
        if known[key]:
            known[key] -= 1
        else:
            yield one


def _changed_lines(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Lines:
    old, new = Texts(before), Texts(after)
    changed = (path for path, data in after.items() if before.get(path) != data)
    return {path: frozenset(_changed(old.lines(path), new.lines(path))) for path in changed}


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterable[int]:
    """Numbers of new lines; those where something was only taken out count too."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for what, _, _, start, stop in matcher.get_opcodes():
        if what != "equal":
            yield from range(start + 1, max(stop, start + 1) + 1)


def _is_touched(finding: Finding, changed: Lines) -> bool:
    groups = (finding.writes, finding.reads, finding.entries, finding.witness, finding.reader)
    places = [finding.place, *(one.place for group in groups for one in group)]
    return any(_overlaps(place, changed) for place in places)


def _overlaps(place: Place, changed: Lines) -> bool:
    lines = changed.get(place.path, frozenset())
    return bool(lines) and any(line in lines for line in range(place.line, max(place.line, place.end_line) + 1))
