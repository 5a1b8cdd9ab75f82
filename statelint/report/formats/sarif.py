"""`--format sarif`: SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any
from urllib.parse import quote

from statelint.catalogue.explain import explain, finds, in_words
from statelint.catalogue.rule import Rule
from statelint.domain.findings import Accepted, Access, Finding, Fix, Place, Report, Step
from statelint.domain.words import AcceptedBy, Severity
from statelint.report.context import Format, RenderContext
from statelint.report.remarks import Remark, remark_of, remarks

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
PRECISION = {"sure": "high", "likely": "medium"}
ROOT = "%SRCROOT%"


def render(report: Report, context: RenderContext) -> str:
    """One run with its rules and results."""
    known = context.rules()
    found = [*remarks(report), *(remark_of(one.finding) for one in report.accepted)]
    codes = sorted({remark.code: remark for remark in found}.items())
    numbers = {code: number for number, (code, _) in enumerate(codes)}
    results = [_result(remark, numbers, context) for remark in found]
    first = len(results) - len(report.accepted)
    for result, accepted in zip(results[first:], report.accepted, strict=True):
        result["suppressions"] = [_suppression(accepted, context)]
    driver = {
        "name": "statelint", "semanticVersion": context.version,
        "rules": [_rule(remark, known.get(code)) for code, remark in codes],
    }  # fmt: skip
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(remark: Remark, rule: Rule | None) -> dict[str, Any]:
    described: dict[str, Any] = {"id": remark.code, "name": remark.name}
    if rule is None:
        return {**described, "shortDescription": {"text": remark.name.replace("-", " ")}}
    text = f"{in_words(rule.why)} {in_words(rule.instead)}"
    return {
        **described,
        "shortDescription": {"text": finds(rule)},
        "fullDescription": {"text": in_words(rule.why)},
        "help": {"text": text, "markdown": explain(rule)},
        "defaultConfiguration": {"level": LEVELS[rule.severity_of()]},
        "properties": {"tags": [rule.consequence.value, "stateless"]},
    }


def _result(remark: Remark, numbers: Mapping[str, int], context: RenderContext) -> dict[str, Any]:
    location: dict[str, Any] = _location(remark.place, context)
    if remark.symbol:
        location["logicalLocations"] = [{"fullyQualifiedName": remark.symbol}]
    return {
        "ruleId": remark.code,
        "ruleIndex": numbers[remark.code],
        "level": LEVELS[remark.severity],
        "message": {"text": " ".join(filter(None, (f"{remark.message}.", remark.why, remark.instead)))},
        "locations": [location],
        "partialFingerprints": {"statelint/v1": remark.fingerprint},
        **(_evidence(remark.finding, context) if remark.finding is not None else {}),
    }


def _evidence(finding: Finding, context: RenderContext) -> dict[str, Any]:
    flows = (("write", finding.witness), ("read", finding.reader))
    related = (*_accesses("written", finding.writes, context), *_accesses("read", finding.reads, context))
    found: dict[str, Any] = {
        "properties": {
            "consequence": finding.consequence.value, "confidence": finding.confidence.value,
            "precision": PRECISION[finding.confidence.value], "holder": finding.holder.value,
        },
        "relatedLocations": related,
        "fixes": [_fix(finding.fix, context)] if finding.fix is not None else [],
        "codeFlows": [_flow(f"the shortest path to a {kind}", steps, context) for kind, steps in flows if steps],
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _suppression(accepted: Accepted, context: RenderContext) -> dict[str, Any]:
    kind = "external" if accepted.by is AcceptedBy.BASELINE else "inSource"
    until = f"until {accepted.until}" if accepted.until else ""
    justification = ", ".join(filter(None, (accepted.reason, until)))
    found = {"kind": kind, "status": "accepted", "location": _location(accepted.place, context)}
    return {**found, "justification": justification} if justification else found


def _accesses(verb: str, accesses: Iterable[Access], context: RenderContext) -> list[dict[str, Any]]:
    return [_location(access.place, context, f"{verb} in {access.function}") for access in accesses]


def _flow(message: str, steps: tuple[Step, ...], context: RenderContext) -> dict[str, Any]:
    locations = [
        {"location": _location(step.place, context, step.note or step.function), "nestingLevel": depth}
        for depth, step in enumerate(steps)
    ]
    return {"message": {"text": message}, "threadFlows": [{"locations": locations}]}


def _fix(fix: Fix, context: RenderContext) -> dict[str, Any]:
    changes = [
        {
            "artifactLocation": _artifact(path, context),
            "replacements": [
                {"deletedRegion": _region(edit.place), "insertedContent": {"text": edit.content}} for edit in edits
            ],
        }
        for path, edits in groupby(fix.edits, key=lambda edit: edit.place.path)
    ]
    return {"description": {"text": f"{fix.message} ({fix.applicability.value})"}, "artifactChanges": changes}


def _location(place: Place, context: RenderContext, message: str = "") -> dict[str, Any]:
    physical = {"artifactLocation": _artifact(place.path, context), "region": _region(place)}
    found: dict[str, Any] = {"physicalLocation": physical}
    return {**found, "message": {"text": message}} if message else found


def _artifact(path: str, context: RenderContext) -> dict[str, str]:
    uri = quote(context.display(path).encode(errors="surrogateescape"))
    return {"uri": uri} if uri.startswith("../") else {"uri": uri, "uriBaseId": ROOT}


def _region(place: Place) -> dict[str, int]:
    region = {"startLine": place.line, "startColumn": place.column}
    if place.end_line:
        region |= {"endLine": place.end_line, "endColumn": max(1, place.end_column)}
    return region


FORMAT = Format("sarif", render)
