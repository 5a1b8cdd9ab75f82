"""Folders with settings of their own are projects of their own, and one run reports them together."""

import json
import subprocess

import pytest

from tests.conftest import PIN, PROJECT

CACHING = """\
from flask import Flask
from flask_caching import Cache

app = Flask(__name__)
cache = Cache(app, config={"CACHE_TYPE": "SimpleCache"})


@app.get("/")
@cache.cached()
def index():
    return "ok"
"""


@pytest.fixture
def repository(tree):
    """Two services with settings and alike code, and code that belongs to neither."""
    return tree({
        ".git/HEAD": "", "libs/common.py": PROJECT,
        "services/a/pyproject.toml": "[tool.statelint]\n", "services/a/web/app.py": PROJECT,
        "services/b/statelint.toml": 'extend-exclude = ["old.py"]\n', "services/b/web/app.py": PROJECT,
        "services/b/old.py": PROJECT,
    })  # fmt: skip


def found(done):
    assert done.code in {0, 1}, done.err
    report = json.loads(done.out)
    return sorted((one["path"], one["line"]) for one in [*report["findings"], *report["errors"]])


def checked(statelint, *arguments):
    return found(statelint("check", "--format", "json", *arguments))


LIBS, A, B = ("libs/common.py", 4), ("services/a/web/app.py", 4), ("services/b/web/app.py", 4)


def test_each_project_is_analysed_with_its_own_settings_and_all_are_reported(repository, statelint):
    done = statelint("check", "--format", "json")
    report = json.loads(done.out)
    assert (done.code, found(done)) == (1, [LIBS, A, B])
    assert [one["path"] for one in report["findings"]] == sorted(one["path"] for one in report["findings"])
    assert report["summary"]["files"] == 3
    assert report["summary"]["seconds"] >= sum(report["summary"]["stages"].values()) - 0.001
    assert "Found 3 findings" in statelint("check").out
    assert statelint("check", "services/b", "--exit-zero").code == 0


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["services"], [A, B]),
        (["services/a", "services/b"], [A, B]),
        (["services/b"], [B]),
        (["services/a/web/app.py", "libs"], [LIBS, A]),
        (["libs"], [LIBS]),
    ],
)
def test_paths_choose_the_projects(repository, statelint, paths, expected):
    done = statelint("check", "--format", "json", *paths)
    assert (found(done), done.err) == (sorted(expected), "")


def test_paths_are_those_of_the_folder_where_the_user_stands(repository, statelint, monkeypatch):
    monkeypatch.chdir(repository / "services")
    lines = statelint("check", "--format", "concise").out.splitlines()[:3]
    assert [line.partition(":")[0] for line in lines] == ["../libs/common.py", "a/web/app.py", "b/web/app.py"]


def test_settings_above_are_not_inherited_and_their_exclusions_hold(repository, statelint):
    (repository / "statelint.toml").write_text('ignore = ["STL1"]\n')
    assert checked(statelint) == [A, B]
    (repository / "statelint.toml").write_text('extend-exclude = ["services/a/"]\n')
    assert checked(statelint) == [LIBS, B]


def test_project_inside_a_project_inside_another(repository, statelint):
    deep = repository / "services/a/plugins/x"
    deep.mkdir(parents=True)
    (deep / "statelint.toml").write_text("")
    (deep / "app.py").write_text(PROJECT)
    assert checked(statelint) == sorted([LIBS, A, ("services/a/plugins/x/app.py", 4), B])
    assert checked(statelint, "services/a/plugins/x/app.py", "services/b") == [("services/a/plugins/x/app.py", 4), B]


def test_options_of_the_command_line_hold_for_every_project(repository, statelint):
    assert checked(statelint, "--ignore", "STL1") == []
    assert checked(statelint, "--isolated") == sorted([LIBS, A, ("services/b/old.py", 4), B])
    config = repository / "strict.toml"
    config.write_text('extend-exclude = ["web/"]\n')
    assert checked(statelint, "--config", config) == [LIBS, ("services/b/old.py", 4)]


def test_mistake_in_the_settings_of_one_project_names_its_file(repository, statelint):
    (repository / "services/b/statelint.toml").write_text("selct = []\n")
    done = statelint("check")
    assert done.code == 2
    assert "services/b/statelint.toml:1: unknown key `selct`; did you mean `select`?" in done.err


@pytest.mark.parametrize("form", ["gitlab", "sarif", "json", "junit", "github", "markdown", "html", "concise"])
def test_each_format_tells_of_every_project(repository, statelint, form):
    out = statelint("check", "--format", form).out
    assert all(path in out for path, _ in (LIBS, A, B))


def test_fingerprints_tell_alike_objects_of_two_projects_apart(repository, statelint):
    known = {
        one["location"]["path"]: one["fingerprint"] for one in json.loads(statelint("check", "--format", "gitlab").out)
    }
    assert len(set(known.values())) == 3
    (repository / "services/a/web/app.py").write_text("")
    left = {
        one["location"]["path"]: one["fingerprint"] for one in json.loads(statelint("check", "--format", "gitlab").out)
    }
    assert left == {path: known[path] for path in (LIBS[0], B[0])}


