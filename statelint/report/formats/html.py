"""`--format html`: one page for people who would rather look than read."""

from __future__ import annotations

from statelint.domain.findings import Report
from statelint.report.context import Format, RenderContext
from statelint.report.page.render import html_of
from statelint.report.page.view import page_of


def render(report: Report, context: RenderContext) -> str:
    """A page that needs no other file."""
    return html_of(page_of(report, context), context)


FORMAT = Format("html", render)
