"""`statelint check` from the outside."""

import json
import subprocess
import sys

import pytest

STATE = "import flask\napp = flask.Flask(__name__)\nhits = {}\n@app.get('/')\ndef index():\n    hits['x'] = 1\n    return str(hits)\n"


@pytest.fixture
def project(tree):
    return tree({"pyproject.toml": "[tool.statelint]\n", "app.py": STATE})


def test_module_runs_as_a_program(project):
    done = subprocess.run([sys.executable, "-m", "statelint", "check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "STL101" in done.stdout


def test_findings_give_exit_status_1_and_nothing_0(project, statelint):
    assert statelint("check").code == 1
    assert statelint("check", "--exit-zero").code == 0
    assert statelint("check", "--ignore", "STL1").code == 0


def test_paths_choose_what_is_reported_not_what_is_analysed(project, statelint):
    (project / "other.py").write_text("x = 1\n")
    assert statelint("check", "other.py").code == 0
    assert statelint("check", "app.py").code == 1


def test_suppression_with_reason_and_unused_one(project, statelint):
    (project / "app.py").write_text(STATE.replace("hits = {}", "hits = {}  # statelint: ignore[STL101] a demo"))
    assert statelint("check").code == 0
    (project / "clean.py").write_text("x = 1  # statelint: ignore[STL101] nothing here\n")
    done = statelint("check")
    assert done.code == 1
    assert "clean.py:1:8: STL002" in done.out


def test_look_alikes_are_explained(project, statelint):
    (project / "lazy.py").write_text(
        "import flask, redis\nfrom app import app\nclient = None\n"
        "@app.get('/c')\ndef show():\n    global client\n    if client is None:\n        client = redis.Redis()\n"
        "    return client.get('x')\n"
    )
    report = json.loads(statelint("check", "--format", "json", "--explain-cleared").out)
    assert [(item["symbol"], item["reason"]) for item in report["cleared"]] == [("lazy.client", "lazy-initialisation")]
