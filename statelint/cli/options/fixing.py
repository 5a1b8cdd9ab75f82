"""`--fix`, `--diff` and which fixes they take, as ruff has them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from statelint.app.fixing import Fixed
    from statelint.domain.findings import Report
    from statelint.domain.words import Applicability
    from statelint.report.context import RenderContext
    from statelint.settings.options import Run

Command = TypeVar("Command", bound=Callable[..., Any])

FIX_OPTIONS = (
    click.option("--fix", is_flag=True, help="Apply fixes, and report what is left."),
    click.option("--fix-only", is_flag=True, help="Apply fixes, and report nothing."),
    click.option("--unsafe-fixes/--no-unsafe-fixes", default=None, help="Take unsafe fixes, or don't speak of them."),
    click.option("--diff", is_flag=True, help="Show what fixes would change, and write nothing."),
)


def fix_options(command: Command) -> Command:
    """The options of a command that can fix what it finds."""
    for option in reversed(FIX_OPTIONS):
        command = option(command)
    return command


def wants_fixes(given: dict[str, Any]) -> bool:
    """Whether fixes are to be applied, if only to show what they would change."""
    return bool(given["fix"] or given["fix_only"] or given["diff"])


def applicabilities(given: dict[str, Any]) -> frozenset[Applicability]:
    """Which fixes are taken."""
    from statelint.domain.words import Applicability

    return frozenset(Applicability) if given.get("unsafe_fixes") else frozenset({Applicability.SAFE})


def show_diff(report: Report, fixed: Fixed, context: RenderContext, given: dict[str, Any]) -> None:
    """Print the diff of each changed file; leaves with 1 where there is one."""
    from statelint.app.fixing import diff
    from statelint.report.words import counted

    hidden = sum(one.fix is not None for one in report.findings) if context.hides_fixes else 0
    for change in fixed.changes:
        sys.stdout.buffer.write(diff(change, context.display(change.path)))
    sys.stdout.buffer.flush()
    more = f" ({counted(hidden, 'fix')} available with `--unsafe-fixes`)" if hidden else ""
    what = f"Would fix {counted(fixed.count, 'finding')}" if fixed.count else "No findings would be fixed"
    click.echo(f"{what}{more}.", err=True)
    say_what_is_needed(fixed, given)
    if fixed.changes:
        raise click.exceptions.Exit(1)


def say_what_was_done(fixed: Fixed, given: dict[str, Any]) -> None:
    """In short, where nothing else is said."""
    from statelint.report.words import counted

    if not given["quiet"]:
        click.echo(f"Fixed {counted(fixed.count, 'finding')}.", err=True)
    say_what_is_needed(fixed, given)


def say_what_is_needed(fixed: Fixed, given: dict[str, Any]) -> None:
    """What a person has to do before the changed program runs."""
    variables = dict.fromkeys(f"`{name}`" for fix in fixed.fixes for name in fix.variables)
    packages = dict.fromkeys(name for fix in fixed.fixes for name in fix.packages)
    tasks = [f"{verb} {', '.join(names)}" for verb, names in (("set", variables), ("install", packages)) if names]
    if tasks and not given["quiet"]:
        click.echo(f"What was fixed needs you to {' and to '.join(tasks)}.", err=True)


def write_fixed(run: Run, fixed: Fixed) -> None:
    """Write the changed files; what came from standard input goes to standard output."""
    from statelint.app.fixing import write_changes

    if run.stdin is None:
        write_changes(Path(run.root), fixed)
        return
    changed = {change.path: change.after for change in fixed.changes}
    sys.stdout.buffer.write(changed.get(*run.stdin))
    sys.stdout.buffer.flush()
