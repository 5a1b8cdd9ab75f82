"""`statelint inventory --format text`: for people."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from statelint.domain.findings import Access, Entry, Finding, Report
from statelint.domain.words import Answer, Consequence
from statelint.report.context import Format, RenderContext
from statelint.report.inventory import CHANGES, Item, items
from statelint.report.style import COLORS, NARROWEST, paint, visible
from statelint.report.verdicts import Verdict, verdicts, with_replicas
from statelint.report.words import HOMES, KINDS, LIFETIMES, counted

ANSWERS = {Answer.YES: "green", Answer.LOOK: "yellow", Answer.NO: "red", Answer.UNKNOWN: "blue"}
SUMMARIES = {
    Answer.YES: "Several replicas can serve today.",
    Answer.LOOK: "Several replicas may serve once somebody has looked at what is listed.",
    Answer.NO: "Several replicas can't serve today.",
    Answer.UNKNOWN: "Nobody can tell: no entry point was found, so nothing was judged.",
}
INDENT = 15
TITLE = 26
ANSWER = 9
NAMED = 3


def render(report: Report, context: RenderContext) -> str:
    """The holders by consequence, then the verdicts; since a revision, what came and what went."""
    rules = context.rules()
    listed = items(report, rules)
    if report.summary.since:
        return "\n".join(_changes(listed, report.summary.since, context)) + "\n"
    lines: list[str] = []
    for consequence in Consequence:
        chosen = [item for item in listed if item.finding.consequence is consequence]
        lines += _section(consequence.value, chosen, context)
    found = verdicts(report, rules)
    part = f"Of {', '.join(context.asked)} alone: " if context.asked else ""
    lines += [paint(visible(part) + SUMMARIES[with_replicas(found)], "bold", colored=context.colored), ""]
    for verdict in found:
        lines += _verdict(verdict, context)
    return "\n".join(lines) + "\n"


def _section(heading: str, chosen: list[Item], context: RenderContext) -> Iterator[str]:
    if chosen:
        yield from (paint(heading, "bold", colored=context.colored), "")
    for item in chosen:
        yield from (*_item(item, context), "")


def _changes(listed: Iterable[Item], since: str, context: RenderContext) -> Iterator[str]:
    counts = []
    for change in CHANGES:
        chosen = [item for item in listed if item.change == change]
        yield from _section(change, chosen, context)
        counts.append(f"{counted(len(chosen), 'piece')} of state {change}")
    yield paint(f"{' and '.join(counts)} since {visible(since)}.", "bold", colored=context.colored)


def _item(item: Item, context: RenderContext) -> Iterator[str]:
    finding = item.finding
    code = paint(finding.code, COLORS[finding.severity], colored=context.colored)
    where = f"{visible(context.display(finding.place.path))}:{finding.place.line}"
    likely = " (likely)" if finding.confidence.value == "likely" else ""
    yield f"  {paint(visible(finding.symbol), 'bold', colored=context.colored)}  {code}{likely}  {where}"
    rows = (
        ("kept as", f"{KINDS[finding.holder]}, {LIFETIMES[finding.lifetime]}"),
        ("entry points", _titles(finding.entries)),
        ("written by", _accesses(item.writers, context)),
        ("read by", _accesses(item.readers, context)),
        ("belongs in", HOMES[item.home]),
        ("accepted", item.accepted),
    )
    for label, text in rows:
        if text:
            yield from _row(label, text, context)


def _row(label: str, text: str, context: RenderContext) -> Iterator[str]:
    first, *more = _wrapped(text, INDENT + 4, context)
    yield f"    {paint(f'{label:<{INDENT}}', 'dim', colored=context.colored)}{first}"
    yield from (f"    {'':{INDENT}}{line}" for line in more)


def _wrapped(text: str, indent: int, context: RenderContext) -> list[str]:
    room = max(NARROWEST, context.width - indent)
    return textwrap.wrap(visible(text), room, subsequent_indent="  ", break_on_hyphens=False) or [""]


def _titles(entries: Iterable[Entry]) -> str:
    return _some([entry.title for entry in entries])


def _accesses(accesses: Iterable[Access], context: RenderContext) -> str:
    return _some([f"{one.function} {context.display(one.place.path)}:{one.place.line}" for one in accesses])


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _verdict(verdict: Verdict, context: RenderContext) -> Iterator[str]:
    answer = paint(f"{verdict.answer.value:<{ANSWER}}", ANSWERS[verdict.answer], colored=context.colored)
    named = (("because of", verdict.against), ("look at", verdict.to_look_at))
    lines = [
        line
        for label, findings in named
        if findings
        for line in _wrapped(f"{label} {_names(findings)}", TITLE + ANSWER + 2, context)
    ]
    yield f"  {verdict.title:<{TITLE}}{answer}{next(iter(lines), '')}".rstrip()
    yield from (f"  {'':{TITLE + ANSWER}}{line}" for line in lines[1:])


def _names(findings: tuple[Finding, ...]) -> str:
    return _some([f"{visible(finding.symbol)} ({finding.code})" for finding in findings])


FORMAT = Format("text", render)
