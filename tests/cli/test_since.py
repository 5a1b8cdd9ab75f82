"""`--since REV`: only what is new against a revision, from an analysis of both sides."""

import json
import subprocess

import pytest

from tests.conftest import PROJECT

STORE = "hits = {}\n\n\ndef count(name):\n    hits[name] = hits.get(name, 0) + 1\n    return hits[name]\n"
VIEWS = "import flask\n\nfrom store import count\n\napp = flask.Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    return 'ok'\n"


@pytest.fixture
def git(tree, monkeypatch):
    """`git("commit", ...)` in a project with one commit."""
    root = tree({"pyproject.toml": "[tool.statelint]\n", "app.py": PROJECT, "store.py": STORE, "views.py": VIEWS})
    for name, value in (("NAME", "a"), ("EMAIL", "a@example.org")):
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)

    def call(*arguments):
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    call("init", "-q", "-b", "main")
    call("add", "-A")
    call("commit", "-qm", "one")
    call.root = root
    return call


def found(done):
    assert done.code in {0, 1}, done.err
    report = json.loads(done.out)
    return sorted((one["code"], one["path"], one["line"]) for one in [*report["findings"], *report["errors"]])


def since(statelint, *arguments):
    return found(statelint("check", "--format", "json", "--since", *arguments))


def edit(file, before, after):
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_nothing_is_new_without_a_change(git, statelint):
    assert found(statelint("check", "--format", "json")) == [("STL101", "app.py", 4)]
    assert since(statelint, "HEAD") == []
    assert "No new state since HEAD (" in statelint("check", "--since", "HEAD").out


def test_lines_that_move_and_files_that_are_renamed_bring_nothing_new(git, statelint):
    (git.root / "app.py").write_text("# more\n\n" + PROJECT)
    assert since(statelint, "HEAD") == []
    git("mv", "app.py", "other.py")
    git("commit", "-qam", "two")
    assert since(statelint, "HEAD~1") == []


def test_changed_handler_that_reaches_an_old_write_brings_the_old_object(git, statelint):
    edit(git.root / "views.py", "return 'ok'", "return str(count('/'))")
    assert since(statelint, "HEAD") == [("STL101", "store.py", 1)]
    git("commit", "-qam", "two")
    assert since(statelint, "HEAD") == []
    assert since(statelint, "HEAD~1") == since(statelint, "main~1") == [("STL101", "store.py", 1)]


def test_touched_also_reports_what_lies_on_changed_lines(git, statelint):
    edit(git.root / "app.py", 'hits["x"] = 1', 'hits["x"] = 2')
    (git.root / "store.py").write_text(f"# more\n{STORE}")
    assert since(statelint, "HEAD") == []
    assert since(statelint, "HEAD", "--touched") == [("STL101", "app.py", 4)]
    git("checkout", "-q", "app.py")
    edit(git.root / "app.py", "import flask", "import flask  # more")
    assert since(statelint, "HEAD", "--touched") == []
    refused = statelint("check", "--touched")
    assert (refused.code, "--since" in refused.err) == (2, True)


def test_change_on_the_path_to_a_write_touches_its_object(git, statelint):
    edit(git.root / "views.py", "return 'ok'", "return str(count('/'))")
    git("commit", "-qam", "two")
    edit(git.root / "views.py", "return str(count('/'))", "return str(count('/home'))")
    assert since(statelint, "HEAD") == []
    assert since(statelint, "HEAD", "--touched") == [("STL101", "store.py", 1)]


def test_line_that_was_only_taken_out_touches_the_next_one(git, statelint):
    edit(git.root / "app.py", '    hits["x"] = 1', '    print("x")\n    hits["x"] = 1')
    git("commit", "-qam", "two")
    (git.root / "app.py").write_text(PROJECT)
    assert since(statelint, "HEAD") == []
    assert since(statelint, "HEAD", "--touched") == [("STL101", "app.py", 4)]


def test_branch_is_compared_with_where_it_began(git, statelint):
    git("checkout", "-qb", "feature")
    (git.root / "new.py").write_text(PROJECT)
    git("add", "-A")
    git("commit", "-qm", "feature")
    git("checkout", "-q", "main")
    (git.root / "app.py").write_text("")
    git("commit", "-qam", "mended on main")
    git("checkout", "-q", "feature")
    assert since(statelint, "main") == [("STL101", "new.py", 4)]


def test_comment_that_is_taken_away_brings_its_finding_back(git, statelint):
    edit(git.root / "app.py", "hits = {}", "hits = {}  # statelint: ignore[STL101] fine")
    git("commit", "-qam", "accepted")
    (git.root / "app.py").write_text(PROJECT)
    assert since(statelint, "HEAD") == [("STL101", "app.py", 4)]


def test_copy_is_not_taken_for_what_is_accepted(git, statelint):
    edit(git.root / "app.py", "hits = {}", "hits = {}  # statelint: ignore[STL101] fine")
    (git.root / "copy.py").write_text(PROJECT)
    assert since(statelint, "HEAD") == [("STL101", "copy.py", 4)]


def test_problems_are_compared_too(git, statelint):
    (git.root / "old.py").write_text("def f(:\n")
    git("add", "-A")
    git("commit", "-qm", "two")
    (git.root / "new.py").write_text("x = 1  # statelint: ignore[STL101] nothing\n")
    assert since(statelint, "HEAD") == [("STL002", "new.py", 1)]


