"""What formats say of fixes: a mark at a finding, and a closing line."""

from __future__ import annotations

from statelint.domain.findings import Finding, Report
from statelint.report.context import RenderContext
from statelint.report.words import counted

MARK = "[*]"


def is_fixable(finding: Finding, context: RenderContext) -> bool:
    """Whether `--fix` would apply its fix, with the options that were given."""
    return finding.fix is not None and finding.fix.applicability in context.fixable


def closing_line(report: Report, context: RenderContext) -> str:
    """How many findings can be fixed, and how many more with unsafe fixes; empty where none can."""
    fixable = sum(is_fixable(finding, context) for finding in report.findings)
    hidden = sum(finding.fix is not None for finding in report.findings) - fixable
    more = f"{counted(hidden, 'hidden fix')} can be enabled with the `--unsafe-fixes` option"
    if fixable:
        rest = f" ({more})" if hidden and context.hides_fixes else ""
        return f"{MARK} {fixable} fixable with the `--fix` option{rest}."
    return f"No fixes available ({more})." if hidden and context.hides_fixes else ""
