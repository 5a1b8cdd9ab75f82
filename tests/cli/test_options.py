"""Each option does what users of ruff expect of its name."""

import io
import json
from types import SimpleNamespace

import pytest

from tests.conftest import PROJECT


def codes(done):
    return [finding["code"] for finding in json.loads(done.out)["findings"]]


def test_without_paths_the_whole_project_is_reported_from_any_folder_in_it(tree, statelint, monkeypatch):
    root = tree({"pyproject.toml": "", "app.py": PROJECT, "sub/x.py": ""})
    monkeypatch.chdir(root / "sub")
    done = statelint("check", "--format", "concise")
    assert (done.code, done.out.partition(" ")[0]) == (1, "../app.py:4:1:")
    assert statelint("check", ".", "--format", "concise").code == 0


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ([], []),
        (["--select", "STL1"], ["STL101"]),
        (["--select", "STL2,STL1"], ["STL101"]),
        (["--select", "STL2", "--extend-select", "STL101"], ["STL101"]),
        (["--extend-select", "STL101"], ["STL101"]),
        (["--select", "STL1", "--ignore", "STL101"], []),
        (["--isolated"], ["STL101"]),
        (["--isolated", "--ignore", "STL1"], []),
    ],
)
def test_selection_on_the_command_line_is_laid_over_the_configured_one(project, statelint, flags, expected):
    (project / "pyproject.toml").write_text('[tool.statelint]\nignore = ["STL1"]\n')
    assert codes(statelint("check", "--format", "json", *flags)) == expected


def test_configured_code_that_does_not_exist_is_refused(project, statelint):
    (project / "pyproject.toml").write_text('[tool.statelint]\nignore = ["STL9"]\n')
    done = statelint("check")
    assert done.code == 2
    assert done.err.startswith("statelint: pyproject.toml: no rule matches `STL9`")
    assert statelint("check", "--isolated", "--select", "STL9").err.startswith("statelint: command line: ")


def test_exclusions(project, statelint):
    assert statelint("check", "--exclude", "app.py").code == 0
    assert statelint("check", "--exclude", "x.py,app.py").code == 0
    assert statelint("check", "--extend-exclude", "app.py").code == 0
    assert statelint("check", "--extend-exclude", "other/").code == 1


def test_tests_and_migrations_are_read_on_request(tree, statelint):
    tree({"pyproject.toml": "", "tests/app.py": PROJECT, "x/migrations/app.py": PROJECT})
    assert statelint("check").code == 0
    assert statelint("check", "tests").code == 1
    assert statelint("check", "--include-tests").code == 1
    assert statelint("check", "--include-migrations").code == 1


@pytest.mark.parametrize("option", ["--format", "--output-format"])
def test_formats(project, statelint, option):
    assert json.loads(statelint("check", option, "json").out)["schema"] == 1
    assert statelint("check", option, "concise").out.splitlines()[0].startswith("app.py:4:1: STL101 ")
    done = statelint("check", option, "xml")
    assert (done.code, done.out) == (2, "")
    assert "concise, github, gitlab" in done.err


def test_output_file_gets_the_report_without_colour(project, statelint, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = statelint("check", "--output-file", "report.txt")
    assert (done.code, done.out) == (1, "")
    assert "STL101" in (project / "report.txt").read_text()
    assert "\x1b" not in (project / "report.txt").read_text()
    assert "\x1b" in statelint("check").out
    refused = statelint("check", "--output-file", "no/such/folder/report.txt")
    assert refused.code == 2
    assert "report.txt" in refused.err


def test_statistics_count_instead_of_listing(project, statelint):
    done = statelint("check", "--statistics")
    assert done.code == 1
    assert "1  STL101  module-object-written-while-serving" in done.out
    assert "unresolved calls" in done.out
    assert "app.py:4" not in done.out
    assert "unresolved_reasons" in json.loads(statelint("check", "--statistics", "--format", "json").out)["summary"]


def test_exit_zero_hides_findings_not_mistakes(project, statelint):
    assert statelint("check", "--exit-zero").code == 0
    assert statelint("check", "--exit-zero", "--select", "XYZ").code == 2


def test_cache_folder_is_where_it_is_asked_for_or_nowhere(project, statelint):
    statelint("check", "--no-cache")
    assert not (project / ".statelint_cache").exists()
    statelint("check", "--cache-dir", "elsewhere/cache")
    assert not (project / ".statelint_cache").exists()
    assert [path.suffix for path in (project / "elsewhere" / "cache").glob("facts-*")] == [".sqlite"]
    statelint("check")
    assert (project / ".statelint_cache" / ".gitignore").read_text() == "*\n"


def test_file_in_the_place_of_the_cache_folder_is_refused(project, statelint):
    (project / "notes.txt").write_text("mine")
    done = statelint("check", "--cache-dir", "notes.txt")
    assert done.code == 2
    assert "notes.txt: the folder of the cache is a file" in done.err
    assert statelint("check", "--cache-dir", "notes.txt", "--no-cache").code == statelint("check", "--no-cache").code
    assert (project / "notes.txt").read_text() == "mine"


def test_other_configuration_file(project, statelint):
    (project / "other.toml").write_text('ignore = ["STL1"]\n')
    (project / "sub").mkdir()
    (project / "sub" / "pyproject.toml").write_text('[tool.statelint]\nignore = ["STL1"]\n')
    assert statelint("check", "--config", "other.toml").code == 0
    assert statelint("check", "--config", "sub/pyproject.toml").code == 0
    assert statelint("check", "--config", "none.toml").code == 2
    contradiction = statelint("check", "--config", "other.toml", "--isolated")
    assert contradiction.code == 2
    assert "contradict" in contradiction.err


@pytest.mark.parametrize(
    ("arguments", "path"),
    [(["-", "--stdin-filename", "app.py"], "app.py"), (["--stdin-filename", "app.py"], "app.py"),
     (["-"], "-"), (["-", "--stdin-filename", "new/file.py"], "new/file.py")],
)  # fmt: skip
def test_one_file_comes_from_standard_input(project, statelint, monkeypatch, arguments, path):
    (project / "app.py").write_text("")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(PROJECT.encode())))
    done = statelint("check", *arguments, "--format", "concise")
    assert (done.code, done.out.partition(":")[0]) == (1, path)


