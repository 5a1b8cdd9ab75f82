"""`--format github`: workflow commands, which GitHub shows beside the changed lines."""

from __future__ import annotations

from statelint.domain.findings import Report
from statelint.domain.words import Severity
from statelint.report.context import Format, RenderContext
from statelint.report.remarks import Remark, in_lines, remarks
from statelint.report.style import visible

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, context: RenderContext) -> str:
    """`::error file=...,line=...::message` for each finding."""
    return "".join(f"{_command(remark, context)}\n" for remark in remarks(report))


def _command(remark: Remark, context: RenderContext) -> str:
    place = remark.place
    properties: dict[str, object] = {
        "title": f"{remark.code} ({remark.name})", "file": context.display(place.path), "line": place.line,
    }  # fmt: skip
    if place.end_line in {0, place.line}:  # columns are not shown of what takes several lines
        properties["col"] = place.column
        if place.end_column:
            properties["endColumn"] = place.end_column
    else:
        properties["endLine"] = place.end_line
    shown = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    where = f"{context.display(place.path)}:{place.line}:{place.column}: {remark.code} "
    text = "\n".join(map(visible, (where + remark.message, *in_lines(remark, context.display))))
    return f"::{LEVELS[remark.severity]} {shown}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")


FORMAT = Format("github", render)
