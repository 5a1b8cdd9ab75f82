"""`--format json`: one object, whose keys are a contract (docs/json.md)."""

from __future__ import annotations

import json
from typing import Any

from statelint.domain.findings import Access, Cleared, Copies, Entry, Finding, Fix, Hidden, Place, Problem, Report, Step
from statelint.report.context import Format, RenderContext


def render(report: Report, context: RenderContext) -> str:
    """The report as indented JSON."""
    data: dict[str, Any] = {
        "schema": 1,
        "statelint": context.version,
        "root": context.root,
        "findings": [_finding(finding, context) for finding in report.findings],
        "errors": [_problem(problem, context) for problem in report.problems],
    }
    if "cleared" in context.parts:
        data["cleared"] = [_cleared(cleared, context) for cleared in report.cleared]
    summary = report.summary
    data["summary"] = {
        "files": summary.files, "lines": summary.lines, "entry_points": summary.entry_points,
        "reachable_functions": summary.reachable_functions, "unresolved_calls": summary.unresolved_calls,
        "suppressed": summary.suppressed, "frameworks": summary.frameworks, "seconds": summary.seconds,
        "stages": summary.stages,
    }  # fmt: skip
    if "statistics" in context.parts:
        data["summary"]["unresolved_reasons"] = summary.unresolved_reasons
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _span(place: Place, context: RenderContext) -> dict[str, Any]:
    return {
        "path": context.display(place.path), "line": place.line, "column": place.column,
        "end_line": place.end_line or place.line, "end_column": place.end_column or place.column,
    }  # fmt: skip


def _access(access: Access, context: RenderContext) -> dict[str, Any]:
    return {**_span(access.place, context), "function": access.function}


def _entry(entry: Entry, context: RenderContext) -> dict[str, Any]:
    return {
        "trigger": entry.trigger.value, "method": entry.method, "route": entry.route,
        "path": context.display(entry.place.path), "line": entry.place.line, "function": entry.function,
    }  # fmt: skip


def _step(step: Step, context: RenderContext) -> dict[str, Any]:
    path = context.display(step.place.path)
    return {"path": path, "line": step.place.line, "function": step.function, "note": step.note}


def _finding(finding: Finding, context: RenderContext) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "consequence": finding.consequence.value,
        "confidence": finding.confidence.value,
        "message": finding.message,
        **_span(finding.place, context),
        "symbol": finding.symbol,
        "holder": finding.holder.value,
        "lifetime": finding.lifetime.value,
        "writes": [_access(access, context) for access in finding.writes],
        "reads": [_access(access, context) for access in finding.reads],
        "entries": [_entry(entry, context) for entry in finding.entries],
        "witness": [_step(step, context) for step in finding.witness],
        "reader": [_step(step, context) for step in finding.reader],
        "hides": [_hidden(one, context) for one in finding.hides],
        "copies": [_copies(one, context) for one in finding.copies],
        "why": finding.why,
        "instead": finding.instead,
        "fix": None if finding.fix is None else _fix(finding.fix, context),
        "fingerprint": finding.fingerprint,
    }


def _fix(fix: Fix, context: RenderContext) -> dict[str, Any]:
    edits = [{**_span(edit.place, context), "content": edit.content} for edit in fix.edits]
    return {
        "applicability": fix.applicability.value, "message": fix.message, "edits": edits,
        "variables": fix.variables, "packages": fix.packages,
    }  # fmt: skip


def _hidden(hidden: Hidden, context: RenderContext) -> dict[str, Any]:
    path = context.display(hidden.place.path)
    return {
        "code": hidden.code, "path": path, "line": hidden.place.line, "symbol": hidden.symbol,
        "fingerprint": hidden.fingerprint,
    }  # fmt: skip


def _copies(copies: Copies, context: RenderContext) -> dict[str, Any]:
    path = context.display(copies.place.path)
    return {"count": copies.count or None, "path": path, "line": copies.place.line, "says": copies.says}


def _problem(problem: Problem, context: RenderContext) -> dict[str, Any]:
    path = context.display(problem.place.path)
    return {"code": problem.code, "path": path, "line": problem.place.line, "message": problem.message}


def _cleared(cleared: Cleared, context: RenderContext) -> dict[str, Any]:
    path = context.display(cleared.place.path)
    return {
        "path": path, "line": cleared.place.line, "symbol": cleared.symbol,
        "reason": cleared.reason.name.lower().replace("_", "-"), "detail": cleared.detail or cleared.reason.value,
    }  # fmt: skip


FORMAT = Format("json", render)
