"""`--format markdown`: a comment for a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape

from statelint.domain.findings import Report
from statelint.domain.words import Consequence
from statelint.report.context import Format, RenderContext
from statelint.report.remarks import Remark, remarks
from statelint.report.spans import spans
from statelint.report.style import visible
from statelint.report.words import MEANING, counted

LONGEST = 60_000  # characters; GitHub refuses comments over 65,536


def render(report: Report, context: RenderContext) -> str:
    """A heading, counts by consequence, and a fold for each finding."""
    found = list(remarks(report))
    parts = [_heading(len(report.findings), report.summary.since), *_counts(report)]
    room = LONGEST - sum(map(len, parts))
    shown = 0
    for remark in found:
        block = "\n".join(_block(remark, context))
        room -= len(block) + 2
        if room < 0:
            break
        parts.append(block)
        shown += 1
    if shown < len(found):
        parts.append(f"... and {len(found) - shown} more.")
    return "\n\n".join(parts) + "\n"


def _heading(count: int, since: str) -> str:
    pieces = f"{counted(count, 'piece')} of state"
    if since:
        return f"### statelint: {f'{pieces} new' if count else 'no new state'} since `{visible(since)}`"
    if count == 0:
        return "### statelint: nothing found that keeps this application on one replica"
    return f"### statelint: {pieces} inside one replica"


def _counts(report: Report) -> Iterator[str]:
    counts = Counter(finding.consequence for finding in report.findings)
    if counts:
        rows = [f"| {name.value} | {counts[name]} | {MEANING[name]} |" for name in Consequence if counts[name]]
        yield "\n".join(["| consequence | findings | what users see |", "| --- | ---: | --- |", *rows])


def _block(remark: Remark, context: RenderContext) -> Iterator[str]:
    where = f"{context.display(remark.place.path)}:{remark.place.line}"
    head = f"<b>{remark.code}</b> {_html(remark.message)} <code>{_escaped(where)}</code>"
    yield f"<details><summary>{head}</summary>"
    for label, steps in remark.paths:
        yield f"<p>{label} by</p><ol>"
        for step in steps:
            place = f"{context.display(step.place.path)}:{step.place.line}"
            yield f"<li>{_html(step.note)} <code>{_escaped(place)}</code></li>"
        yield "</ol>"
    for label, text in (("why", remark.why), ("instead", remark.instead)):
        if text:
            yield f"<p><b>{label}</b> {_html(text)}</p>"
    yield "</details>"


def _html(text: str) -> str:
    """Marked-up text of an HTML block, in which Markdown is not read."""
    return "".join(f"<code>{_escaped(piece)}</code>" if is_code else _escaped(piece) for piece, is_code in spans(text))


def _escaped(text: str) -> str:
    """Without mentions and links, which a host makes of `@name` and `#1` even in HTML."""
    return escape(visible(text)).replace("@", "&#64;<!-- -->").replace("#", "&#35;<!-- -->")


FORMAT = Format("markdown", render)
