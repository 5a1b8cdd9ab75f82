"""Whatever goes wrong ends in a message and exit status 2, never in a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT

ROOT = Path(__file__).parents[2]


def subprocess_run(*arguments, cwd, **options):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "statelint", *arguments], cwd=cwd, env=environment, check=False, **options
    )


def test_mistake_while_reading_names_the_file(project, statelint, monkeypatch):
    monkeypatch.setattr("statelint.facts.pool.extract", lambda data: 1 // 0)
    done = statelint("check", "--no-cache")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("statelint: app.py: ")
    assert "ZeroDivisionError" in done.err
    assert "report" in done.err
    assert "Traceback" not in done.err


def test_mistake_in_the_analysis_names_the_file(project, statelint, monkeypatch):
    def broken(self, context, op):
        raise KeyError("x")

    monkeypatch.setattr("statelint.program.writes.Writes._item", broken)
    done = statelint("check")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("statelint: internal error at app.py: KeyError")
    assert "please report it" in done.err


def test_verbose_shows_the_traceback(project, statelint, monkeypatch):
    monkeypatch.setattr("statelint.facts.pool.extract", lambda data: 1 // 0)
    with pytest.raises(Exception, match="ZeroDivisionError"):
        statelint("check", "--no-cache", "--verbose")


def test_worker_that_dies_is_replaced_by_this_process(project, statelint, monkeypatch):
    from concurrent.futures.process import BrokenProcessPool

    def dies(*_):
        raise BrokenProcessPool("killed")

    monkeypatch.setattr("statelint.facts.pool._parallel", dies)
    assert statelint("check", "--no-cache", "--jobs", "2").code == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes of this kind")
def test_reader_that_goes_away_is_no_error(project):
    for number in range(300):
        (project / f"app{number}.py").write_text(PROJECT)
    with subprocess.Popen(
        [sys.executable, "-m", "statelint", "check"], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize("name", [b"caf\xe9.py", "größe.py".encode(), b"new\nline.py", b"a b'\".py", b"\x1b[31m.py"])
def test_any_file_name_is_reported(project, name):
    try:
        (Path(os.fsencode(project).decode("utf-8", "surrogateescape")) / os.fsdecode(name)).write_text(PROJECT)
    except OSError:
        pytest.skip("the file system does not take this name")
    done = subprocess_run("check", "--format", "json", cwd=project, capture_output=True)
    report = json.loads(done.stdout)
    assert [os.fsencode(found["path"]) for found in report["findings"]] == sorted([b"app.py", name])
    text = subprocess_run("check", cwd=project, capture_output=True)
    assert (text.returncode, text.stderr) == (1, b"")
    assert b"\x1b" not in text.stdout


def test_unreadable_file_is_reported_and_the_rest_analysed(project, statelint):
    (project / "broken.py").write_text("x = 1\ndef broken(:\n")
    (project / "zero.py").write_bytes(b"\x00" * 10)
    report = json.loads(statelint("check", "--format", "json").out)
    assert [(error["code"], error["path"], error["line"]) for error in report["errors"]] == [
        ("STL001", "broken.py", 2), ("STL001", "zero.py", 1),
    ]  # fmt: skip
    assert len(report["findings"]) == 1
    assert "broken.py:2:1: STL001" in statelint("check").out
    assert statelint("check", "--ignore", "STL001,STL1").code == 0


def test_empty_project_is_clean(tree, statelint):
    tree({"pyproject.toml": ""})
    done = statelint("check")
    assert done.code == 0
    assert "0 files" in done.out
    assert "no Python file was read" in done.err
    assert statelint("check", "--quiet").err == ""


def test_path_without_any_code_is_told(project, statelint):
    (project / "docs").mkdir()
    (project / "docs" / "x.txt").write_text("")
    assert "below `docs`" in statelint("check", "docs", "app.py").err
    assert statelint("check", "app.py").err == ""
