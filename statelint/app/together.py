"""One report of those of several projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from statelint.app.places import Moved, below, cleared_order, finding_order, problem_order
from statelint.domain.findings import Accepted, Report, Summary


def together(reports: Iterable[tuple[str, Report]]) -> Report:
    """What is reported of the projects in folders, with paths from above these, and their counts added up."""
    moved = [_below(report, folder) for folder, report in reports]
    return Report(
        tuple(sorted((one for report in moved for one in report.findings), key=finding_order)),
        tuple(sorted((one for report in moved for one in report.cleared), key=cleared_order)),
        tuple(sorted((one for report in moved for one in report.problems), key=problem_order)),
        _total([report.summary for report in moved]),
        tuple(sorted((one for report in moved for one in report.accepted), key=_accepted_order)),
        tuple(sorted((one for report in moved for one in report.gone), key=finding_order)),
    )


def _accepted_order(accepted: Accepted) -> tuple[object, ...]:
    return finding_order(accepted.finding)


def _below(report: Report, folder: str) -> Report:
    def all_below(found: Iterable[Moved]) -> tuple[Moved, ...]:
        return tuple(below(one, folder) for one in found) if folder else tuple(found)

    return Report(
        all_below(report.findings), all_below(report.cleared), all_below(report.problems), report.summary,
        all_below(report.accepted), all_below(report.gone),
    )  # fmt: skip


def _total(summaries: Sequence[Summary]) -> Summary:
    if not summaries:
        return Summary(0, 0, 0, 0, 0, 0.0, {})
    return Summary(**{name: _sum(name, summaries) for name in Summary.__struct_fields__})


def _sum(name: str, summaries: Sequence[Summary]) -> Any:
    """Numbers are added up, also in tables, and names listed once; the revision is the same for all."""
    values = [getattr(one, name) for one in summaries]
    match values[0]:
        case int() | float():
            return sum(values)
        case dict():
            total: Counter[str] = Counter()
            for value in values:
                total.update(value)
            return dict(total)
        case tuple():
            return tuple(sorted({one for value in values for one in value}))
    return values[0]
