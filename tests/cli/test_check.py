"""`statelint check` from the outside."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

STATE = "import flask\napp = flask.Flask(__name__)\nhits = {}\n@app.get('/')\ndef index():\n    hits['x'] = 1\n    return str(hits)\n"


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "statelint", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.statelint]\n")
    (tmp_path / "app.py").write_text(STATE)
    return tmp_path


def test_findings_give_exit_status_1_and_nothing_0(project):
    assert run("check", cwd=project).returncode == 1
    assert run("check", "--exit-zero", cwd=project).returncode == 0
    assert run("check", "--ignore", "STL1", cwd=project).returncode == 0


def test_json_has_the_keys_of_the_contract(project):
    report = json.loads(run("check", "--format", "json", cwd=project).stdout)
    assert set(report) == {"schema", "statelint", "root", "findings", "errors", "summary"}
    finding = report["findings"][0]
    assert finding["code"] == "STL101"
    assert (finding["path"], finding["line"], finding["column"]) == ("app.py", 3, 1)
    assert finding["writes"][0]["line"] == 6
    assert finding["entries"][0]["method"] == "GET"
    assert finding["witness"][0]["note"] == "GET /"
    assert report["summary"]["files"] == 1


def test_unreadable_file_is_reported_and_the_rest_analysed(project):
    (project / "broken.py").write_text("def broken(:\n")
    report = json.loads(run("check", "--format", "json", cwd=project).stdout)
    assert [(error["code"], error["path"], error["line"]) for error in report["errors"]] == [("STL001", "broken.py", 1)]
    assert len(report["findings"]) == 1


def test_paths_choose_what_is_reported_not_what_is_analysed(project):
    (project / "other.py").write_text("x = 1\n")
    assert run("check", "other.py", cwd=project).returncode == 0
    assert run("check", "app.py", cwd=project).returncode == 1


def test_unknown_key_is_refused_with_the_nearest_one(project):
    (project / "pyproject.toml").write_text('[tool.statelint]\n\nselekt = ["STL1"]\n')
    done = run("check", cwd=project)
    assert done.returncode == 2
    assert "pyproject.toml:3" in done.stderr
    assert "`select`" in done.stderr
    assert "Traceback" not in done.stderr


def test_unknown_code_is_refused(project):
    done = run("check", "--select", "XYZ", cwd=project)
    assert done.returncode == 2
    assert "XYZ" in done.stderr


def test_suppression_with_reason_and_unused_one(project):
    (project / "app.py").write_text(STATE.replace("hits = {}", "hits = {}  # statelint: ignore[STL101] a demo"))
    assert run("check", cwd=project).returncode == 0
    (project / "clean.py").write_text("x = 1  # statelint: ignore[STL101] nothing here\n")
    done = run("check", cwd=project)
    assert done.returncode == 1
    assert "clean.py:1:8: STL002" in done.stdout


def test_same_bytes_with_one_and_two_workers_cold_and_warm(project):
    def findings(*flags: str) -> object:
        return json.loads(run("check", "--format", "json", *flags, cwd=project).stdout)["findings"]

    first = findings("--no-cache", "--jobs", "1")
    assert first == findings("--no-cache", "--jobs", "2")
    assert first == findings()
    assert first == findings()


def test_damaged_cache_is_not_in_the_way(project):
    run("check", cwd=project)
    for path in (project / ".statelint_cache").iterdir():
        path.write_bytes(b"not a cache")
    assert run("check", cwd=project).returncode == 1


def test_look_alikes_are_explained(project):
    (project / "lazy.py").write_text(
        "import flask, redis\nfrom app import app\nclient = None\n"
        "@app.get('/c')\ndef show():\n    global client\n    if client is None:\n        client = redis.Redis()\n"
        "    return client.get('x')\n"
    )
    report = json.loads(run("check", "--format", "json", "--explain-cleared", cwd=project).stdout)
    assert [(item["symbol"], item["reason"]) for item in report["cleared"]] == [("lazy.client", "lazy-initialisation")]


def test_graph_and_rule(project):
    graph = json.loads(run("graph", cwd=project).stdout)
    assert "app.index" in graph
    assert "# STL101" in run("rule", "STL101", cwd=project).stdout
    assert run("rule", "STL999", cwd=project).returncode == 2
