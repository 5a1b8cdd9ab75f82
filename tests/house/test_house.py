"""Habits of the house that no other tool checks."""

import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from statelint.domain import errors

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "statelint"
ERRORS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", ERRORS)
def test_errors_cross_the_worker_pool(kind):
    error = kind("what", "where", "do")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error) == "where: what; do"


def test_commands_have_one_file_each():
    for path in (PACKAGE / "cli").glob("*.py"):
        assert path.stem in {"__init__", "main"} or re.search(r"^COMMAND = ", path.read_text(), re.M)


def test_statelint_finds_nothing_in_statelint(statelint, monkeypatch):
    monkeypatch.chdir(ROOT)
    done = statelint("check", "statelint", "--no-cache", "--format", "concise")
    assert (done.code, done.out) == (0, "")


def test_run_without_candidates_imports_no_libcst(tree):
    tree(
        {
            "pyproject.toml": "",
            "app.py": "import flask\napp = flask.Flask(__name__)\n@app.get('/')\ndef f():\n    return ''\n",
        }
    )
    code = (
        "import sys\nfrom statelint.cli.main import run\nsys.argv = ['statelint', 'check']\n"
        "try:\n    run()\nexcept SystemExit as stop:\n    assert stop.code == 0\n"
        "assert not {'libcst', 'multiprocessing', 'asyncio', 'pytest'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
