"""`--format concise`: one line a finding."""

from __future__ import annotations

from statelint.domain.findings import Report
from statelint.report.context import Format, RenderContext
from statelint.report.fixable import MARK, is_fixable
from statelint.report.style import visible


def render(report: Report, context: RenderContext) -> str:
    """`path:line:column: CODE message`."""
    lines = [
        (finding.place, finding.code, f"{MARK} {finding.message}" if is_fixable(finding, context) else finding.message)
        for finding in report.findings
    ]
    lines.extend((problem.place, problem.code, problem.message) for problem in report.problems)
    return "".join(
        f"{visible(context.display(place.path))}:{place.line}:{place.column}: {code} {visible(message)}\n"
        for place, code, message in lines
    )


FORMAT = Format("concise", render)
