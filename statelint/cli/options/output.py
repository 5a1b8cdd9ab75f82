"""How a command shows a report: the format, the terminal, the file."""

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


def renderer_of(name: str) -> Any:
    """The function of a format."""
    from statelint.domain.errors import UsageError
    from statelint.report.registry import renderers

    known = renderers()
    if name not in known:
        raise UsageError(f"unknown format `{name}`", "--format", f"write one of {', '.join(sorted(known))}")
    return known[name].render


def context_of(run: Run, lines_of: Callable[[str], list[str]], given: dict[str, Any]) -> RenderContext:
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


def write(text: str, target: Path | None) -> None:
    """To a file, or to standard output."""
    data = text.encode("utf-8", errors="backslashreplace")
    if target is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        target.write_bytes(data)
    except OSError as error:
        raise click.FileError(str(target), error.strerror) from error
