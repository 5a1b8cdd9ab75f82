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
from statelint.domain.errors import InternalError, StatelintError

WRONG_USE = 2


class Commands(click.Group):
    """Finds the commands by walking this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the modules beside this one."""
        del ctx
        modules = pkgutil.iter_modules(statelint.cli.__path__)
        return sorted(info.name for info in modules if info.name != "main" and not info.ispkg)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """An unknown command is answered with the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            known = self.list_commands(ctx)
            nearest = difflib.get_close_matches(args[0], known, n=1)
            do = f"Did you mean `{nearest[0]}`?" if nearest else f"Commands are {', '.join(known)}."
            raise click.UsageError(f"There is no command `{args[0]}`. {do}", ctx) from error

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The constant COMMAND of one module."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"statelint.cli.{cmd_name}").COMMAND
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
        run()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0


def run() -> None:
    """Turn every failure into a message and exit status 2."""
    try:
        sys.exit(cli(standalone_mode=False, prog_name="statelint") or 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_USE)
    except click.Abort:
        sys.exit(130)
    except StatelintError as error:
        if isinstance(error, InternalError) and _is_verbose():
            raise
        click.echo(f"statelint: {error}", err=True)
        sys.exit(WRONG_USE)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        click.echo(f"statelint: {error.filename or 'the system'}: {error.strerror or error}", err=True)
        sys.exit(WRONG_USE)
    except Exception as error:
        if _is_verbose():
            raise
        click.echo(f"statelint: {_confession(error)}", err=True)
        sys.exit(WRONG_USE)


def _is_verbose() -> bool:
    return not {"--verbose", "-v"}.isdisjoint(sys.argv)


def _confession(error: Exception) -> str:
    from statelint.app.blame import file_at_fault

    path = file_at_fault(error)
    where = f" at {path}" if path else ""
    return (
        f"internal error{where}: {type(error).__name__}: {error}; this is a mistake in statelint, not in your code: "
        "please report it with what `--verbose` shows" + (f", and with {path} if you can" if path else "")
    )
