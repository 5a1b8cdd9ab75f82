"""Another process answers as this one would; each test has a process of its own, since a fork needs one without threads."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two processors"
)

ASK = """
import os, sys
from statelint.syntax import forked
from statelint.syntax.question import Question

TEXT = "X = None\\ndef f():\\n    global X\\n    if X is None:\\n        X = make()\\ndef g():\\n    global X\\n    X = 2\\n"
QUESTIONS = [Question("guarded_write", 5, 9, "X"), Question("guarded_write", 8, 5, "X"), Question("guarded_write", 99)]

def ask(asker):
    return [asker.ask("app.py", question).verdict.value for question in QUESTIONS]

def told():
    with forked.forked_asker(lambda _: TEXT) as asker:
        found = ask(asker)
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return found
    raise AssertionError("a process is left")
"""
GUARDED, PLAIN, NOWHERE = "confirmed", "refuted", "unknown"


def run(code):
    """What the code prints."""
    done = subprocess.run([sys.executable, "-c", ASK + code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_answers_come_from_elsewhere():
    assert run("print(*told(), 'libcst' in sys.modules)") == [GUARDED, PLAIN, NOWHERE, "False"]


def test_process_that_fails_is_done_without():
    code = "forked.question_kinds = lambda: 1 / 0\nprint(*told(), 'libcst' in sys.modules)"
    assert run(code) == [GUARDED, PLAIN, NOWHERE, "True"]


def test_no_process_to_be_had():
    code = "def fork():\n    raise OSError\nos.fork = fork\nprint(*told())"
    assert run(code) == [GUARDED, PLAIN, NOWHERE]


def test_nobody_asks():
    assert run("QUESTIONS = []\nprint(*told())") == []


def test_unknown_question_is_a_mistake_in_the_catalogue():
    code = (
        "from statelint.domain.errors import CatalogueError\nQUESTIONS = [Question('nonsense', 1)]\n"
        "try:\n    told()\nexcept CatalogueError as error:\n    print('nonsense' in str(error))\n"
    )
    assert run(code) == ["True"]


def test_report_is_the_same_with_one_process_and_two(tmp_path):
    views = "".join(
        f"@app.get('/{n}')\ndef view_{n}():\n    if {n} not in CACHE:\n        CACHE[{n}] = {n}\n    hits[{n}] = 1\n    return str(hits)\n"
        for n in range(600)
    )
    (tmp_path / "app.py").write_text(f"import flask\napp = flask.Flask(__name__)\nhits = {{}}\nCACHE = {{}}\n{views}")
    reports = []
    for jobs in ("0", "1"):
        command = [
            sys.executable,
            "-m",
            "statelint",
            "check",
            str(tmp_path),
            "--no-cache",
            "--isolated",
            "--jobs",
            jobs,
        ]
        done = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False)
        found = json.loads(done.stdout)
        reports.append((done.returncode, done.stderr, found["findings"], found["errors"]))
    assert reports[0] == reports[1]
    assert {finding["symbol"] for finding in reports[0][2]} >= {"app.hits"}
