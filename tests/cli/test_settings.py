"""Settings of paths, of shared files and of the environment, seen from the command."""

import json

import pytest

from tests.conftest import PROJECT


def found(done):
    report = json.loads(done.out)
    return sorted((one["code"], one["path"]) for one in [*report["findings"], *report["errors"]])


@pytest.fixture
def parts(tree):
    unused = "x = 1  # statelint: ignore[STL301] nothing\n"
    return tree(
        {"pyproject.toml": "[tool.statelint]\n", "new/app.py": PROJECT, "old/app.py": PROJECT, "old/b.py": unused}
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("", [("STL002", "old/b.py"), ("STL101", "new/app.py"), ("STL101", "old/app.py")]),
        ('"old/" = ["STL1"]', [("STL002", "old/b.py"), ("STL101", "new/app.py")]),
        ('"old/" = ["ALL"]', [("STL101", "new/app.py")]),
        ('"app.py" = ["STL101"]', [("STL002", "old/b.py")]),
        ('"*.py" = ["STL0"]\n"/new/*" = ["STL1", "STL2"]', [("STL101", "old/app.py")]),
    ],
)
def test_codes_are_silent_below_patterns(parts, statelint, rows, expected):
    (parts / "pyproject.toml").write_text(f"[tool.statelint.per-path-ignores]\n{rows}\n")
    assert found(statelint("check", "--format", "json")) == expected


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('"old/" = ["STL9"]', "per-path-ignores of `old/`: no rule matches `STL9`"),
        ('"[z-a]" = ["STL1"]', "is no pattern"),
    ],
)
def test_wrong_rows_are_told(parts, statelint, row, said):
    (parts / "pyproject.toml").write_text(f"[tool.statelint.per-path-ignores]\n{row}\n")
    done = statelint("check")
    assert (done.code, said in done.err) == (2, True), done.err


def test_extended_files_are_shown(parts, statelint):
    (parts / "shared.toml").write_text('ignore = ["STL1"]\n')
    (parts / "pyproject.toml").write_text('[tool.statelint]\nextend = "shared.toml"\n')
    shown = statelint("check", "--show-settings").out
    assert shown.splitlines()[:2] == ["# from shared.toml", "# from pyproject.toml"]
    assert 'ignore = ["STL1"]' in shown


def test_environment_stands_between_command_line_and_files(parts, statelint, monkeypatch):
    (parts / "pyproject.toml").write_text('[tool.statelint]\ncache-dir = "of-file"\njobs = 3\n')
    monkeypatch.setenv("STATELINT_CACHE_DIR", "of-environment")
    monkeypatch.setenv("STATELINT_JOBS", "2")
    shown = statelint("check", "--show-settings", "--jobs", "1").out
    assert 'cache-dir = "of-environment"' in shown
    assert "jobs = 1" in shown
    monkeypatch.setenv("STATELINT_CONFIG", "none.toml")
    assert statelint("check").code == 2
