"""`statelint inventory --format json`."""

from __future__ import annotations

import json
from typing import Any

from statelint.domain.findings import Access, Entry, Finding, Report
from statelint.report.context import Format, RenderContext
from statelint.report.inventory import Item, items
from statelint.report.verdicts import Verdict, verdicts, with_replicas
from statelint.report.words import HOMES, KINDS, LIFETIMES


def render(report: Report, context: RenderContext) -> str:
    """One object: verdicts, then holders. Since a revision there is no verdict, as most of the state is left out."""
    rules = context.rules()
    since = report.summary.since
    found = () if since else verdicts(report, rules)
    data = {
        "schema": 1,
        "statelint": context.version,
        "root": context.root,
        "since": since or None,
        "asked": list(context.asked),
        "replicas": with_replicas(found).value if found else None,
        "verdicts": [_verdict(verdict) for verdict in found],
        "state": [_item(item, context) for item in items(report, rules)],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "scenario": verdict.scenario.value,
        "title": verdict.title,
        "answer": verdict.answer.value,
        "against": [_name(finding) for finding in verdict.against],
        "to_look_at": [_name(finding) for finding in verdict.to_look_at],
    }


def _name(finding: Finding) -> dict[str, str]:
    return {"code": finding.code, "symbol": finding.symbol, "fingerprint": finding.fingerprint}


def _item(item: Item, context: RenderContext) -> dict[str, Any]:
    finding = item.finding
    return {
        "code": finding.code,
        "symbol": finding.symbol,
        "path": context.display(finding.place.path),
        "line": finding.place.line,
        "kind": finding.holder.value,
        "kind_in_words": KINDS[finding.holder],
        "lifetime": finding.lifetime.value,
        "lifetime_in_words": LIFETIMES[finding.lifetime],
        "consequence": finding.consequence.value,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "writers": [_access(access, context) for access in item.writers],
        "readers": [_access(access, context) for access in item.readers],
        "entries": [_entry(entry) for entry in finding.entries],
        "home": item.home.value,
        "home_in_words": HOMES[item.home],
        "instead": finding.instead,
        "unsafe_with": [scenario.value for scenario in item.endangers],
        "to_look_at_with": [scenario.value for scenario in item.to_look_at],
        "accepted": item.accepted,
        "change": item.change or None,
        "fingerprint": finding.fingerprint,
    }


def _access(access: Access, context: RenderContext) -> dict[str, Any]:
    path = context.display(access.place.path)
    return {"function": access.function, "path": path, "line": access.place.line}


def _entry(entry: Entry) -> dict[str, str]:
    return {"trigger": entry.trigger.value, "title": entry.title, "function": entry.function}


FORMAT = Format("json", render)
