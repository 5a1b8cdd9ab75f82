"""`--format text`: for people."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable

from statelint.catalogue.select import ENGINE_CODES
from statelint.domain.findings import Finding, Place, Problem, Report, Step, Summary
from statelint.domain.words import Holder
from statelint.report.context import Format, RenderContext
from statelint.report.fixable import MARK, closing_line, is_fixable
from statelint.report.style import (
    COLORS,
    NARROWEST,
    cells,
    first_cells,
    last_cells,
    paint,
    visible,
    visible_code,
)
from statelint.report.words import counted

WRITES = {Holder.LIBRARY_OBJECT: "used", Holder.SECRET: "drawn"}


def render(report: Report, context: RenderContext) -> str:
    """Every finding with its source line, witness, reader, reason and remedy."""
    parts: list[str] = []
    if "statistics" not in context.parts:
        parts.extend(_finding(finding, context) for finding in _urgent_first(report.findings))
        parts.extend(_problem(problem, context) for problem in report.problems)
    if "cleared" in context.parts and report.cleared:
        parts.append(_cleared(report, context))
    if "statistics" in context.parts:
        parts.append(_statistics(report))
    if "timings" in context.parts:
        parts.append(_timings(report.summary))
    if "quiet" not in context.parts:
        parts.append(_last_line(report, context) + "\n")
        if "statistics" not in context.parts and (fixable := closing_line(report, context)):
            parts[-1] += fixable + "\n"
    return "\n".join(parts)


def _urgent_first(findings: Iterable[Finding]) -> list[Finding]:
    """By place, but what more than one copy has today before what it would take a second one to see."""
    return sorted(findings, key=lambda finding: not finding.copies)


def _where(place: Place, context: RenderContext) -> str:
    return f"{visible(context.display(place.path))}:{place.line}:{place.column}"


def _finding(finding: Finding, context: RenderContext) -> str:
    colored = context.colored
    code = paint(finding.code, COLORS[finding.severity], colored=colored)
    likely = " (likely)" if finding.confidence.value == "likely" else ""
    head = (
        f"{paint(_where(finding.place, context), 'bold', colored=colored)}: {code} {finding.consequence.value}{likely}"
    )
    mark = f"{paint(MARK, 'cyan', colored=colored)} " if is_fixable(finding, context) else ""
    lines = [f"{head}: {mark}{visible(finding.message)}", *_source(finding.place, context)]
    verb = WRITES.get(finding.holder, "written")
    if finding.witness:
        lines.extend(_path(verb, finding.witness, context))
    if finding.reader:
        lines.extend(_path("read", finding.reader, context))
    others = len({(access.place.path, access.place.line) for access in finding.writes}) - 1
    if others > 0:
        lines.append(f"   {paint('also', 'dim', colored=colored)}    {verb} at {counted(others, 'more line')}")
    lines.extend(_paragraph("why", finding.why, context))
    lines.extend(_paragraph("instead", finding.instead, context))
    if finding.fix is not None:
        lines.extend(_paragraph("fix", f"{finding.fix.applicability.value}: {finding.fix.message}", context))
    return "\n".join(lines) + "\n"


def _source(place: Place, context: RenderContext) -> list[str]:
    lines = context.lines_of(place.path)
    if not 0 < place.line <= len(lines):
        return []
    raw = lines[place.line - 1].rstrip()
    start = max(0, place.column - 1)
    stop = place.end_column - 1 if place.end_line == place.line and place.end_column > place.column else len(raw)
    before, marked, after = (visible_code(part) for part in (raw[:start], raw[start:stop], raw[stop:]))
    gutter = f"{place.line:>5} | "
    room = max(NARROWEST, context.width) - len(gutter)
    if cells(before + marked + after) > room:
        before = last_cells(before, max(room // 3, room - cells(marked + after)))
    text = first_cells(before + marked + after, room)
    under = " " * cells(before) + "^" * max(1, min(cells(marked), room - cells(before)))
    blank = "      | "
    return [blank.rstrip(), f"{gutter}{text}", f"{blank}{paint(under, 'red', colored=context.colored)}"]


def _path(label: str, steps: tuple[Step, ...], context: RenderContext) -> list[str]:
    lines = []
    for depth, step in enumerate(steps):
        name = paint(f"{label:<8}", "dim", colored=context.colored) if depth == 0 else " " * 8
        where = f"{visible(context.display(step.place.path))}:{step.place.line}"
        indent = "  " * depth
        note = f"{'' if depth == 0 else '-> '}{visible(step.note)}"
        shown = paint(where, "cyan", colored=context.colored)
        if 11 + cells(indent + note) + 2 + cells(where) <= max(NARROWEST, context.width):
            lines.append(f"   {name}{indent}{note}  {shown}")
        else:
            lines += [f"   {name}{indent}{note}", f"{'':11}{indent}     {shown}"]
    return lines


def _paragraph(label: str, text: str, context: RenderContext) -> list[str]:
    name = f"{label:<8}"
    wrapped = textwrap.wrap(visible(text), max(NARROWEST, context.width) - 11) or [""]
    first = f"   {paint(name, 'dim', colored=context.colored)}{wrapped[0]}"
    return [first, *(f"{'':11}{line}" for line in wrapped[1:])]


def _problem(problem: Problem, context: RenderContext) -> str:
    code = paint(problem.code, "yellow", colored=context.colored)
    return (
        f"{paint(_where(problem.place, context), 'bold', colored=context.colored)}: {code} {visible(problem.message)}\n"
    )


def _cleared(report: Report, context: RenderContext) -> str:
    lines = ["Considered and found harmless:"]
    for cleared in report.cleared:
        detail = f" ({visible(cleared.detail)})" if cleared.detail else ""
        lines.append(f"  {_where(cleared.place, context)}: {visible(cleared.symbol)}: {cleared.reason.value}{detail}")
    return "\n".join(lines) + "\n"


def _statistics(report: Report) -> str:
    counts = Counter((finding.code, finding.name) for finding in report.findings)
    counts.update((problem.code, ENGINE_CODES.get(problem.code, "")) for problem in report.problems)
    lines = [f"{count:>5}  {code}  {name}" for (code, name), count in sorted(counts.items())]
    lines.append(f"{report.summary.unresolved_calls:>5}  unresolved calls")
    lines.extend(f"{count:>9}  {reason}" for reason, count in sorted(report.summary.unresolved_reasons.items()))
    return "\n".join(lines) + "\n"


def _timings(summary: Summary) -> str:
    lines = [f"{seconds:>9.3f} s  {stage}" for stage, seconds in summary.stages.items()]
    return "\n".join([*lines, f"{summary.seconds:>9.3f} s  all"]) + "\n"


def _last_line(report: Report, context: RenderContext) -> str:
    summary = report.summary
    entries = counted(summary.entry_points, "entry point")
    scope = f"{counted(summary.files, 'file')}, {entries}, {summary.seconds:.2f} s"
    suppressed = f", {summary.suppressed} suppressed" if summary.suppressed else ""
    fixed = f"{context.fixed} fixed, " if context.fixed else ""
    if not report.findings and report.problems:
        text = f"Found {counted(len(report.problems), 'problem')} in {scope}{suppressed}."
        return paint(text, "bold", colored=context.colored)
    if not report.findings:
        text = f"{_nothing(report)} ({fixed}{scope}{suppressed})."
        return paint(text, "green", colored=context.colored)
    counts = Counter(finding.consequence.value for finding in report.findings)
    kinds = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    text = f"Found {counted(len(report.findings), 'finding')} ({fixed}{kinds}) in {scope}{suppressed}."
    return paint(text, "bold", colored=context.colored)


def _nothing(report: Report) -> str:
    if report.summary.since:
        return f"No new state since {visible(report.summary.since)}"
    if report.accepted:
        return "No state found beyond what is accepted"
    return "No state found that keeps this application on one replica"


FORMAT = Format("text", render)
