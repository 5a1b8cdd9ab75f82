"""`--format gitlab`: a Code Quality report, which GitLab shows in merge requests."""

from __future__ import annotations

import json
from typing import Any

from statelint.domain.findings import Report
from statelint.domain.words import Severity
from statelint.report.context import Format, RenderContext
from statelint.report.remarks import Remark, remarks

LEVELS = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, context: RenderContext) -> str:
    """A list of issues."""
    return json.dumps([_issue(remark, context) for remark in remarks(report)], indent=2, ensure_ascii=False) + "\n"


def _issue(remark: Remark, context: RenderContext) -> dict[str, Any]:
    place = remark.place
    return {
        "type": "issue",
        "check_name": remark.code,
        "description": " ".join(filter(None, (f"{remark.code}: {remark.message}.", remark.why))),
        "content": {"body": remark.instead},
        "categories": ["Bug Risk"],
        "fingerprint": remark.fingerprint,
        "severity": LEVELS[remark.severity],
        "location": {
            "path": context.display(place.path), "lines": {"begin": place.line, "end": place.end_line or place.line},
        },
    }  # fmt: skip


FORMAT = Format("gitlab", render)
