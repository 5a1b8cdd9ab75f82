"""`statelint inventory --format csv`: a row for each holder, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from statelint.domain.findings import Access, Report
from statelint.report.context import Format, RenderContext
from statelint.report.inventory import Item, items
from statelint.report.style import visible
from statelint.report.words import HOMES, KINDS, LIFETIMES

COLUMNS = (
    "code", "state", "path", "line", "kind", "lifetime", "consequence", "severity", "confidence", "written by",
    "read by", "entry points", "belongs in", "instead", "unsafe with", "to look at with", "accepted", "fingerprint",
    "change",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@")  # a spreadsheet would compute a cell that begins with one of these


def render(report: Report, context: RenderContext) -> str:
    """A heading and the rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in items(report, context.rules()):
        writer.writerow([_cell(value) for value in _row(item, context)])
    return text.getvalue()


def _row(item: Item, context: RenderContext) -> tuple[object, ...]:
    finding = item.finding
    return (
        finding.code, finding.symbol, context.display(finding.place.path), finding.place.line, KINDS[finding.holder],
        LIFETIMES[finding.lifetime], finding.consequence.value, finding.severity.value, finding.confidence.value,
        _accesses(item.writers, context), _accesses(item.readers, context),
        "; ".join(entry.title for entry in finding.entries), HOMES[item.home], finding.instead,
        "; ".join(scenario.value for scenario in item.endangers),
        "; ".join(scenario.value for scenario in item.to_look_at), item.accepted, finding.fingerprint, item.change,
    )  # fmt: skip


def _accesses(accesses: Iterable[Access], context: RenderContext) -> str:
    return "; ".join(f"{one.function} ({context.display(one.place.path)}:{one.place.line})" for one in accesses)


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    shown = visible(value)
    return f"'{shown}" if shown.startswith(FORMULA) else shown


FORMAT = Format("csv", render)
