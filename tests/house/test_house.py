"""Habits of the house that no other tool checks."""

import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from statelint.deployment.registry import formats
from statelint.detectors.registry import detectors
from statelint.domain import errors
from statelint.report.registry import renderers
from statelint.syntax.batch import question_kinds

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "statelint"
ERRORS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", ERRORS)
def test_errors_cross_the_worker_pool(kind):
    error = kind("what", "where", "do")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error) == "where: what; do"


@pytest.mark.parametrize(
    ("folder", "constant", "found"),
    [
        ("detectors/kinds", "DETECTOR", detectors),
        ("report/formats", "FORMAT", renderers),
        ("syntax/questions", "QUESTION", question_kinds),
        ("deployment/formats", "FORMAT", formats),
    ],
)
def test_each_extension_is_one_file_with_one_public_constant(folder, constant, found):
    modules = [path for path in (PACKAGE / folder).glob("*.py") if path.stem != "__init__"]
    for path in modules:
        assert re.findall(r"^([A-Z][A-Z_]*)\b.* = ", path.read_text(), re.M)[-1:] == [constant]
    assert len(found()) == len(modules)


def test_commands_have_one_file_each():
    for path in (PACKAGE / "cli").glob("*.py"):
        assert path.stem in {"__init__", "main"} or re.search(r"^COMMAND = ", path.read_text(), re.M)


def test_open_ends_have_a_number():
    for path in sorted(PACKAGE.rglob("*.py")):
        for line in path.read_text().splitlines():
            assert not re.search(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))", line), f"{path}: {line}"


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
