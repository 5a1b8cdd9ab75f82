"""What a person at a terminal sees."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COLOUR = re.compile(r"\x1b\[\d+m")
SLOW = "import statelint.app.progress as p; p.PATIENCE = 0; from statelint.cli.main import main; main()"
pty = pytest.importorskip("pty")


def on_terminal(project, *arguments, code=None, **environment):
    """Everything that the terminal got, from standard output and standard error."""
    command = [sys.executable, *(["-c", code] if code else ["-m", "statelint"]), *arguments]
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    terminal, ours = pty.openpty()
    process = subprocess.Popen(
        command, cwd=project, stdin=ours, stdout=ours, stderr=ours,
        env={**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", **environment},
    )  # fmt: skip
    os.close(ours)
    shown = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    process.wait()
    os.close(terminal)
    return shown.decode()


def test_terminal_gets_colour_unless_it_is_told_not_to(project):
    assert COLOUR.search(on_terminal(project, "check"))
    assert not COLOUR.search(on_terminal(project, "check", NO_COLOR="1"))
    assert "\x1b" not in on_terminal(project, "check", TERM="dumb")
    assert COLOUR.search(on_terminal(project, "check", "--color", "always", NO_COLOR="1"))


def test_terminal_gets_a_bar_in_a_long_run(project):
    shown = on_terminal(project, "check", code=SLOW)
    assert "looking for files [" in shown
    assert shown.index("\x1b[2K") < shown.index("STL101")
    assert "looking for files [" not in on_terminal(project, "check", "--quiet", code=SLOW)


def test_pipe_gets_neither(project, statelint, monkeypatch):
    assert "\x1b" not in statelint("check").out
    assert "\x1b[31m" in statelint("check", "--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31m" in statelint("check").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in statelint("check").out
