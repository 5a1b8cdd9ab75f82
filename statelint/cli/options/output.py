"""How a command shows a report: the format, the terminal, the file."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from statelint.cli.options.fixing import applicabilities

if TYPE_CHECKING:
    from statelint.app.fixing import Fixed
    from statelint.catalogue.rule import Rule
    from statelint.report.context import Format, RenderContext
    from statelint.settings.options import Run

Command = TypeVar("Command", bound=Callable[..., Any])
FORMAT_OPTIONS = (
    click.option(
        "--format", "--output-format", "output_format", metavar="NAME[=FILE]", multiple=True, default=("text",),
        help="text, concise, json, sarif, github, gitlab, junit or markdown; again for one more, into its FILE.",
    ),
    click.option("--output-file", "-o", type=click.Path(path_type=Path), help="Write the report to a file."),
    click.option(
        "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colour."
    ),
)  # fmt: skip


def format_options(command: Command) -> Command:
    """How to show the report; `outputs_of` and `context_of` read them."""
    for option in reversed(FORMAT_OPTIONS):
        command = option(command)
    return command


class Output(NamedTuple):
    """One report to write: to a file, or to standard output."""

    format: Format
    target: Path | None


def outputs_of(names: tuple[str, ...], file: Path | None) -> tuple[Output, ...]:
    """What `--format NAME` and `--format NAME=FILE` ask for; `file` takes the report that has none of its own."""
    from statelint.domain.errors import UsageError

    found = tuple(_output(name, file) for name in names)
    targets = [output.target for output in found]
    if len(set(targets)) < len(targets):
        where = "standard output" if targets.count(None) > 1 else "one file"
        raise UsageError(
            f"two reports go to {where}", "--format", "write `--format NAME=FILE`, such as sarif=out.sarif"
        )
    return found


def _output(given: str, file: Path | None) -> Output:
    from statelint.domain.errors import UsageError
    from statelint.report.registry import format_names, format_of

    name, _, target = given.partition("=")
    if name not in format_names():
        raise UsageError(f"unknown format `{name}`", "--format", f"write one of {', '.join(format_names())}")
    return Output(format_of(name), Path(target) if target else file)


def context_of(
    run: Run,
    lines_of: Callable[[str], list[str]],
    given: dict[str, Any],
    target: Path | None,
    fixed: Fixed | None = None,
) -> RenderContext:
    """What a format needs besides the report."""
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
        colored=_colored(given["color"], target),
        lines_of=lines_of,
        display=display,
        rules=_rules_of(run),
        project=root.name,
        parts=frozenset(parts),
        fixable=applicabilities(given),
        hides_fixes=given.get("unsafe_fixes") is None,
        fixed=fixed.count if fixed is not None else 0,
    )


def _rules_of(run: Run) -> Callable[[], Mapping[str, Rule]]:
    """The catalogue with the project's own rules, read when a format asks for it."""

    def rules() -> Mapping[str, Rule]:
        from statelint.catalogue.load import load_rules, rule_folders

        return {rule.id: rule for rule in load_rules(rule_folders(Path(run.root), run.options.rules))}

    return rules


def _colored(wanted: str, target: Path | None) -> bool:
    if wanted != "auto":
        return wanted == "always"
    if target is not None or os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def write(text: str, target: Path | None, *, beside: bool = False) -> None:
    """To a file, or to standard output, or to standard error beside something else that goes there."""
    data = text.encode("utf-8", errors="backslashreplace")
    if target is None:
        stream = sys.stderr.buffer if beside else sys.stdout.buffer
        stream.write(data)
        stream.flush()
        return
    try:
        target.write_bytes(data)
    except OSError as error:
        raise click.FileError(str(target), error.strerror) from error
