"""One report of those of several projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from statelint.app.copies import with_copies
from statelint.app.places import Moved, below, cleared_order, finding_order, problem_order
from statelint.deployment.folders import is_below
from statelint.domain.findings import Accepted, Finding, Report, Shared, Summary

Part = tuple[str, Report]


def together(reports: Iterable[tuple[str, Report]]) -> Report:
    """What is reported of the projects in folders, with paths from above these, and their counts added up."""
    parts = [(folder, _below(report, folder)) for folder, report in reports]
    moved = [_with_copies(folder, report, parts) for folder, report in parts]
    return Report(
        tuple(sorted((one for report in moved for one in report.findings), key=finding_order)),
        tuple(sorted((one for report in moved for one in report.cleared), key=cleared_order)),
        tuple(sorted((one for report in moved for one in report.problems), key=problem_order)),
        _total([report.summary for report in moved]),
        tuple(sorted((one for report in moved for one in report.accepted), key=_accepted_order)),
        tuple(sorted((one for report in moved for one in report.gone), key=finding_order)),
    )


def _with_copies(folder: str, report: Report, parts: Iterable[Part]) -> Report:
    """A report with what the deployment files of projects around its own ask for."""
    around = [(len(one), other) for one, other in parts if one != folder and is_below(folder, one)]
    asked = [asking for _, other in sorted(around, key=itemgetter(0)) for asking in other.shared.asked]
    if not asked:
        return report
    states = {(one.code, one.place, one.symbol): one for one in report.shared.states}

    def copied(finding: Finding) -> Finding:
        state = states.get((finding.code, finding.place, finding.symbol))
        return finding if state is None else with_copies(finding, asked, one_host=state.one_host)

    return msgspec.structs.replace(
        report,
        findings=tuple(map(copied, report.findings)),
        accepted=tuple(msgspec.structs.replace(one, finding=copied(one.finding)) for one in report.accepted),
    )


def _accepted_order(accepted: Accepted) -> tuple[object, ...]:
    return finding_order(accepted.finding)


def _below(report: Report, folder: str) -> Report:
    def all_below(found: Iterable[Moved]) -> tuple[Moved, ...]:
        return tuple(below(one, folder) for one in found) if folder else tuple(found)

    return Report(
        all_below(report.findings), all_below(report.cleared), all_below(report.problems), report.summary,
        all_below(report.accepted), all_below(report.gone), _shared_below(report.shared, folder),
    )  # fmt: skip


def _shared_below(shared: Shared, folder: str) -> Shared:
    if not folder:
        return shared
    states = tuple(below(one, folder) for one in shared.states)
    asked = (
        msgspec.structs.replace(one, folders=frozenset(f"{folder}/{inner}".rstrip("/") for inner in one.folders))
        for one in (below(asking, folder) for asking in shared.asked)
    )
    return Shared(states, shared.is_serving, tuple(asked))


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