def test_what_is_ignored_excluded_or_a_test_is_not_read_on_either_side(git, statelint):
    (git.root / "pyproject.toml").write_text('[tool.statelint]\nextend-exclude = ["vendor/"]\n')
    for path in ("vendor/a.py", "tests/a.py", "made/a.py", "pkg/a.py"):
        (git.root / path).parent.mkdir()
        (git.root / path).write_text(PROJECT)
    git("add", "-f", ".")
    git("commit", "-qm", "two")
    (git.root / ".gitignore").write_text("made/\n")
    git("add", "-A")
    git("commit", "-qm", "three")
    names = [one[1] for one in found(statelint("check", "--format", "json"))]
    assert names == ["app.py", "pkg/a.py"]
    assert since(statelint, "HEAD") == []
    for path in ("vendor/a.py", "tests/a.py", "made/a.py", "pkg/a.py"):
        (git.root / path).write_text(PROJECT.replace("hits", "others"))
    assert since(statelint, "HEAD~2") == [("STL101", "pkg/a.py", 4)]


def test_project_in_a_folder_of_the_repository_with_links(git, statelint, monkeypatch):
    service = git.root / "services" / "größe"
    service.mkdir(parents=True)
    (service / "statelint.toml").write_text("")
    (service / "real.py").write_text(PROJECT)
    (service / "link.py").symlink_to("real.py")
    git("add", "-A")
    git("commit", "-qm", "two")
    monkeypatch.chdir(service)
    assert len(found(statelint("check", "--format", "json"))) == 2
    assert since(statelint, "HEAD") == []
    (service / "more.py").write_text(PROJECT.replace("hits", "others"))
    assert since(statelint, "HEAD") == [("STL101", "more.py", 4)]


def test_report_of_the_present_stays_remembered(git, statelint):
    statelint("check")
    edit(git.root / "app.py", "import flask", "import flask  # more")
    since(statelint, "HEAD")
    summary = json.loads(statelint("check", "--format", "json").out)["summary"]
    assert "link" not in summary["stages"]
    again = json.loads(statelint("check", "--format", "json", "--since", "HEAD").out)["summary"]
    assert {"link", "facts"}.isdisjoint(again["stages"])


def test_paths_choose_what_is_reported(git, statelint):
    (git.root / "new.py").write_text(PROJECT.replace("hits", "others"))
    assert since(statelint, "HEAD", "app.py") == []
    assert since(statelint, "HEAD", "new.py") == [("STL101", "new.py", 4)]


def test_baseline_and_revision_work_together(git, statelint):
    statelint("baseline")
    (git.root / "new.py").write_text(PROJECT.replace("hits", "others"))
    assert since(statelint, "HEAD", "--baseline", "statelint-baseline.json") == [("STL101", "new.py", 4)]


def test_variables_of_a_hook_do_not_mislead(git, statelint, monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert since(statelint, "HEAD") == []


@pytest.mark.parametrize(
    ("variables", "commit"),
    [
        ({}, "HEAD"),
        ({"PRE_COMMIT_FROM_REF": "HEAD~1"}, "HEAD~1"),
        ({"GITHUB_BASE_REF": "main"}, "origin/main"),
        ({"CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD~1"}, "HEAD~1"),
    ],
)
def test_auto_asks_the_surroundings(git, statelint, monkeypatch, variables, commit):
    for name in ("PRE_COMMIT_FROM_REF", "GITHUB_BASE_REF", "CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        monkeypatch.delenv(name, raising=False)
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    git("commit", "-q", "--allow-empty", "-m", "two")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert f"since {commit} (" in statelint("check", "--since", "auto").out


@pytest.mark.parametrize(("revision", "said"), [("nowhere", "no revision `nowhere`"), ("--all", "no revision `--all`")])
def test_revision_that_is_not_there_is_told(git, statelint, revision, said):
    done = statelint("check", f"--since={revision}")
    assert done.code == 2
    assert said in done.err


def test_folder_without_git_is_told(project, statelint):
    done = statelint("check", "--since", "HEAD")
    assert done.code == 2
    assert "git" in done.err
    assert "Traceback" not in done.err


def test_content_that_git_has_not_got_is_told(git, statelint):
    name = git("rev-parse", "HEAD:app.py")
    (git.root / "app.py").write_text("")
    (git.root / ".git" / "objects" / name[:2] / name[2:]).unlink()
    done = statelint("check", "--since", "HEAD")
    assert (done.code, done.out) == (2, "")
    assert "app.py: git has not the content of this file" in done.err


def test_inventory_tells_what_a_change_adds_and_removes(git, statelint):
    edit(git.root / "app.py", 'hits["x"] = 1', "pass")
    edit(git.root / "views.py", "return 'ok'", "return str(count('x'))")
    edit(git.root / "store.py", "hits", "carts")
    data = json.loads(statelint("inventory", "--format", "json", "--since", "main").out)
    assert [(item["change"], item["symbol"]) for item in data["state"]] == [
        ("added", "store.carts"),
        ("removed", "app.hits"),
    ]
    assert data["since"].startswith("main (")
    assert (data["replicas"], data["verdicts"]) == (None, [])
    text = statelint("inventory", "--since", "main").out
    assert "1 piece of state added and 1 piece of state removed since main (" in text
    assert text.index("added\n") < text.index("store.carts") < text.index("removed\n") < text.index("app.hits")
    assert "can't serve" not in text


def test_inventory_of_an_unchanged_program_has_nothing_to_tell(git, statelint):
    assert statelint("inventory", "--since", "main").out.startswith(
        "0 pieces of state added and 0 pieces of state removed"
    )
