"""Completion in shells, as docs/command-line.md tells."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "command-line.md").read_text()


@pytest.fixture
def complete(tmp_path):
    """Runs a line of a shell that has `statelint` on its path."""
    command = tmp_path / "statelint"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m statelint "$@"\n')
    command.chmod(0o755)

    def call(shell, line, **variables):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{tmp_path}:{os.environ['PATH']}", **variables}
        done = subprocess.run(
            [shell, "-c", line], capture_output=True, text=True, check=False, env=environment, cwd=tmp_path
        )
        assert done.stderr == ""
        return done.stdout

    return call


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_line_for_bash_sets_up_completion(complete):
    line = re.search(r"`(eval .*bash_source.*)`", PAGE)[1]
    assert "complete -o nosort -F" in complete("bash", f"{line}; complete -p statelint")


@pytest.mark.parametrize(
    ("words", "expected"),
    [("statelint ba", {"baseline"}), ("statelint check --ext", {"--extend-select", "--extend-exclude"})],
)
def test_commands_and_options_are_completed(complete, words, expected):
    answer = complete(
        "sh", "statelint", _STATELINT_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(words.count(" "))
    )
    assert {line.partition(",")[2] for line in answer.splitlines()} == expected
