"""README.md and the pages of docs/ say what is true: their commands run."""

import os
import shlex
import shutil
import subprocess
import sys

import pytest

from tests.docs.pages import PAGES, ROOT, blocks
from tests.network import need_package_index

README = (ROOT / "README.md").read_text()
COMMANDS = [
    line.partition("#")[0].strip().removeprefix(".venv/bin/")
    for page in PAGES
    for block in blocks(page, "console")
    for line in block.text.splitlines()
    if line.removeprefix(".venv/bin/").startswith("statelint ")
]


def commands(heading: str) -> str:
    after = README.partition(heading)[2]
    return after.partition("```console\n")[2].partition("\n```")[0]


def test_finding_in_the_readme_is_what_is_printed(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "statelint", "check", "fixtures/sample", "--no-cache", "--exit-zero", "--select", "STL201"],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={name: value for name, value in os.environ.items() if name != "COLUMNS"},
    )  # fmt: skip
    shown = README.partition("```text\n")[2].partition("\n```")[0]
    assert shown in done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """An application of a few lines, with the generated pages of this checkout."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "pyproject.toml").write_text("[tool.statelint]\n")
    (folder / "app").mkdir()
    (folder / "app" / "__init__.py").write_text("")
    (folder / "app" / "views.py").write_text(
        "import flask\n\napp = flask.Flask(__name__)\nhits = {}\n\n\n@app.get('/')\ndef index():\n"
        "    hits['/'] = hits.get('/', 0) + 1\n    return str(hits)\n"
    )
    shutil.copytree(ROOT / "docs", folder / "docs")
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], [*author, "commit", "-qm", "one"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_command_runs(checkout, command):
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=checkout, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode in {0, 1}, done.stderr
    assert done.stdout or done.stderr or "--check" in command
    assert "Traceback" not in done.stderr


def test_toml_of_the_readme_is_accepted(checkout):
    settings = next(blocks(ROOT / "README.md", "toml")).text
    (checkout / "pyproject.toml").write_text(settings)
    (checkout / "lint").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "statelint", "check"],
        cwd=checkout, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr


def test_ci_runs_the_test_command_of_the_readme():
    assert "-m pytest" in commands("Run the tests:")
    assert "README.md" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.network
@pytest.mark.slow
def test_first_command_works_on_a_fresh_machine(tmp_path):
    need_package_index(tmp_path)
    ignore = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".statelint_cache", ".mypy_cache", ".ruff_cache")
    shutil.copytree(ROOT, tmp_path / "checkout", ignore=ignore)
    done = subprocess.run(
        ["bash", "-c", "unset COLUMNS; " + commands("Install it")],
        cwd=tmp_path / "checkout", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert README.partition("```text\n")[2].partition("\n```")[0] in done.stdout
