"""Comments that accept a finding are decisions: with a reason, for a time, and kept in the report."""

import pytest

from statelint.app.pipeline import check_sources
from statelint.domain.words import AcceptedBy
from statelint.settings.options import Options

HEAD = "import flask\napp = flask.Flask(__name__)\n"
TAIL = "@app.get('/')\ndef index():\n    hits['x'] = 1\n    return str(hits)\n"


def judged(comment, today="2026-06-15", **options):
    return check_sources({"app.py": f"{HEAD}hits = {{}}  # {comment}\n{TAIL}"}, options=Options(**options), today=today)


def told(report):
    return [one.code for one in report.findings], [one.code for one in report.problems]


@pytest.mark.parametrize(
    ("comment", "by", "reason", "until"),
    [
        ("statelint: ignore[STL101] counted anew each day", AcceptedBy.COMMENT, "counted anew each day", ""),
        ("statelint: ignore[STL101] - counted anew", AcceptedBy.COMMENT, "counted anew", ""),
        ("statelint: ignore[STL101]", AcceptedBy.COMMENT, "", ""),
        ("statelint: ignore[STL101] until=2026-06-15 SHOP-4", AcceptedBy.COMMENT, "SHOP-4", "2026-06-15"),
        ("statelint: ignore[STL101] SHOP-4 (until=2027-01-31)", AcceptedBy.COMMENT, "SHOP-4", "2027-01-31"),
        ("noqa: E501, STL101 counted anew", AcceptedBy.NOQA, "counted anew", ""),
        ("noqa: STL101 until=2027-01-31", AcceptedBy.NOQA, "", "2027-01-31"),
        ("noqa", AcceptedBy.NOQA, "", ""),
    ],
)
def test_what_was_accepted_stays_in_the_report_with_its_reason(comment, by, reason, until):
    report = judged(comment)
    assert told(report) == ([], [])
    (one,) = report.accepted
    assert (one.finding.code, one.by, one.place.line, one.place.column) == ("STL101", by, 3, 12)
    assert (one.reason, one.until) == (reason, until)


@pytest.mark.parametrize("mark", ["statelint: ignore[STL101]", "statelint: ignore", "noqa: STL101"])
def test_decision_ends_after_its_last_day(mark):
    comment = f"{mark} until=2026-06-15 SHOP-4"
    assert told(judged(comment, today="2026-06-15")) == ([], [])
    over = judged(comment, today="2026-06-16")
    assert told(over) == (["STL101"], ["STL003"])
    assert over.accepted == ()
    assert over.problems[0].place.line == 3
    assert "STL101 until 2026-06-15" in over.problems[0].message


def test_decision_that_is_over_and_helped_nothing_is_unused():
    report = check_sources({"app.py": "x = 1  # statelint: ignore[STL101] until=2020-01-01 why\n"}, today="2026-06-15")
    assert [one.code for one in report.problems] == ["STL002"]


@pytest.mark.parametrize("day", ["2026-13-01", "tomorrow", "20270131"])
def test_day_that_is_none_is_reported_and_ends_nothing(day):
    report = judged(f"statelint: ignore[STL101] until={day} why")
    assert told(report) == ([], ["STL004"])
    assert "is no day" in report.problems[0].message


def test_reason_is_asked_for_where_the_house_wants_one():
    assert told(judged("statelint: ignore[STL101] a demonstration", require_reason=True)) == ([], [])
    assert told(judged("noqa: STL101 a demonstration", require_reason=True)) == ([], [])
    for comment in ("statelint: ignore[STL101]", "statelint: ignore[STL101] until=2027-01-31", "noqa: STL101", "noqa"):
        assert told(judged(comment, require_reason=True)) == ([], ["STL004"])
    unused = check_sources({"a.py": "x = 1  # noqa\n"}, options=Options(require_reason=True))
    assert unused.problems == ()


def test_of_two_comments_the_one_that_lasts_decides():
    report = judged("statelint: ignore[STL101] until=2026-01-01 old  # statelint: ignore[STL1]")
    assert told(report) == (["STL101"], ["STL003"])  # a line has one comment
    files = {
        "app.py": f"# statelint: ignore-file[STL1] a demonstration\n{HEAD}"
        f"hits = {{}}  # statelint: ignore[STL101] until=2026-01-01 old\n{TAIL}"
    }
    report = check_sources(files, today="2026-06-15")
    assert told(report) == ([], ["STL003"])
    assert report.accepted[0].reason == "a demonstration"


def test_report_of_yesterday_is_not_taken_for_that_of_today(project, statelint, monkeypatch):
    source = (project / "app.py").read_text()
    (project / "app.py").write_text(
        source.replace("hits = {}", "hits = {}  # statelint: ignore[STL101] until=2100-01-01 x")
    )
    assert statelint("check").code == 0
    assert statelint("check").code == 0
    monkeypatch.setattr("statelint.app.runs.today", lambda: "2100-01-02")
    assert "STL003" in statelint("check").out