def test_inventory_and_accepted_tell_of_every_project(repository, statelint):
    (repository / "services/a/web/app.py").write_text(PROJECT.replace("{}", "{}  # statelint: ignore[STL101] fine"))
    listed = json.loads(statelint("inventory", "--format", "json").out)
    assert sorted(item["path"] for item in listed["state"]) == [LIBS[0], A[0], B[0]]
    assert [row["path"] for row in json.loads(statelint("accepted", "--format", "json").out)["accepted"]] == [A[0]]


def test_files_and_settings_of_every_project_are_shown(repository, statelint):
    assert sorted(statelint("check", "--show-files").out.split()) == [LIBS[0], A[0], B[0]]
    shown = statelint("check", "--show-settings").out
    assert shown.count("# root ") == 3
    assert "# from services/b/statelint.toml" in shown


def test_each_project_has_its_own_baseline(repository, statelint):
    (repository / "services/a/pyproject.toml").write_text('[tool.statelint]\nbaseline = "known.json"\n')
    (repository / "services/a/known.json").write_text('{"version": 1, "accepted": []}')
    out = statelint("baseline", "services").out
    assert "services/a/known.json accepts 1 finding" in out
    assert 'write `baseline = "statelint-baseline.json"` into services/b/statelint.toml.' in out
    assert checked(statelint) == [LIBS, B]


@pytest.mark.parametrize("arguments", [("check", "--baseline", "x.json"), ("baseline", "--output", "x.json")])
def test_one_baseline_for_several_projects_is_refused(repository, statelint, arguments):
    (repository / "x.json").write_text('{"version": 1, "accepted": []}')
    done = statelint(*arguments)
    assert done.code == 2
    assert "baseline" in done.err
    assert statelint(*arguments, "libs").code in {0, 1}


def test_standard_input_is_a_file_of_the_nearest_project(repository, statelint, monkeypatch):
    import io
    from types import SimpleNamespace

    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(PROJECT.encode())))
    done = statelint("check", "-", "--stdin-filename", "services/b/old.py", "--format", "json")
    assert found(done) == [("services/b/old.py", 4)]


def test_fixes_are_written_into_each_project(repository, statelint):
    for folder in ("services/a/web", "libs"):
        (repository / folder / "caching.py").write_text(CACHING)
    shown = statelint("check", "--diff", "--unsafe-fixes")
    assert {"+++ libs/caching.py", "+++ services/a/web/caching.py"} <= set(shown.out.splitlines())
    statelint("check", "--fix", "--unsafe-fixes", "--exit-zero")
    assert "RedisCache" in (repository / "services/a/web/caching.py").read_text()
    assert "RedisCache" in (repository / "libs/caching.py").read_text()


def test_pin_outside_is_not_said_to_hide_nothing(repository, statelint):
    (repository / "k8s").mkdir()
    (repository / "k8s/service.yaml").write_text(PIN)
    (repository / "libs/common.py").write_text(PROJECT.replace("hits[", "{}["))
    (message,) = [
        one["message"]
        for one in json.loads(statelint("check", "--format", "json").out)["findings"]
        if one["code"] == "STL702"
    ]
    assert "can go" not in message


def test_warning_names_only_what_no_project_has_read(repository, statelint):
    (repository / "empty").mkdir()
    (repository / "libs/common.py").unlink()
    assert statelint("check").err == ""
    assert "below `empty`" in statelint("check", "empty").err


def test_since_compares_each_project_with_its_past(tree, statelint, monkeypatch):
    root = tree({"a/statelint.toml": "", "a/app.py": PROJECT, "b/app.py": "", "top.py": PROJECT})
    for name, value in (("NAME", "a"), ("EMAIL", "a@example.org")):
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run(["git", *arguments], cwd=root, check=True)
    assert checked(statelint, "--since", "HEAD") == []
    (root / "b/statelint.toml").write_text("")
    (root / "b/app.py").write_text(PROJECT)
    assert checked(statelint, "--since", "HEAD") == [("b/app.py", 4)]


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ('ignore = ["FOO"]', "services/b/statelint.toml: no rule matches `FOO`; "),
        ('per-path-ignores = {"x" = ["FOO"]}', "services/b/statelint.toml: per-path-ignores of `x`: no rule matches"),
        ('rules = ["lint"]', "services/b/statelint.toml: rules: `lint` is neither a folder nor"),
        ('exclude = ["!"]', "services/b/statelint.toml: exclude: `!` is no pattern"),
    ],
)
def test_wrong_value_names_the_settings_of_its_project(repository, statelint, settings, error):
    (repository / "services/b/statelint.toml").write_text(settings)
    done = statelint("check")
    assert (done.code, done.out) == (2, "")
    assert error in done.err


def test_wrong_value_of_the_command_line_names_no_file(repository, statelint):
    assert "statelint: command line: no rule matches `FOO`" in statelint("check", "--ignore", "FOO").err
    (repository / "statelint.toml").write_text("")
    assert "statelint: exclude: `!` is no pattern" in statelint("check", "--extend-exclude", "!").err
