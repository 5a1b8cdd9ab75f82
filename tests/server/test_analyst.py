"""Each test has a process of its own, since a fork needs one without threads."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ANALYSE = """
import os, signal, sys
from pathlib import Path
from statelint.server.analyst import Analyst, Wanted

FOLDER = Path(sys.argv[1])
APP = FOLDER / "app.py"

def symbols(*unsaved, edited="app.py", root=FOLDER):
    return [one.symbol for one in analyst.check(Wanted(root, unsaved, edited)).report.findings]

def edit(old, new):
    APP.write_text(APP.read_text().replace(old, new))

analyst = Analyst()
"""
APP = """\
import flask
app = flask.Flask(__name__)
hits = {}

@app.get("/")
def index():
    return str(hits)
"""


def run(folder, code):
    """What the code prints."""
    command = [sys.executable, "-c", ANALYSE + code, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.fixture
def project(tree):
    return tree({"pyproject.toml": "", "app.py": APP})


def test_edits_are_seen_one_after_the_other(project):
    code = """
print(*symbols())
edit("    return", "    hits[1] = 1\\n    return")
print(*symbols())
print(*symbols(("app.py", APP.read_bytes().replace(b"    hits[1] = 1\\n", b""))))
edit("hits", "calls")
print(*symbols())
(FOLDER / "more.py").write_text("import app\\n@app.app.post('/')\\ndef more():\\n    app.other = 1\\n    return str(app.other)\\n")
print(*symbols(edited="more.py"))
"""
    assert run(project, code) == ["", "app.hits", "", "app.calls", "app.calls app.other"]


def test_what_can_not_be_analysed_is_told_each_time(project):
    code = """
from statelint.domain.errors import ConfigurationError
print(*symbols())
(FOLDER / "pyproject.toml").write_text("[tool.statelint]\\nnonsense = 1\\n")
for _ in range(2):
    try:
        symbols()
    except ConfigurationError as error:
        print("nonsense" in str(error))
(FOLDER / "pyproject.toml").write_text("")
edit("    return", "    hits[1] = 1\\n    return")
print(*symbols())
"""
    assert run(project, code) == ["", "True", "True", "app.hits"]


@pytest.mark.skipif(sys.platform != "linux", reason="there is no other process")
def test_process_that_was_ended_is_done_without(project):
    code = """
edit("    return", "    hits[1] = 1\\n    return")
print(*symbols())
for process in Path("/proc/self/task").glob("*/children"):
    for number in process.read_text().split():
        os.kill(int(number), signal.SIGKILL)
print(*symbols())
"""
    assert run(project, code) == ["app.hits", "app.hits"]
