"""`statelint check`: the main job."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from statelint.cli.options.fixing import (
    applicabilities,
    fix_options,
    say_what_is_needed,
    say_what_was_done,
    show_diff,
    wants_fixes,
    write_fixed,
)
from statelint.cli.options.output import context_of, format_options, outputs_of, write_all
from statelint.cli.options.project import project_options, run_of, settings_files_of, since_options
from statelint.cli.options.watch import watch

if TYPE_CHECKING:
    from statelint.settings.options import Run


@click.command()
@project_options
@since_options
@fix_options
@format_options()
@click.option("--statistics", is_flag=True, help="Show counts by code and unresolved calls by reason, not findings.")
@click.option("--timings", is_flag=True, help="Show seconds per stage.")
@click.option("--explain-cleared", is_flag=True, help="List look-alikes that were found harmless, with the reason.")
@click.option("--exit-zero", "-e", is_flag=True, help="Exit with 0 even with findings.")
@click.option("--stdin-filename", type=click.Path(path_type=Path), help="Which file of the project `-` stands for.")
@click.option("--show-files", is_flag=True, help="List the files that are read, and stop.")
@click.option("--show-settings", is_flag=True, help="Show the settings in force, and stop.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@click.option("--quiet", "-q", is_flag=True, help="Print findings and nothing else.")
@click.option("--verbose", "-v", is_flag=True, help="Say what is read, and show tracebacks of statelint itself.")
def check(paths: tuple[Path, ...], **given: Any) -> None:
    """Find state in the project. PATHS choose what is reported; the whole project is analysed. `-` reads one file
    from standard input.

    \b
    Examples:
      statelint check                             the project around the working directory
      statelint check app/ --select STL2,STL304   report only what lies in app/, of these codes
      statelint check --since main                only what is new against a branch
      statelint check --format github --format html=report.html
      statelint check --diff --unsafe-fixes       what fixes would change; --fix writes it
    """
    from statelint.app.progress import Silent, progress_for_terminal
    from statelint.app.projects import check as run_check
    from statelint.app.projects import fix as run_fix

    run = run_of(paths, given)
    if given["show_settings"]:
        _show_settings(run)
    if given["show_files"]:
        _show_files(run)
    if given["show_settings"] or given["show_files"]:
        return
    outputs = outputs_of(given)
    if given["watch"]:
        watch(run)
        return
    if given["verbose"]:
        _say_what_is_read(run)
    progress = Silent() if given["quiet"] else progress_for_terminal()
    if wants_fixes(given):
        checked, fixed = run_fix(run, applicabilities(given), progress)
    else:
        checked, fixed = run_check(run, progress), None
    report = checked.report
    if not given["quiet"] and not report.problems:
        for path in checked.idle:
            click.echo(f"warning: no Python file was read below `{path or run.root}`; try --show-files", err=True)
    if fixed is not None and given["diff"]:
        show_diff(report, fixed, context_of(run, checked, given, None), given)
        return
    if fixed is not None:
        write_fixed(run, fixed)
        if given["fix_only"]:
            say_what_was_done(fixed, given)
            return
    write_all(outputs, run, checked, given, fixed)
    if fixed is not None:
        say_what_is_needed(fixed, given)
    if (report.findings or report.problems) and not given["exit_zero"]:
        raise click.exceptions.Exit(1)


def _show_files(run: Run) -> None:
    from statelint.app.loading import load
    from statelint.app.projects import projects_of

    for project in projects_of(run):
        for path in load(project.run, project.found).sources:
            click.echo(os.path.relpath(Path(project.run.root, path)))


def _show_settings(run: Run) -> None:
    from statelint.app.projects import projects_of

    for number, project in enumerate(projects_of(run)):
        if number:
            click.echo()
        _show_settings_of(project.run)


def _show_settings_of(run: Run) -> None:
    import json

    import msgspec

    for path in settings_files_of(run):
        click.echo(f"# from {os.path.relpath(path)}")
    click.echo(f"# root {run.root}")
    settings = msgspec.to_builtins(run.options)
    for name, value in msgspec.to_builtins(run.flags).items():
        if value and name != "source":
            settings[f"{name.replace('_', '-')} on the command line"] = value
    for name, value in settings.items():
        if value is not None:
            click.echo(f"{name} = {json.dumps(value)}")


def _say_what_is_read(run: Run) -> None:
    from statelint.app.projects import projects_of

    for project in projects_of(run):
        for path in settings_files_of(project.run):
            click.echo(f"settings from {os.path.relpath(path)}", err=True)
        click.echo(f"project {project.run.root}", err=True)
        for folder in project.run.packages:
            click.echo(f"installed packages from {folder}", err=True)


COMMAND = check
