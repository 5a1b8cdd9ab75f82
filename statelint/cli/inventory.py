"""`statelint inventory`: what every replica keeps, and what that means for threads, processes, hosts and restarts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from statelint.cli.options.output import format_options, outputs_of, write_all
from statelint.cli.options.project import project_options, run_of, since_options


@click.command()
@project_options
@since_options
@format_options("text, json or csv")
def inventory(paths: tuple[Path, ...], **given: Any) -> None:
    """List the state inside one replica, and what is safe with it. Says whether several threads, worker processes or
    hosts, and a restart at any time, are. With --since: what a change adds and removes.

    \b
    Examples:
      statelint inventory                      what stands between the application and a second replica
      statelint inventory --format csv -o state.csv
      statelint inventory --since main         what a branch adds and removes
    """
    from statelint.app.progress import progress_for_terminal
    from statelint.app.projects import check
    from statelint.report import inventories

    run = run_of(paths, given)
    outputs = outputs_of(given, inventories)
    write_all(outputs, run, check(run, progress_for_terminal()), given)


COMMAND = inventory
