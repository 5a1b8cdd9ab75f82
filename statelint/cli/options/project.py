"""Which project a command is about, and with which settings: shared by every command that analyses."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from statelint.settings.options import Run

Command = TypeVar("Command", bound=Callable[..., Any])
STDIN = "-"
OPTION_FLAGS = frozenset({
    "exclude", "extend_exclude", "include_tests", "include_migrations", "baseline", "no_cache", "cache_dir", "jobs",
    "python",
})  # fmt: skip


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


PROJECT_OPTIONS = (
    click.argument("paths", nargs=-1, callback=_paths),
    click.option(
        "--select", multiple=True, callback=_separated, help="Codes or prefixes to report, separated by commas."
    ),
    click.option("--extend-select", multiple=True, callback=_separated, help="Codes or prefixes to report as well."),
    click.option("--ignore", multiple=True, callback=_separated, help="Codes or prefixes not to report."),
    click.option(
        "--exclude", multiple=True, callback=_separated, help="Patterns to leave out, in place of the usual ones."
    ),
    click.option(
        "--extend-exclude", multiple=True, callback=_separated, help="More patterns to leave out, as in .gitignore."
    ),
    click.option("--include-tests", is_flag=True, help="Read tests too."),
    click.option("--include-migrations", is_flag=True, help="Read migrations too."),
    click.option(
        "--baseline",
        envvar="STATELINT_BASELINE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Accept what is in this file.",
    ),
    click.option("--no-baseline", is_flag=True, help="Accept nothing from a file, whatever the settings say."),
    click.option(
        "--no-cache", "-n", envvar="STATELINT_NO_CACHE", is_flag=True, help="Neither read nor write the cache."
    ),
    click.option(
        "--cache-dir",
        envvar="STATELINT_CACHE_DIR",
        help="Folder of the cache, below the project's root unless absolute.",
    ),
    click.option("--isolated", is_flag=True, help="Ignore configuration files."),
    click.option(
        "--config",
        envvar="STATELINT_CONFIG",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Configuration file.",
    ),
    click.option(
        "--python",
        envvar="STATELINT_PYTHON",
        callback=_interpreter,
        help="Interpreter or environment of the program; '' for none.",
    ),
    click.option(
        "--jobs", "-j", envvar="STATELINT_JOBS", type=click.IntRange(min=0), help="Worker processes; 0 decides by size."
    ),
)


SINCE_OPTIONS = (
    click.option(
        "--since",
        envvar="STATELINT_SINCE",
        metavar="REV",
        default="",
        help="Only what is new against a revision of git; `auto` asks the CI.",
    ),
    click.option("--touched", is_flag=True, help="With --since: also old findings on lines that changed."),
)


def since_options(command: Command) -> Command:
    """What a command that compares takes besides `project_options`."""
    for option in reversed(SINCE_OPTIONS):
        command = option(command)
    return command


def _since(given: str) -> str:
    """`auto` is what a pull request, a merge request or pre-commit compares with, else the last commit."""
    if given != "auto":
        return given
    github = os.environ.get("GITHUB_BASE_REF")
    asked = (
        os.environ.get("PRE_COMMIT_FROM_REF"), f"origin/{github}" if github else None,
        os.environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA"),
    )  # fmt: skip
    return next(filter(None, asked), "HEAD")


def project_options(command: Command) -> Command:
    """The paths and options of a command that analyses the project; `run_of` turns them into a run."""
    for option in reversed(PROJECT_OPTIONS):
        command = option(command)
    return command


def run_of(paths: tuple[Path, ...], given: dict[str, Any], root: Path | None = None) -> Run:
    """The run that these paths and options ask for; `root` where it is not the project that the paths lie in."""
    from statelint.app.runs import run_at
    from statelint.domain.errors import UsageError
    from statelint.settings.options import Overrides, Selection
    from statelint.settings.roots import root_of

    if given["config"] is not None and given["isolated"]:
        raise UsageError("`--config` and `--isolated` contradict each other", "options", "leave one of them out")
    if given.get("touched") and not given.get("since"):
        raise UsageError("`--touched` needs a revision", "options", "add `--since REV`")
    reads_stdin = Path(STDIN) in paths or (given.get("stdin_filename") is not None and not paths)
    if reads_stdin and len(paths) > 1:
        raise UsageError("`-` stands for standard input", "paths", "give it alone, or give paths")
    chosen = (given.get("stdin_filename") or Path(STDIN),) if reads_stdin else paths
    if reads_stdin and given.get("watch"):
        raise UsageError("`--watch` can't read standard input again", "options", "name a file or folder")
    absolute = tuple(path.resolve() for path in chosen)
    root = root or root_of(absolute, Path.cwd())
    return run_at(
        root,
        Overrides(flags=_flags(given), config=given["config"], isolated=given["isolated"]),
        paths=tuple(str(path) for path in absolute),
        flags=Selection(select=given["select"] or None, extend_select=given["extend_select"], ignore=given["ignore"]),
        wanted=frozenset({"cleared"} if given.get("explain_cleared") else ()),
        since=_since(given.get("since", "")),
        touched=given.get("touched", False),
        stdin=(absolute[0].relative_to(root).as_posix(), sys.stdin.buffer.read()) if reads_stdin else None,
    )


def _flags(given: dict[str, Any]) -> dict[str, Any]:
    """Options that are laid over settings."""
    flags = {
        name.replace("_", "-"): value
        for name, value in given.items()
        if name in OPTION_FLAGS and value not in (None, (), False)
    }
    if given["baseline"] is not None:
        flags["baseline"] = str(given["baseline"].absolute())
    if given["no_baseline"]:
        flags["baseline"] = None
    return flags


def settings_files_of(run: Run) -> tuple[Path, ...]:
    """The configuration files that are in force."""
    from statelint.settings.readers import extended_files, settings_files

    files = settings_files(Path(run.root), run.overrides.config, isolated=run.overrides.isolated)
    return tuple(one for file in files for one in (*reversed(extended_files(file)), file))
