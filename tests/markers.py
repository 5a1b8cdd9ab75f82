"""Expectations that stand next to what they are about: `# expect: STL101`, or `# expect-below: STL701` above it."""

import re
from collections.abc import Iterator, Mapping

from statelint.app.pipeline import check_sources
from statelint.domain.findings import Report

MARKER = re.compile(
    r"(?:#|//|\"//\": \")\s*(?P<kind>expect|todo-expect|todo-silent|cleared)(?P<below>-below)?:?\s*(?P<words>[A-Z0-9_, ]*)"
)
WORD = re.compile(r"[A-Z0-9_]+")
Place = tuple[str, int, str]


def marks(files: Mapping[str, str], kind: str = "expect") -> Iterator[Place]:
    """(path, line, code) of every word of every marker of a kind; a line with two findings names their code twice."""
    for path, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            for match in MARKER.finditer(line):
                if match["kind"] == kind:
                    at = number + (match["below"] is not None)
                    yield from ((path, at, word) for word in WORD.findall(match["words"]))


def places_marked(files: Mapping[str, str], kind: str = "expect") -> set[Place]:
    """The marks without repetitions; for `cleared`, the reason stands for the code."""
    return set(marks(files, kind))


def has_one_finding_for_each_mark(report: Report, files: Mapping[str, str]) -> bool:
    """Whether nothing is told twice."""
    expected = [*marks(files), *marks(files, "todo-silent")]
    return len(report.findings) == len(expected)


def places_found(report: Report) -> set[Place]:
    """(path, line, code) of every finding."""
    return {(finding.place.path, finding.place.line, finding.code) for finding in report.findings}


def reasons_found(report: Report) -> set[Place]:
    """(path, line, reason) of every look-alike that was found harmless."""
    return {(cleared.place.path, cleared.place.line, cleared.reason.name) for cleared in report.cleared}


def assert_judged_as_marked(files: Mapping[str, str]) -> Report:
    """What is marked is found, what is marked as cleared is cleared for that reason, and nothing else is found."""
    report = check_sources(files, wanted=frozenset({"cleared"}))
    found = places_found(report)
    missed, false = places_marked(files, "todo-expect"), places_marked(files, "todo-silent")
    assert not found & missed, "a known miss is found now: change its marker to `expect`"
    assert false <= found, "a known false alarm is silent now: remove its marker"
    assert found - false == places_marked(files)
    assert has_one_finding_for_each_mark(report, files)
    assert places_marked(files, "cleared") <= reasons_found(report)
    return report
