"""README.md says what is true."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def commands(heading: str) -> str:
    after = README.partition(heading)[2]
    return after.partition("```console\n")[2].partition("\n```")[0]


def test_finding_in_the_readme_is_what_is_printed(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "statelint", "check", "fixtures/sample", "--no-cache", "--exit-zero", "--select", "STL201"],
        cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "110"},
    )  # fmt: skip
    shown = README.partition("```text\n")[2].partition("\n```")[0]
    assert shown in done.stdout


def test_ci_runs_the_test_command_of_the_readme():
    assert "-m pytest" in commands("Run the tests:")
    assert "README.md" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.network
@pytest.mark.slow
def test_first_command_works_on_a_fresh_machine(tmp_path):
    probe = subprocess.run(
        [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "-d", str(tmp_path / "probe"), "click"],
        capture_output=True, check=False,
    )  # fmt: skip
    if probe.returncode:
        pytest.skip("the package index does not answer")
    ignore = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".statelint_cache", ".mypy_cache", ".ruff_cache")
    shutil.copytree(ROOT, tmp_path / "checkout", ignore=ignore)
    done = subprocess.run(
        ["bash", "-c", commands("Install it")], cwd=tmp_path / "checkout", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "STL201" in done.stdout
