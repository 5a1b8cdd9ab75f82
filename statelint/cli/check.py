"""`statelint check`: the main job."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from statelint.report.context import RenderContext
    from statelint.settings.options import Run


def _separated(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one.strip() for value in values for one in value.split(",") if one.strip())


def _paths(_: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Path, ...]:
    missing = next((value for value in values if value != STDIN and not Path(value).exists()), None)
    if missing is not None:
        raise click.BadParameter(f"there is no `{missing}`", param=parameter)
    return tuple(Path(value) for value in values)


def _interpreter(_: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """An absolute path, since the setting of this name starts at the root."""
    if not value:
        return value
    from statelint.environment.locate import packages_of

    path = Path(os.path.abspath(value))  # noqa: PTH100 - the program of an environment is a link out of it
    if not packages_of(path):
        raise click.BadParameter(f"there is no Python environment at `{value}`", param=parameter)
    return str(path)


STDIN = "-"


@click.command()
@click.argument("paths", nargs=-1, callback=_paths)
@click.option("--select", multiple=True, callback=_separated, help="Codes or prefixes to report, separated by commas.")
@click.option("--extend-select", multiple=True, callback=_separated, help="Codes or prefixes to report as well.")
@click.option("--ignore", multiple=True, callback=_separated, help="Codes or prefixes not to report.")
@click.option(
    "--exclude", multiple=True, callback=_separated, help="Patterns to leave out, in place of the usual ones."
)
@click.option(
    "--extend-exclude", multiple=True, callback=_separated, help="More patterns to leave out, as in .gitignore."
)
@click.option("--include-tests", is_flag=True, help="Read tests too.")
@click.option("--include-migrations", is_flag=True, help="Read migrations too.")
@click.option("--format", "--output-format", "output_format", default="text", help="text, concise or json.")
@click.option("--output-file", "-o", type=click.Path(path_type=Path), help="Write the report to a file.")
@click.option("--statistics", is_flag=True, help="Show counts by code and unresolved calls by reason, not findings.")
@click.option("--timings", is_flag=True, help="Show seconds per stage.")
@click.option("--explain-cleared", is_flag=True, help="List look-alikes that were found harmless, with the reason.")
@click.option("--exit-zero", "-e", is_flag=True, help="Exit with 0 even with findings.")
@click.option("--no-cache", "-n", is_flag=True, help="Neither read nor write the cache.")
@click.option("--cache-dir", help="Folder of the cache, below the project's root unless absolute.")
@click.option("--isolated", is_flag=True, help="Ignore configuration files.")
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Configuration file.")
@click.option("--stdin-filename", type=click.Path(path_type=Path), help="Which file of the project `-` stands for.")
@click.option("--python", callback=_interpreter, help="Interpreter or environment of the program; '' for none.")
@click.option("--jobs", "-j", type=click.IntRange(min=0), help="Worker processes; 0 decides by size.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colour.")
@click.option("--show-files", is_flag=True, help="List the files that are read, and stop.")
@click.option("--show-settings", is_flag=True, help="Show the settings in force, and stop.")
@click.option("--quiet", "-q", is_flag=True, help="Print findings and nothing else.")
@click.option("--verbose", "-v", is_flag=True, help="Say what is read, and show tracebacks of statelint itself.")
def check(paths: tuple[Path, ...], **given: Any) -> None:
    """Find state in the project. PATHS choose what is reported; the whole project is analysed. `-` reads one file
    from standard input."""
    from statelint.app.pipeline import check as run_check
    from statelint.app.progress import Silent, progress_for_terminal

    run = _run(paths, given)
    if given["show_settings"]:
        _show_settings(run, given)
    if given["show_files"]:
        _show_files(run)
    if given["show_settings"] or given["show_files"]:
        return
    renderer = _renderer(given["output_format"])
    if given["verbose"]:
        _say_what_is_read(run, given)
    checked = run_check(run, Silent() if given["quiet"] else progress_for_terminal())
    report = checked.report
    if not given["quiet"] and not report.problems:
        for path in checked.idle:
            click.echo(f"warning: no Python file was read below `{path or run.root}`; try --show-files", err=True)
    _write(renderer(report, _context(run, checked.lines_of, given)), given["output_file"])
    if (report.findings or report.problems) and not given["exit_zero"]:
        raise click.exceptions.Exit(1)


def _run(paths: tuple[Path, ...], given: dict[str, Any]) -> Run:
    from statelint.domain.errors import UsageError
    from statelint.environment.locate import find_packages
    from statelint.settings.options import Run, Selection
    from statelint.settings.readers import read_options

    if given["config"] is not None and given["isolated"]:
        raise UsageError("`--config` and `--isolated` contradict each other", "options", "leave one of them out")
    reads_stdin = Path(STDIN) in paths or (given["stdin_filename"] is not None and not paths)
    if reads_stdin and len(paths) > 1:
        raise UsageError("`-` stands for standard input", "paths", "give it alone, or give paths")
    chosen = (given["stdin_filename"] or Path(STDIN),) if reads_stdin else paths
    absolute = tuple(path.resolve() for path in chosen)
    root = _root(absolute)
    flags = {
        name.replace("_", "-"): value
        for name, value in given.items()
        if name in OPTION_FLAGS and value not in (None, (), False)
    }
    options = read_options(root, flags, given["config"], isolated=given["isolated"])
    return Run(
        root=str(root),
        paths=tuple(str(path) for path in absolute),
        options=options,
        packages=find_packages(root, options.python, os.environ.get("VIRTUAL_ENV")),
        flags=Selection(select=given["select"] or None, extend_select=given["extend_select"], ignore=given["ignore"]),
        wanted=frozenset({"cleared"} if given["explain_cleared"] else ()),
        stdin=(absolute[0].relative_to(root).as_posix(), sys.stdin.buffer.read()) if reads_stdin else None,
    )


def _root(chosen: tuple[Path, ...]) -> Path:
    from statelint.settings.readers import MARKERS, find_root

    here = Path.cwd()
    if not chosen:
        return find_root(here)
    common = Path(os.path.commonpath([str(path if path.is_dir() else path.parent) for path in chosen]))
    root = find_root(common)
    is_project = any((root / marker).exists() for marker in MARKERS)
    return here if root == common and here in common.parents and not is_project else root


OPTION_FLAGS = frozenset({
    "exclude", "extend_exclude", "include_tests", "include_migrations", "no_cache", "cache_dir", "jobs", "python",
})  # fmt: skip


def _show_files(run: Run) -> None:
    from statelint.app.loading import load

    for path in load(run).sources:
        click.echo(os.path.relpath(Path(run.root, path)))


def _show_settings(run: Run, given: dict[str, Any]) -> None:
    import json

    import msgspec

    for path in _settings_files(run, given):
        click.echo(f"# from {os.path.relpath(path)}")
    click.echo(f"# root {run.root}")
    settings = msgspec.to_builtins(run.options)
    for name, value in msgspec.to_builtins(run.flags).items():
        if value and name != "source":
            settings[f"{name.replace('_', '-')} on the command line"] = value
    for name, value in settings.items():
        if value is not None:
            click.echo(f"{name} = {json.dumps(value)}")


def _say_what_is_read(run: Run, given: dict[str, Any]) -> None:
    for path in _settings_files(run, given):
        click.echo(f"settings from {os.path.relpath(path)}", err=True)
    click.echo(f"project {run.root}", err=True)
    for folder in run.packages:
        click.echo(f"installed packages from {folder}", err=True)


def _settings_files(run: Run, given: dict[str, Any]) -> tuple[Path, ...]:
    from statelint.settings.readers import settings_files

    return settings_files(Path(run.root), given["config"], isolated=given["isolated"])


def _renderer(name: str) -> Any:
    from statelint.domain.errors import UsageError
    from statelint.report.registry import renderers

    known = renderers()
    if name not in known:
        raise UsageError(f"unknown format `{name}`", "--format", f"write one of {', '.join(sorted(known))}")
    return known[name].render


def _context(run: Run, lines_of: Callable[[str], list[str]], given: dict[str, Any]) -> RenderContext:
    from statelint import __version__
    from statelint.report.context import RenderContext

    root = Path(run.root)
    here = Path.cwd()

    def display(path: str) -> str:
        return os.path.relpath(root / path, here).replace(os.sep, "/")

    parts = {name for name in ("statistics", "timings", "quiet") if given[name]}
    if given["explain_cleared"]:
        parts.add("cleared")
    return RenderContext(
        version=__version__,
        root=display("."),
        width=shutil.get_terminal_size((100, 24)).columns,
        colored=_colored(given),
        lines_of=lines_of,
        display=display,
        parts=frozenset(parts),
    )


def _colored(given: dict[str, Any]) -> bool:
    if given["color"] != "auto":
        return bool(given["color"] == "always")
    if given["output_file"] is not None or os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def _write(text: str, target: Path | None) -> None:
    data = text.encode("utf-8", errors="backslashreplace")
    if target is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        target.write_bytes(data)
    except OSError as error:
        raise click.FileError(str(target), error.strerror) from error


COMMAND = check
