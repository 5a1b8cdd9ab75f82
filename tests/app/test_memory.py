"""An unchanged project is not analysed again, and nothing else is remembered."""

import json

import pytest

from statelint.app.pipeline import check
from statelint.settings.options import Options, Run, Selection

VIEW = "import flask\napp = flask.Flask(__name__)\nhits = {}\n@app.get('/<k>')\ndef index(k):\n    hits[k] = k\n    return str(hits)\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "app.py").write_text(VIEW)
    return tmp_path


def report(project, **options):
    flags = options.pop("flags", Selection())
    return check(Run(root=str(project), paths=(), options=Options(**options), flags=flags)).report


def was_analysed(found):
    return "link" in found.summary.stages


def test_second_run_gives_the_same_without_linking(project):
    first, second = report(project), report(project)
    assert was_analysed(first)
    assert not was_analysed(second)
    assert second.findings == first.findings
    assert [finding.code for finding in second.findings] == ["STL101"]
    assert second.summary.entry_points == 1


def test_changed_file_is_analysed(project):
    report(project)
    (project / "app.py").write_text(VIEW.replace("hits[k] = k", "pass"))
    changed = report(project)
    assert was_analysed(changed)
    assert not changed.findings


def test_new_file_is_analysed(project):
    report(project)
    (project / "broken.py").write_text("def\n")
    assert [problem.code for problem in report(project).problems] == ["STL001"]


def test_other_questions_have_answers_of_their_own(project):
    assert report(project).findings
    assert not report(project, flags=Selection(ignore=("STL101",))).findings
    assert report(project).findings


def test_project_rules_count(project):
    (project / "lint").mkdir()
    (project / "lint" / "frameworks").mkdir()
    report(project, rules=("lint",))
    (project / "lint" / "frameworks" / "mine.toml").write_text('name = "mine"\npackage = "mine"\n')
    assert was_analysed(report(project, rules=("lint",)))


def test_without_cache_nothing_is_kept(project):
    report(project, no_cache=True)
    assert not (project / ".statelint_cache").exists()
    assert was_analysed(report(project, no_cache=True))


@pytest.mark.parametrize("damage", [b"", b"\0" * 100, json.dumps({"digest": 1}).encode()])
def test_damaged_memory_is_ignored(project, damage):
    report(project)
    for path in (project / ".statelint_cache").glob("report-*"):
        path.write_bytes(damage)
    again = report(project)
    assert was_analysed(again)
    assert again.findings
