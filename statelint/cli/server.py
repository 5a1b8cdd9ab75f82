"""`statelint server`: findings in editors."""

from __future__ import annotations

import click


@click.command()
def server() -> None:
    """Speak the Language Server Protocol to an editor. Editors start this, on standard input and output; see
    docs/editors.md."""
    from statelint.domain.errors import UsageError

    try:
        from statelint.server.editor import editor
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"pygls", "lsprotocol"}:
            raise
        what = "the language server needs the package pygls"
        raise UsageError(what, "server", "install `statelint-web[server]`") from error
    editor().start_io()


COMMAND = server
