"""`--watch` checks again after a change."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from tests.conftest import PROJECT
from tests.docs.pages import ROOT

PATIENCE = 120  # seconds after which a run that says nothing is ended


def until(stream, word):
    """What is printed up to a line with this word."""
    lines = []
    for line in stream:
        lines.append(line)
        if word in line:
            return "".join(lines)
    return pytest.fail(f"ended without {word}: {''.join(lines)}")


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_project_is_checked_again_after_each_change(project):
    command = [sys.executable, "-m", "statelint", "check", "--watch", "--format", "text"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as running:
        guard = threading.Timer(PATIENCE, running.kill)
        guard.start()
        assert "app.py:4:1: STL101" in until(running.stdout, "Waiting for a change")
        (project / "app.py").write_text("")
        assert "No state found" in until(running.stdout, "Waiting for a change")
        (project / "sub").mkdir()
        (project / "sub" / "new.py").write_text(PROJECT)
        assert "sub/new.py:4:1: STL101" in until(running.stdout, "Waiting for a change")
        (project / "pyproject.toml").write_text('[tool.statelint]\nignore = ["STL1"]\n')
        assert "No state found" in until(running.stdout, "Waiting for a change")
        (project / "sub" / "statelint.toml").write_text("selct = []\n")
        assert "unknown key" in until(running.stdout, "Waiting for a change")
        (project / "sub" / "statelint.toml").write_text("")
        assert "sub/new.py:4:1: STL101" in until(running.stdout, "Waiting for a change")
        running.send_signal(signal.SIGINT)
        assert running.wait() == 0
        guard.cancel()


def test_standard_input_can_not_be_watched(project, statelint):
    done = statelint("check", "-", "--watch")
    assert (done.code, "--watch" in done.err) == (2, True)
