"""`statelint baseline`: accept what is there, so that only what is new is reported."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from statelint.cli.options.project import project_options, run_of

if TYPE_CHECKING:
    from statelint.app.projects import Part
    from statelint.settings.options import Run
    from statelint.suppression.baseline import Accepting


def _day(_: click.Context, parameter: click.Parameter, value: str) -> str:
    from statelint.suppression.expiry import is_day

    if value and not is_day(value):
        raise click.BadParameter(f"`{value}` is no day; write it as 2027-01-31", param=parameter)
    return value


@click.command()
@project_options
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The file; else that of the setting `baseline`.")
@click.option("--prune", is_flag=True, help="Only take out what is no longer found; accept nothing new.")
@click.option("--reason", default="", help="Why what is new is accepted.")
@click.option("--until", default="", callback=_day, help="The last day on which what is new is accepted: 2027-01-31.")
def baseline(paths: tuple[Path, ...], **given: Any) -> None:
    """Accept what is found today, to see only what is new. Writes the findings of the project, or of
    PATHS, to a file that `check --baseline` accepts; one for each project of a repository.

    \b
    Examples:
      statelint baseline                       accept everything that is found today
      statelint baseline app/legacy --reason "goes in spring" --until 2027-03-31
      statelint baseline --prune               after some of it was mended
    """
    from statelint.app.progress import progress_for_terminal
    from statelint.app.projects import parts_of, projects_of
    from statelint.domain.errors import UsageError

    run = run_of(paths, given)
    if given["output"] and len(list(projects_of(run))) > 1:
        raise UsageError("each project has a baseline of its own", "--output", "name the folder of one project")
    parts = parts_of(run, progress_for_terminal(), baseline=None)
    for part in parts:
        _write(part, given, is_only=len(parts) == 1)


def _write(part: Part, given: dict[str, Any], *, is_only: bool) -> None:
    from statelint.report.words import counted
    from statelint.suppression.baseline import DEFAULT_NAME, entries_of, updated, write_baseline

    run, checked = part.project.run, part.checked
    target = given["output"] or Path(run.root, run.options.baseline or DEFAULT_NAME)
    found = entries_of(checked.report.findings, checked.lines_of)
    if not is_only and not found and not target.is_file():
        return
    before, others = _known(target, run)
    new = updated(before, found, (given["reason"], given["until"]), only_prune=given["prune"])
    target.write_bytes(write_baseline((*new.entries, *others)))
    shown = os.path.relpath(target)
    total = len(new.entries) + len(others)
    changes = f"{new.added} new, {new.moved} renamed or edited, {new.gone} gone"
    click.echo(f"{shown} accepts {counted(total, 'finding')}: {changes}.")
    if not run.options.baseline:
        name = os.path.relpath(target, run.root).replace(os.sep, "/")
        own = Path(run.root, "statelint.toml")
        project_file = os.path.relpath(Path(run.root, "pyproject.toml"))
        place = os.path.relpath(own) if own.is_file() else f"[tool.statelint] of {project_file}"
        click.echo(f'To use it, write `baseline = "{name}"` into {place}', nl=False)
        click.echo(f", or run `check --baseline {shown}`." if is_only else ".")


def _known(target: Path, run: Run) -> tuple[list[Accepting], list[Accepting]]:
    """The entries that this run is about, and the others, which stay as they are."""
    from statelint.app.pipeline import is_below
    from statelint.catalogue.load import rules_of
    from statelint.catalogue.select import selected
    from statelint.suppression.baseline import read_baseline

    if not target.is_file():
        return [], []
    entries = read_baseline(target.read_bytes(), os.path.relpath(target)).entries
    rules = rules_of(Path(run.root), run.options.rules)
    codes = selected(rules.values(), (run.options.selection, run.flags))
    about: list[Accepting] = []
    others: list[Accepting] = []
    for entry in entries:
        is_chosen = not run.chosen or any(is_below(entry.path, path) for path in run.chosen)
        (about if is_chosen and entry.code in codes else others).append(entry)
    return about, others


COMMAND = baseline
