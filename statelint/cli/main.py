"""The command `statelint`: one module of this package for each subcommand, imported when it is called."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pkgutil
import sys
from typing import NoReturn

import click

import statelint.cli
from statelint import __version__
from statelint.domain.errors import StatelintError

WRONG_USE = 2


class Commands(click.Group):
    """Finds the commands by walking this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the modules beside this one."""
        del ctx
        return sorted(info.name for info in pkgutil.iter_modules(statelint.cli.__path__) if info.name != "main")

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The constant COMMAND of one module."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"statelint.cli.{cmd_name}").COMMAND
        return command


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="statelint")
def cli() -> None:
    """Find the state that keeps a Python web application on one replica."""


def main() -> NoReturn:
    """Run, and end the process at once: taking millions of small objects apart would take longer than the report."""
    gc.disable()
    status = _status()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


def _status() -> int:
    try:
        _run()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0


def _run() -> None:
    """Turn every failure into a message and exit status 2."""
    try:
        sys.exit(cli(standalone_mode=False) or 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_USE)
    except click.Abort:
        sys.exit(130)
    except StatelintError as error:
        click.echo(f"statelint: {error}", err=True)
        sys.exit(WRONG_USE)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if "--verbose" in sys.argv:
            raise
        message = (
            f"statelint failed: {type(error).__name__}: {error}; run again with --verbose and report the traceback"
        )
        click.echo(message, err=True)
        sys.exit(WRONG_USE)
