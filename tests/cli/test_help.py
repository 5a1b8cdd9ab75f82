"""`--help` is short, and its examples work."""

import re
import shlex
import subprocess

import pytest

from tests.conftest import PROJECT

WITH_EXAMPLES = ("accepted", "baseline", "check", "graph", "init", "inventory", "rule")
STORE = "kept = {}\n\n\ndef save(key):\n    kept[key] = key\n"


def examples(text):
    """Command lines without the words behind them."""
    lines = text.partition("Examples:\n")[2].partition("\n\n")[0].splitlines()
    return [re.split(r"\s{2,}", line.strip())[0] for line in lines]


def test_every_command_is_told_in_one_line(statelint, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    listed = statelint("--help").out.partition("Commands:\n")[2].splitlines()
    assert {line.split()[0] for line in listed} == {*WITH_EXAMPLES, "docs", "server"}
    assert not [line for line in listed if line.endswith("...")]


@pytest.mark.parametrize("command", WITH_EXAMPLES)
def test_examples_of_the_help_work(tree, statelint, monkeypatch, command):
    root = tree({"app/__init__.py": "", "app/views.py": PROJECT, "app/store.py": STORE, "app/legacy/x.py": "x = 1\n"})
    for arguments in (
        ["init", "-q", "-b", "main"], ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "one"],
    ):  # fmt: skip
        subprocess.run(["git", *arguments], cwd=root, check=True)
    found = examples(statelint(command, "--help").out)
    assert len(found) > 1
    for line in found:
        done = statelint(*shlex.split(line)[1:])
        assert done.code in {0, 1}, f"{line}: {done.err}"
