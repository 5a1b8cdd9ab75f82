"""Findings in the words of the Language Server Protocol 3.17."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from statelint.catalogue.explain import explain
from statelint.domain.findings import Finding, Place, Problem
from statelint.domain.words import Applicability, Severity
from statelint.server.projects import Project

if TYPE_CHECKING:
    from pygls.workspace import PositionCodec

SOURCE = "statelint"
SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
MOST_RELATED = 20
WITHOUT_COMMENTS = (".json",)


class Messages:
    """Says what one project has to say; columns are counted as the client counts them."""

    def __init__(self, project: Project, codec: PositionCodec) -> None:
        """`codec` is what client and server agreed on."""
        self._project = project
        self._codec = codec

    def diagnostics(self, file: Path) -> list[types.Diagnostic]:
        """Findings and problems of a file."""
        found = [self._of_finding(finding) for finding in self._project.findings(file)]
        return [*found, *(self._of_problem(problem) for problem in self._project.problems(file))]

    def hover(self, file: Path, position: types.Position) -> types.Hover | None:
        """Why the finding at a place matters, and its rule."""
        for finding in self._project.findings(file):
            where = self.range_of(finding.place)
            if _holds(where, position):
                parts = [f"**{finding.code}** {finding.message}", finding.why, f"*Instead:* {finding.instead}"]
                if (rule := self._project.rules.get(finding.code)) is not None:
                    parts.append(f"---\n\n{explain(rule)}")
                text = "\n\n".join(parts)
                return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), where)
        return None

    def actions(self, file: Path, asked: types.Range) -> list[types.CodeAction]:
        """Fixes and suppressions of the findings in a range."""
        return [
            action
            for finding in self._project.findings(file)
            if _overlap(self.range_of(finding.place), asked)
            for action in (*self._fixes(finding), *self._suppressions(file, finding))
        ]

    def range_of(self, place: Place) -> types.Range:
        """A place in the units of the client; one without an end reaches to the end of its line."""
        lines = self._project.lines(place.path)
        end = place.end_line or place.line
        last = place.end_column - 1 if place.end_line else _length(lines, place.line)
        start = types.Position(place.line - 1, place.column - 1)
        return self._codec.range_to_client_units(lines, types.Range(start, types.Position(end - 1, max(last, 0))))

    def _of_finding(self, finding: Finding) -> types.Diagnostic:
        return types.Diagnostic(
            self.range_of(finding.place),
            f"{finding.message}\n{finding.why}\nInstead: {finding.instead}",
            severity=SEVERITIES[finding.severity], code=finding.code, source=SOURCE,
            related_information=list(self._related(finding)), data=finding.fingerprint,
        )  # fmt: skip

    def _of_problem(self, problem: Problem) -> types.Diagnostic:
        warning = types.DiagnosticSeverity.Warning
        return types.Diagnostic(
            self.range_of(problem.place), problem.message, severity=warning, code=problem.code, source=SOURCE
        )

    def _related(self, finding: Finding) -> Iterator[types.DiagnosticRelatedInformation]:
        """The path to a write, every write, and who reads it."""
        steps = [(step.place, step.note) for step in (*finding.witness[:-1], *finding.reader[-1:])]
        writes = [(write.place, f"written in {write.function}") for write in finding.writes]
        hidden = [(one.place, f"{one.code} {one.symbol}, which this setting hides") for one in finding.hides]
        for place, text in dict.fromkeys((*steps, *writes, *hidden)):
            if not text or place == finding.place:
                continue
            yield types.DiagnosticRelatedInformation(types.Location(self._uri(place.path), self.range_of(place)), text)

    def _fixes(self, finding: Finding) -> Iterator[types.CodeAction]:
        if finding.fix is None:
            return
        edits: dict[str, list[types.TextEdit]] = {}
        for edit in finding.fix.edits:
            changed = types.TextEdit(self.range_of(edit.place), edit.content)
            edits.setdefault(self._uri(edit.place.path), []).append(changed)
        is_safe = finding.fix.applicability is Applicability.SAFE
        title = f"{finding.fix.message} ({finding.code}{'' if is_safe else ', unsafe'})"
        yield self._action(finding, title, edits, is_preferred=is_safe)

    def _suppressions(self, file: Path, finding: Finding) -> Iterator[types.CodeAction]:
        """A comment of its own on the line above, where every format that has comments allows one."""
        if file.suffix in WITHOUT_COMMENTS:
            return
        line = self._project.lines(finding.place.path)[finding.place.line - 1]
        indent = line[: len(line) - len(line.lstrip())]
        start = types.Position(finding.place.line - 1, 0)
        comment = f"{indent}# statelint: ignore[{finding.code}] say why\n"
        edits = {self._uri(finding.place.path): [types.TextEdit(types.Range(start, start), comment)]}
        yield self._action(finding, f"Accept {finding.code} here, with a reason", edits, is_preferred=False)

    def _action(
        self, finding: Finding, title: str, edits: dict[str, list[types.TextEdit]], *, is_preferred: bool
    ) -> types.CodeAction:
        return types.CodeAction(
            title, kind=types.CodeActionKind.QuickFix, diagnostics=[self._of_finding(finding)],
            is_preferred=is_preferred, edit=types.WorkspaceEdit(changes=edits),
        )  # fmt: skip

    def _uri(self, path: str) -> str:
        return (self._project.root / path).as_uri()


def _length(lines: Sequence[str], line: int) -> int:
    return len(lines[line - 1]) if 0 < line <= len(lines) else 0


def _holds(where: types.Range, position: types.Position) -> bool:
    return where.start <= position and not position > where.end


def _overlap(one: types.Range, other: types.Range) -> bool:
    return one.start.line <= other.end.line and other.start.line <= one.end.line
