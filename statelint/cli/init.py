"""`statelint init`: settings to begin with, commented for what is found in the project."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from statelint.cli.options.project import project_options, run_of

if TYPE_CHECKING:
    from statelint.domain.findings import Report

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HEADER = "[tool.statelint]"
SIDE_FOLDERS = ("benchmarks", "docs", "examples", "samples", "scripts", "tools")


@click.command()
@project_options
@click.option("--print", "only_print", is_flag=True, help="Show the settings and write nothing.")
def init(paths: tuple[Path, ...], only_print: bool, **given: Any) -> None:  # noqa: FBT001
    """Write commented settings to begin with. They go into pyproject.toml, or into statelint.toml where there is none:
    for the project around the working directory, or for the folder that is named, which makes it a project of its own.

    \b
    Examples:
      statelint init --print           show the settings and write nothing
      statelint init app/              settings for app/ alone
    """
    from statelint.app.pipeline import check
    from statelint.app.progress import progress_for_terminal
    from statelint.domain.errors import UsageError
    from statelint.report.words import counted
    from statelint.settings.roots import has_settings

    named = paths[0].resolve() if len(paths) == 1 and paths[0].is_dir() else None
    run = run_of(paths, given, named)
    root = Path(run.root)
    if not only_print and has_settings(root):
        do = "edit them, name a folder that is to be a project of its own (`statelint init .`), or use `--print`"
        raise UsageError("this project has settings already", os.path.relpath(root), do)
    report = check(run, progress_for_terminal()).report
    lines = list(_settings(report, root))
    if only_print:
        click.echo("\n".join([HEADER, *lines]))
        return
    target = _write(root, lines)
    click.echo(f"Wrote {os.path.relpath(target)}.")
    if unread := sum(problem.code == "STL001" for problem in report.problems):
        click.echo(f"{counted(unread, 'file')} can't be read: see `statelint check`.")
    if count := len(report.findings):
        found = f"{counted(count, 'finding')} today"
        click.echo(f"{found}: see `statelint check`, or accept what is there with `statelint baseline`.")


def _write(root: Path, lines: list[str]) -> Path:
    project = root / "pyproject.toml"
    body = "\n".join(lines) + "\n"
    if project.is_file():
        text = project.read_text(encoding="utf-8")
        longer = f"{text.rstrip()}\n\n{HEADER}\n{body}".lstrip()
        if _is_toml(longer):
            project.write_text(longer, encoding="utf-8")
            return project
    target = root / "statelint.toml"
    target.write_text(body, encoding="utf-8")
    return target


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _settings(report: Report, root: Path) -> Iterator[str]:
    summary = report.summary
    frameworks = ", ".join(summary.frameworks) or "none that is known"
    yield f"# Files: {summary.files}; entry points: {summary.entry_points}; frameworks: {frameworks}."
    counts = Counter((finding.code, finding.name) for finding in report.findings)
    if counts:
        yield "# Found when this was written; `statelint rule STL101` explains a code:"
        yield from (f"#   {count:>3}  {code}  {name}" for (code, name), count in sorted(counts.items()))
    else:
        yield "# Nothing was found when this was written."
    yield ""
    yield "# Codes or prefixes that are reported, and those that are not."
    yield 'select = ["STL"]'
    yield "ignore = []"
    yield ""
    yield "# Python that does not serve requests; tests and migrations are left out without being named."
    folders = [f"{name}/" for name in SIDE_FOLDERS if any((root / name).rglob("*.py"))]
    yield f"extend-exclude = [{', '.join(f'{chr(34)}{name}{chr(34)}' for name in folders)}]"
    yield ""
    yield "# Findings that are accepted for now. Write the file with `statelint baseline`, then switch this on."
    yield '# baseline = "statelint-baseline.json"'
    yield ""
    yield "# Comments such as `# statelint: ignore[STL301] until=2027-01-31 why` must say why."
    yield "require-reason = true"
    if not any((root / name).is_dir() for name in (".venv", "venv")):
        yield ""
        yield "# The environment with the packages of this project, whose source tells what your classes derive from."
        yield '# python = ".venv"'


COMMAND = init
