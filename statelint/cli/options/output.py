"""How a command shows a report: the format, the terminal, the file."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from statelint.cli.options.fixing import applicabilities

if TYPE_CHECKING:
    from statelint.app.fixing import Fixed
    from statelint.app.pipeline import Checked
    from statelint.catalogue.rule import Rule
    from statelint.report.context import Format, RenderContext
    from statelint.settings.options import Run

Command = TypeVar("Command", bound=Callable[..., Any])
FORMATS = "text, concise, json, sarif, github, gitlab, junit, markdown or html"
OTHER_OPTIONS = (
    click.option("--output-file", "-o", type=click.Path(path_type=Path), help="Write the report to a file."),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colour."),
)


def format_options(names: str = FORMATS) -> Callable[[Command], Command]:
    """How to show the report; `outputs_of` and `context_of` read them."""
    form = click.option(
        "--format", "--output-format", "output_format", metavar="NAME[=FILE]", multiple=True, default=("text",),
        help=f"{names}; again for one more, into its FILE.",
    )  # fmt: skip

    def with_options(command: Command) -> Command:
        for option in reversed((form, *OTHER_OPTIONS)):
            command = option(command)
        return command

    return with_options


class Output(NamedTuple):
    """One report to write: to a file, or to standard output."""

    format: Format
    target: Path | None


def outputs_of(given: dict[str, Any], package: ModuleType | None = None) -> tuple[Output, ...]:
    """What `--format NAME`, `--format NAME=FILE` and `--output-file` ask for."""
    from statelint.domain.errors import UsageError
    from statelint.report import formats

    found = tuple(_output(name, given["output_file"], package or formats) for name in given["output_format"])
    targets = [output.target for output in found]
    if len(set(targets)) < len(targets):
        where = "standard output" if targets.count(None) > 1 else "one file"
        raise UsageError(
            f"two reports go to {where}", "--format", "write `--format NAME=FILE`, such as sarif=out.sarif"
        )
    return found


def _output(given: str, file: Path | None, package: ModuleType) -> Output:
    from statelint.domain.errors import UsageError
    from statelint.report.registry import format_names, format_of

    name, _, target = given.partition("=")
    known = format_names(package)
    if name not in known:
        raise UsageError(f"unknown format `{name}`", "--format", f"write one of {', '.join(known)}")
    return Output(format_of(name, package), Path(target) if target else file)


def display_of(run: Run) -> Callable[[str], str]:
    """Paths below the root as seen from the working directory."""
    root, here = Path(run.root), Path.cwd()
    return lambda path: os.path.relpath(root / path, here).replace(os.sep, "/")


def context_of(
    run: Run, checked: Checked, given: dict[str, Any], target: Path | None, fixed: Fixed | None = None
) -> RenderContext:
    """What a format needs besides the report."""
    from statelint import __version__
    from statelint.report.context import RenderContext

    display = display_of(run)
    parts = {name for name in ("statistics", "timings", "quiet") if given.get(name)}
    if given.get("explain_cleared"):
        parts.add("cleared")
    return RenderContext(
        version=__version__,
        root=display("."),
        width=shutil.get_terminal_size((100, 24)).columns,
        colored=_colored(given["color"], target),
        lines_of=checked.lines_of,
        display=display,
        rules=_rules_of(checked.runs),
        project=Path(run.root).name,
        asked=(*map(display, run.chosen), *(run.flags.select or ()), *(f"no {code}" for code in run.flags.ignore)),
        parts=frozenset(parts),
        fixable=applicabilities(given),
        hides_fixes=given.get("unsafe_fixes") is None,
        fixed=fixed.count if fixed is not None else 0,
    )


def _rules_of(runs: tuple[Run, ...]) -> Callable[[], Mapping[str, Rule]]:
    """The catalogue with the projects' own rules, read when a format asks for it."""

    def rules() -> Mapping[str, Rule]:
        from statelint.catalogue.load import rules_of

        return {code: rule for run in runs for code, rule in rules_of(Path(run.root), run.options.rules).items()}

    return rules


def _colored(wanted: str, target: Path | None) -> bool:
    if wanted != "auto":
        return wanted == "always"
    if target is not None or os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def write_all(
    outputs: tuple[Output, ...], run: Run, checked: Checked, given: dict[str, Any], fixed: Fixed | None = None
) -> None:
    """Render the report in each form that was asked for; beside a fixed standard input it goes to standard error."""
    beside = fixed is not None and run.stdin is not None
    for output in outputs:
        context = context_of(run, checked, given, output.target, fixed)
        write(output.format.render(checked.report, context), output.target, beside=beside)


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
