"""`statelint accepted` lists decisions."""

import json

from tests.conftest import PROJECT


def accept(project):
    (project / "app.py").write_text(
        PROJECT.replace("hits = {}", "hits = {}  # statelint: ignore[STL101] until=2100-01-31 counted anew, SHOP-4")
        + "\nx = 1  # statelint: ignore[STL301] nothing\n"
    )
    (project / "other.py").write_text(PROJECT)
    (project / "noqa.py").write_text(PROJECT.replace("hits = {}", "hits = {}  # noqa: STL101"))
    (project / "pyproject.toml").write_text('[tool.statelint]\nbaseline = "known.json"\n')


def test_decisions_are_listed_with_place_reason_and_day(project, statelint, monkeypatch):
    accept(project)
    statelint("baseline")
    (project / "sub").mkdir()
    monkeypatch.chdir(project / "sub")
    done = statelint("accepted")
    assert done.code == 0
    rows = done.out.splitlines()
    assert rows[0].startswith("../app.py:4: STL101 `hits` is written by `GET /`")
    assert rows[1] == "    at ../app.py:4, comment until 2100-01-31: counted anew, SHOP-4"
    assert "    at ../noqa.py:4, noqa comment: no reason given" in rows
    assert "    at ../other.py:4, entry of the baseline: no reason given" in rows
    assert any(row.startswith("../app.py:12: STL002 ") for row in rows)
    assert rows[-1] == "3 findings are accepted (1 by the baseline, 2 by comments); 2 without a reason, 1 until a day."


def test_json(project, statelint):
    accept(project)
    statelint("baseline")
    report = json.loads(statelint("accepted", "--format", "json").out)
    assert [(one["path"], one["by"], one["reason"], one["until"]) for one in report["accepted"]] == [
        ("app.py", "comment", "counted anew, SHOP-4", "2100-01-31"),
        ("noqa.py", "noqa", "", ""),
        ("other.py", "baseline", "", ""),
    ]
    assert report["accepted"][2]["decided"]["path"] == "known.json"
    assert [one["code"] for one in report["errors"]] == ["STL002"]


def test_paths_and_nothing(project, statelint):
    assert statelint("accepted").out == "Nothing is accepted.\n"
    accept(project)
    assert statelint("accepted", "noqa.py", "--no-baseline").out.count("STL101") == 1
