"""Expectations that stand next to the code they are about: `# expect: STL101`."""

import re
from collections.abc import Mapping

from statelint.domain.findings import Report

MARKER = re.compile(r"#\s*(?P<kind>expect|todo-expect|todo-silent):?\s*(?P<codes>[A-Z0-9, ]*)")
Place = tuple[str, int, str]


def places_marked(files: Mapping[str, str], kind: str = "expect") -> set[Place]:
    """(path, line, code) of every marker of a kind."""
    found: set[Place] = set()
    for path, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            for match in MARKER.finditer(line):
                if match["kind"] == kind:
                    found.update((path, number, code) for code in re.findall(r"STL\d{3}", match["codes"]))
    return found


def places_found(report: Report) -> set[Place]:
    """(path, line, code) of every finding."""
    return {(finding.place.path, finding.place.line, finding.code) for finding in report.findings}
