"""`--watch`: the same command again whenever a file of the project changes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from statelint.cli.options.project import settings_files_of

if TYPE_CHECKING:
    from statelint.app.projects import Project
    from statelint.settings.options import Run

PAUSE = 0.5  # seconds between two looks
CLEAR = "\x1b[2J\x1b[3J\x1b[H"
Stamp = tuple[str, int, int]


def watch(run: Run) -> None:
    """Run until the user stops it; each run is a process of its own, with the settings of that moment."""
    command = [sys.executable, "-m", "statelint", *(word for word in sys.argv[1:] if word != "--watch")]
    try:
        while True:
            seen = _stamps(run)
            if sys.stdout.isatty():
                click.echo(CLEAR, nl=False)
            subprocess.run(command, check=False)
            click.echo("Waiting for a change; stop with Ctrl-C.", err=True)
            while _stamps(run) == seen:
                time.sleep(PAUSE)
    except KeyboardInterrupt:
        click.echo("", err=True)


def _stamps(run: Run) -> frozenset[Stamp]:
    from statelint.app.projects import projects_looked_at
    from statelint.domain.errors import ConfigurationError

    try:
        return frozenset(stamp for project in projects_looked_at(run) for stamp in _stamps_of(project))
    except ConfigurationError as error:  # until somebody mends it
        return frozenset({(str(error), 0, 0)})


def _stamps_of(project: Project) -> Iterator[Stamp]:
    from statelint.settings.readers import READERS

    run, root = project.run, Path(project.run.root)
    files = [source.file for source in project.found.sources]
    own = [str(root / name) for name in (*(reader.name for reader in READERS), run.options.baseline or "")]
    return _known([*files, *own, *map(str, settings_files_of(run))])


def _known(files: list[str]) -> Iterator[Stamp]:
    for file in files:
        try:
            status = Path(file).stat()
        except OSError:
            continue
        yield file, status.st_size, status.st_mtime_ns
