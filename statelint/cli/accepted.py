"""`statelint accepted`: the findings that people decided to live with."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from statelint.cli.options.output import display_of
from statelint.cli.options.project import project_options, run_of

if TYPE_CHECKING:
    from statelint.domain.findings import Accepted, Report

Display = Callable[[str], str]
DECISIONS = frozenset({"STL002", "STL003", "STL004", "STL005"})
WORDS = {"comment": "comment", "noqa": "noqa comment", "baseline": "entry of the baseline"}


@click.command()
@project_options
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text")
def accepted(paths: tuple[Path, ...], output_format: str, **given: Any) -> None:
    """List what is accepted. Tells where that is written, why, and until when; then decisions that are over or do
    nothing.

    \b
    Examples:
      statelint accepted                   every decision in the project
      statelint accepted --select STL2     those about sessions, users and tokens
    """
    from statelint.app.progress import progress_for_terminal
    from statelint.app.projects import check

    run = run_of(paths, given)
    report = check(run, progress_for_terminal()).report
    show = _json if output_format == "json" else _text
    for line in show(report, display_of(run)):
        click.echo(line)


def _text(report: Report, display: Display) -> Iterator[str]:
    from statelint.report.style import visible

    for one in report.accepted:
        where, found = one.place, one.finding
        yield f"{visible(display(where.path))}:{where.line}: {found.code} {visible(found.message)}"
        yield f"    at {visible(display(found.place.path))}:{found.place.line}, {_decision(one)}"
    for problem in report.problems:
        if problem.code in DECISIONS:
            path = visible(display(problem.place.path))
            yield f"{path}:{problem.place.line}: {problem.code} {visible(problem.message)}"
    yield _counts(report)


def _decision(one: Accepted) -> str:
    from statelint.report.style import visible

    until = f" until {visible(one.until)}" if one.until else ""
    return f"{WORDS[one.by.value]}{until}: {visible(one.reason) or 'no reason given'}"


def _counts(report: Report) -> str:
    total = len(report.accepted)
    if not total:
        return "Nothing is accepted."
    means = Counter("the baseline" if one.by.value == "baseline" else "comments" for one in report.accepted)
    by = ", ".join(f"{count} by {name}" for name, count in sorted(means.items(), reverse=True))
    silent = sum(not one.reason for one in report.accepted)
    timed = sum(bool(one.until) for one in report.accepted)
    verb = "finding is" if total == 1 else "findings are"
    return f"{total} {verb} accepted ({by}); {silent} without a reason, {timed} until a day."


def _json(report: Report, display: Display) -> Iterator[str]:
    rows = [
        {
            "code": one.finding.code, "symbol": one.finding.symbol, "path": display(one.finding.place.path),
            "line": one.finding.place.line, "message": one.finding.message, "fingerprint": one.finding.fingerprint,
            "by": one.by.value, "reason": one.reason, "until": one.until,
            "decided": {"path": display(one.place.path), "line": one.place.line},
        }
        for one in report.accepted
    ]  # fmt: skip
    problems = [
        {
            "code": one.code, "path": display(one.place.path), "line": one.place.line, "message": one.message,
        }
        for one in report.problems if one.code in DECISIONS
    ]  # fmt: skip
    yield json.dumps({"schema": 1, "accepted": rows, "errors": problems}, indent=2, ensure_ascii=False)


COMMAND = accepted
