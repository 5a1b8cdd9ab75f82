"""The action for GitHub: its script is run as GitHub runs it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import PROJECT
from tests.docs.pages import blocks

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
CHECK = next(step for step in ACTION["runs"]["steps"] if step["id"] == "check")

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")


def git(folder, *arguments):
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checked_out(tmp_path):
    """What actions/checkout leaves of a pull request: a shallow clone at a merge commit, without the target branch."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    origin.mkdir()
    (origin / "pyproject.toml").write_text("[tool.statelint]\n")
    (origin / "old.py").write_text(PROJECT)
    git(origin, "init", "-q", "-b", "main")
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "one")
    git(origin, "checkout", "-qb", "feature")
    (origin / "new one.py").write_text(PROJECT.replace("hits", "others"))
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "two")
    git(tmp_path, "clone", "-q", "--depth=1", "--single-branch", "--branch=feature", f"file://{origin}", "clone")
    return clone


def run(folder, args="", since="", base="main"):
    home = folder.parent / "runner"
    (home / "statelint" / "bin").mkdir(parents=True, exist_ok=True)
    command = home / "statelint" / "bin" / "statelint"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m statelint "$@"\n')
    command.chmod(0o755)
    variables = {
        **os.environ, "PYTHONPATH": str(ROOT), "RUNNER_TEMP": str(home), "GITHUB_STEP_SUMMARY": str(home / "summary.md"),
        "ARGS": args, "SINCE": since, "GITHUB_BASE_REF": base,
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", CHECK["run"]],
        cwd=folder, env=variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout, (home / "summary.md").read_text()


def test_pull_request_shows_what_it_brings(checked_out):
    code, out, summary = run(checked_out, since="auto")
    assert code == 1
    assert next(line for line in out.splitlines() if line.startswith("::")).startswith("::error ")
    assert "new one.py" in out
    assert "old.py" not in out
    assert "STL101" in summary


def test_arguments_are_split_like_those_of_a_shell(checked_out):
    code, out, _ = run(checked_out, args="--select STL1 --extend-exclude 'new one.py'")
    assert (code, "old.py" in out, "new one.py" in out) == (1, True, False)
    assert run(checked_out, args="--exit-zero")[0] == 0
    assert run(checked_out, args="--ignore STL1")[:2] == (0, "")


def test_inputs_reach_the_script_as_variables_only():
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
    assert set(ACTION["inputs"]) == {"args", "since", "working-directory", "python"}


@pytest.mark.parametrize("page", ["docs/ci.md", "docs/pre-commit.md"])
def test_yaml_of_the_pages_parses(page):
    found = [yaml.safe_load(block.text) for block in blocks(ROOT / page, "yaml")]
    assert found
    assert all(isinstance(one, dict) for one in found)
