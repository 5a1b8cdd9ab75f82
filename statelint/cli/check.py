"""`statelint check`: the main job."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from statelint.domain.findings import Report

if TYPE_CHECKING:
    from statelint.report.context import RenderContext
    from statelint.settings.options import Options, Run


def _codes(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code.strip() for value in values for code in value.split(",") if code.strip())


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--select", multiple=True, callback=_codes, help="Codes or prefixes to report, separated by commas.")
@click.option("--extend-select", multiple=True, callback=_codes, help="Codes or prefixes to report as well.")
@click.option("--ignore", multiple=True, callback=_codes, help="Codes or prefixes not to report.")
@click.option("--exclude", multiple=True, help="Patterns of files to leave out, in the syntax of .gitignore.")
@click.option("--extend-exclude", multiple=True, help="More patterns of files to leave out.")
@click.option("--include-tests", is_flag=True, help="Read tests too.")
@click.option("--include-migrations", is_flag=True, help="Read migrations too.")
@click.option("--format", "--output-format", "output_format", default="text", help="text, concise or json.")
@click.option("--output-file", type=click.Path(path_type=Path), help="Write the report to a file.")
@click.option("--statistics", is_flag=True, help="Count findings by code and unresolved calls by reason.")
@click.option("--timings", is_flag=True, help="Show seconds per stage.")
@click.option("--explain-cleared", is_flag=True, help="List look-alikes that were found harmless, with the reason.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even with findings.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@click.option("--cache-dir", help="Folder of the cache.")
@click.option("--isolated", is_flag=True, help="Ignore configuration files.")
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Configuration file.")
@click.option("--jobs", type=int, help="Worker processes; 0 decides by size.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.option("--show-files", is_flag=True, help="List the files that are read, and stop.")
@click.option("--show-settings", is_flag=True, help="Show the settings in force, and stop.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing where there is nothing to report.")
@click.option("--verbose", "-v", is_flag=True, help="Show tracebacks of statelint itself.")
def check(paths: tuple[Path, ...], **given: Any) -> None:
    """Find state in the project; PATHS choose what is reported, the whole project is analysed."""
    from statelint.app.pipeline import check as run_check
    from statelint.app.progress import progress_for_terminal

    run = _run(paths, given)
    if given["show_files"] or given["show_settings"]:
        _show(run, given)
        return
    renderer = _renderer(given["output_format"])
    report = run_check(run, progress_for_terminal())
    text = renderer(report, _context(run, given))
    _write(text, given["output_file"])
    if (report.findings or report.problems) and not given["exit_zero"]:
        raise click.exceptions.Exit(1)


def _run(paths: tuple[Path, ...], given: dict[str, Any]) -> Run:
    from statelint.settings.options import Run
    from statelint.settings.readers import find_root, read_options

    chosen = tuple(path.resolve() for path in paths) or (Path.cwd(),)
    common = Path(os.path.commonpath([str(path if path.is_dir() else path.parent) for path in chosen]))
    root = find_root(common)
    if root == common and Path.cwd() in common.parents and not _is_marked(root):
        root = Path.cwd()
    flags = {
        name.replace("_", "-"): value
        for name, value in given.items()
        if name in OPTION_FLAGS and value not in (None, (), False)
    }
    options: Options = read_options(root, flags, given["config"], isolated=given["isolated"])
    return Run(root=str(root), paths=tuple(str(path) for path in chosen), options=options)


OPTION_FLAGS = frozenset({
    "select", "extend_select", "ignore", "exclude", "extend_exclude", "include_tests", "include_migrations",
    "no_cache", "cache_dir", "jobs",
})  # fmt: skip


def _is_marked(root: Path) -> bool:
    from statelint.settings.readers import MARKERS

    return any((root / marker).exists() for marker in MARKERS)


def _show(run: Run, given: dict[str, Any]) -> None:
    if given["show_files"]:
        from statelint.sources.discover import discover

        for source in discover(Path(run.root), run.options):
            click.echo(os.path.relpath(source.file))
        return
    import msgspec

    click.echo(f"root = {run.root}")
    for name, value in msgspec.to_builtins(run.options).items():
        click.echo(f"{name} = {value}")


def _renderer(name: str) -> Any:
    from statelint.domain.errors import UsageError
    from statelint.report.registry import renderers

    known = renderers()
    if name not in known:
        raise UsageError(f"unknown format `{name}`", "--format", f"write one of {', '.join(sorted(known))}")
    return known[name].render


def _context(run: Run, given: dict[str, Any]) -> RenderContext:
    from statelint import __version__
    from statelint.report.context import RenderContext

    root = Path(run.root)
    known: dict[str, list[str]] = {}

    def lines_of(path: str) -> list[str]:
        if path not in known:
            try:
                known[path] = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()
            except OSError:
                known[path] = []
        return known[path]

    def display(path: str) -> str:
        return os.path.relpath(root / path).replace(os.sep, "/")

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
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _write(text: str, target: Path | None) -> None:
    if target is None:
        sys.stdout.buffer.write(text.encode("utf-8", errors="replace"))
        sys.stdout.buffer.flush()
    else:
        target.write_text(text, encoding="utf-8")


COMMAND = check
__all__ = ["COMMAND", "Report"]