def test_standard_input_is_seen_with_the_rest_of_the_project(tree, statelint, monkeypatch):
    tree({"pyproject.toml": "", "store.py": "", "views.py": PROJECT.replace("hits = {}", "from store import hits")})
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"\n\nhits = {}\n")))
    done = statelint("check", "-", "--stdin-filename", "store.py")
    assert "store.py:3:1: STL101" in done.out
    assert "3 | hits = {}" in done.out


def test_standard_input_and_paths_do_not_mix(project, statelint):
    assert statelint("check", "-", "app.py").code == 2


def test_files_and_settings_are_shown(project, statelint):
    (project / "app2.py").write_text("")
    done = statelint("check", "--show-files")
    assert (done.code, done.out.split()) == (0, ["app.py", "app2.py"])
    done = statelint("check", "--show-settings", "--jobs", "2", "--select", "STL1")
    assert done.code == 0
    assert "# from pyproject.toml" in done.out
    assert "jobs = 2\n" in done.out
    assert 'select on the command line = ["STL1"]' in done.out
    assert "from pyproject" not in statelint("check", "--show-settings", "--isolated").out


def test_quiet_says_nothing_but_findings_and_verbose_says_what_is_read(project, statelint):
    assert "Found 1 finding" in statelint("check").out
    done = statelint("check", "--quiet")
    assert "STL101" in done.out
    assert "Found" not in done.out
    assert statelint("check", "--quiet", "--ignore", "STL1") == (0, "", "")
    assert "settings from pyproject.toml" in statelint("check", "--verbose").err


def test_timings_name_the_stages(project, statelint):
    done = statelint("check", "--timings")
    for stage in ("discover", "facts", "link", "detect", "syntax", "suppress", "all"):
        assert f" s  {stage}\n" in done.out


@pytest.mark.parametrize("jobs", ["0", "1", "2"])
def test_jobs_change_nothing_in_the_report(project, statelint, jobs):
    assert codes(statelint("check", "--no-cache", "--jobs", jobs, "--format", "json")) == ["STL101"]


@pytest.mark.parametrize(
    "arguments",
    [["--jobs", "-1"], ["--jobs", "x"], ["--color", "green"], ["--nonsense"], ["no/such/path"], ["--select"]],
)
def test_wrong_use_is_refused(project, statelint, arguments):
    done = statelint("check", *arguments)
    assert (done.code, done.out) == (2, "")
    assert "Error" in done.err


def test_unreadable_settings_name_place_and_remedy(project, statelint):
    (project / "pyproject.toml").write_text('[tool.statelint]\n\nselekt = ["STL1"]\n')
    done = statelint("check")
    assert (done.code, done.out) == (2, "")
    assert "pyproject.toml:3: unknown key `selekt`; did you mean `select`?" in done.err
    assert statelint("check", "--isolated").code == 1


def test_own_rules_are_found_from_any_folder(project, statelint, monkeypatch):
    (project / "pyproject.toml").write_text('[tool.statelint]\nrules = ["lint/"]\n')
    assert statelint("check").code == 2
    (project / "lint").mkdir()
    (project / "lint" / "own.toml").write_text(
        'id = "STL901"\nname = "own-rule"\nsince = "1"\ndetector = "written-while-serving"\nconsequence = "breaks"\n'
        'message = "`{holder}` is ours"\nwhy = "Why."\ninstead = "Instead."\n[params]\npriority = 999\n'
    )
    (project / "sub").mkdir()
    monkeypatch.chdir(project / "sub")
    assert codes(statelint("check", "--format", "json")) == ["STL901"]
    (project / "lint" / "own.toml").write_text('id = "STL901"\n')
    broken = statelint("check")
    assert broken.code == 2
    assert "own.toml" in broken.err
