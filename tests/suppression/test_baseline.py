"""What a baseline accepts is known again when lines move, code is reformatted, and files or objects are renamed."""

import ast
import json
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import PROJECT

ROOT = Path(__file__).parents[2]
NAME = "statelint-baseline.json"
SETTING = f'[tool.statelint]\nbaseline = "{NAME}"\n'


def codes(done):
    report = json.loads(done.out)
    return [one["code"] for one in report["findings"]], [one["code"] for one in report["errors"]]


@pytest.fixture
def shop(tree, statelint):
    """The sample application with a deployment file; all of it is accepted."""
    root = tree({"pyproject.toml": SETTING, "deploy/nginx.conf": "upstream shop {\n  ip_hash;\n}\n"})
    shutil.copytree(ROOT / "fixtures" / "sample" / "shop", root / "shop")
    assert statelint("baseline").code == 0
    assert entries(root)
    return root


def entries(root):
    return json.loads((root / NAME).read_text())["accepted"]


def changed(file, *changes):
    text = file.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    file.write_text(text)


def test_what_is_there_is_accepted_and_what_is_new_is_reported(shop, statelint):
    assert statelint("check").code == 0
    (shop / "new.py").write_text(PROJECT)
    done = statelint("check", "--format", "json")
    assert codes(done) == (["STL101"], [])
    assert json.loads(done.out)["summary"]["suppressed"] == len(entries(shop))
    everything = codes(statelint("check", "--no-baseline", "--format", "json"))
    assert len(everything[0]) == len(entries(shop)) + 1


def test_second_run_writes_the_same_bytes(shop, statelint):
    before = (shop / NAME).read_bytes()
    done = statelint("baseline")
    assert (shop / NAME).read_bytes() == before
    assert "0 new, 0 renamed or edited, 0 gone" in done.out


def move_lines(shop):
    for file in (shop / "shop").glob("*.py"):
        file.write_text('"""More text."""\n\n\n' + file.read_text())
    changed(shop / "deploy" / "nginx.conf", ("upstream", "# more\n\nupstream"))


def reformat(shop):
    for file in (shop / "shop").glob("*.py"):
        file.write_text(ast.unparse(ast.parse(file.read_text())))


def rename_module(shop):
    (shop / "shop" / "store.py").rename(shop / "shop" / "basket_store.py")
    for file in (shop / "shop").glob("*.py"):
        file.write_text(file.read_text().replace("store", "basket_store").replace("basket_basket", "basket"))


def rename_module_and_reformat(shop):
    rename_module(shop)
    reformat(shop)
    move_lines(shop)


def move_package(shop):
    (shop / "backend").mkdir()
    (shop / "shop").rename(shop / "backend" / "market")
    for file in (shop / "backend" / "market").glob("*.py"):
        file.write_text(re.sub(r"^(from|import) shop\b", r"\1 backend.market", file.read_text(), flags=re.MULTILINE))
    (shop / "deploy").rename(shop / "infra")


def rename_object(shop):
    for file in (shop / "shop").glob("*.py"):
        file.write_text(file.read_text().replace("CARTS", "BASKETS"))


@pytest.mark.parametrize(
    "change", [move_lines, reformat, rename_module, rename_module_and_reformat, move_package, rename_object]
)
def test_accepted_findings_are_known_again(shop, statelint, change):
    count = len(codes(statelint("check", "--no-baseline", "--format", "json"))[0])
    change(shop)
    done = statelint("check", "--no-baseline", "--format", "json")
    assert len(codes(done)[0]) == count
    assert codes(statelint("check", "--format", "json")) == ([], [])
    assert f"accepts {count} findings: 0 new" in statelint("baseline").out
    assert codes(statelint("check", "--format", "json")) == ([], [])


def test_copy_of_what_is_accepted_is_new(shop, statelint):
    shutil.copytree(shop / "shop", shop / "copy")
    for file in (shop / "copy").glob("*.py"):
        file.write_text(file.read_text().replace("from shop", "from copy").replace("import shop", "import copy"))
    found = json.loads(statelint("check", "--format", "json").out)["findings"]
    assert found
    assert {one["path"].split("/")[0] for one in found} == {"copy"}


def test_entry_of_what_a_comment_accepts_is_not_that_of_a_copy(tree, statelint):
    root = tree({"pyproject.toml": SETTING, "app.py": PROJECT})
    statelint("baseline")
    (root / "app.py").write_text(PROJECT.replace("hits = {}", "hits = {}  # statelint: ignore[STL101] fine"))
    assert codes(statelint("check", "--format", "json")) == ([], [])
    (root / "copy.py").write_text(PROJECT)
    assert codes(statelint("check", "--format", "json")) == (["STL101"], [])


@pytest.mark.parametrize("first", ["a", "b"])
def test_second_state_of_a_function_is_new(tree, statelint, first):
    one = "logging.FileHandler('/var/log/a.log')"
    app = f"import logging, flask\napp = flask.Flask(__name__)\nhandler = {one}\nlogging.getLogger().addHandler(handler)\n@app.get('/')\ndef index():\n    return str(1)\n"
    root = tree({"pyproject.toml": SETTING, "app.py": app})
    statelint("baseline")
    assert len(entries(root)) == 1
    other = "handler = logging.FileHandler('/var/log/b.log')\n"
    (root / "app.py").write_text(
        app.replace(
            *{"a": ("logging.getLogger", f"{other}logging.getLogger"), "b": ("handler =", f"{other}handler =")}[first],
            1,
        )
    )
    found = json.loads(statelint("check", "--format", "json").out)["findings"]
    assert [one["line"] for one in found] == [{"a": 4, "b": 3}[first]]


@pytest.mark.parametrize("name", ["app.py", "other.py"])
@pytest.mark.parametrize(
    "changes",
    [
        [("hits = {}", "hits = dict()")],
        [("def index", "def start")],
        [("def index", "def start"), ("hits = {}", "hits = {}  # counted anew each day")],
    ],
    ids=str,
)
def test_line_or_writer_may_change_too(tree, statelint, name, changes):
    root = tree({"pyproject.toml": SETTING, "app.py": PROJECT})
    statelint("baseline")
    changed((root / "app.py").rename(root / name), *changes)
    assert codes(statelint("check", "--format", "json")) == ([], [])


def test_name_alone_tells_what_was_written_anew(tree, statelint):
    root = tree({"pyproject.toml": SETTING, "app.py": PROJECT})
    statelint("baseline")
    changed(root / "app.py", ("hits = {}", "hits = dict()"), ("def index", "def start"))
    assert codes(statelint("check", "--format", "json")) == ([], [])


def test_of_two_renamed_files_each_keeps_its_decision(tree, statelint):
    other = PROJECT.replace("index", "start")
    root = tree({"pyproject.toml": SETTING, "a.py": PROJECT, "b.py": other})
    statelint("baseline", "a.py", "--reason", "of a")
    statelint("baseline", "--reason", "of b")
    (root / "a.py").rename(root / "z.py")
    (root / "b.py").rename(root / "c.py")
    statelint("baseline")
    assert {entry["path"]: entry["reason"] for entry in entries(root)} == {"c.py": "of b", "z.py": "of a"}


def test_entries_that_match_nothing_are_reported_and_pruned(shop, statelint):
    (shop / "deploy" / "nginx.conf").unlink()
    (shop / "new.py").write_text(PROJECT)
    done = statelint("check", "--format", "concise")
    assert done.code == 1
    stale = next(line for line in done.out.splitlines() if "STL005" in line)
    line = int(stale.split(":")[1])
    assert "STL701" in (shop / NAME).read_text().splitlines()[line - 1]
    assert "statelint baseline --prune" in stale
    assert statelint("check", "--ignore", "STL005,STL1").code == 0
    assert "0 new, 0 renamed or edited, 1 gone" in statelint("baseline", "--prune").out
    assert codes(statelint("check", "--format", "json")) == (["STL101"], [])


def test_what_is_not_looked_at_is_not_stale(shop, statelint):
    assert statelint("check", "--select", "STL2,STL0").code == 0
    assert statelint("check", "shop/store.py").code == 0
    before = (shop / NAME).read_bytes()
    statelint("baseline", "shop/store.py")
    statelint("baseline", "--select", "STL2")
    assert (shop / NAME).read_bytes() == before


def test_decisions_in_the_file_are_kept_and_end(shop, statelint, monkeypatch):
    (shop / "new.py").write_text(PROJECT)
    statelint("baseline", "--reason", "goes with the counter, SHOP-9", "--until", "2100-01-31")
    rename_module(shop)
    statelint("baseline")
    own = [entry for entry in entries(shop) if "reason" in entry]
    assert [(entry["path"], entry["reason"], entry["until"]) for entry in own] == [
        ("new.py", "goes with the counter, SHOP-9", "2100-01-31")
    ]
    assert statelint("check").code == 0
    monkeypatch.setattr("statelint.app.runs.today", lambda: "2100-02-01")
    assert codes(statelint("check", "--format", "json")) == (["STL101"], ["STL003"])
    assert statelint("baseline", "--until", "soon").code == 2


def test_option_is_relative_to_the_working_directory(project, statelint, monkeypatch):
    (project / "sub").mkdir()
    monkeypatch.chdir(project / "sub")
    done = statelint("baseline", "-o", "known.json")
    assert 'baseline = "sub/known.json"` into [tool.statelint] of ../pyproject.toml' in done.out
    (project / "statelint.toml").write_text("")
    assert 'baseline = "sub/known.json"` into ../statelint.toml' in statelint("baseline", "-o", "known.json").out
    assert statelint("check", "--baseline", "known.json").code == 0
    assert statelint("check").code == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "the baseline can't be read"),
        ("[", "this is no baseline"),
        ('{"version": 1, "accepted": [{}]}', "this is no baseline"),
        ('{"version": 9, "accepted": []}', "version 9"),
        (
            '{"version": 1, "accepted": [{"code": "STL101", "path": "a", "symbol": "b", "fingerprint": "c", "until": "x"}]}',
            "no day",
        ),
    ],
)
def test_broken_baseline_is_told(project, statelint, text, said):
    if text is not None:
        (project / NAME).write_text(text)
    done = statelint("check", "--baseline", NAME)
    assert done.code == 2
    assert said in done.err
    assert "statelint baseline" in done.err or "2027-01-31" in done.err


def test_baseline_with_conflict_free_lines_may_be_edited_by_hand(shop, statelint):
    file = json.loads((shop / NAME).read_text())
    (shop / NAME).write_text(json.dumps(file))  # all on one line
    assert statelint("check").code == 0


def test_nothing_found_gives_a_file_that_accepts_nothing(tree, statelint):
    root = tree({"pyproject.toml": SETTING, "app.py": "x = 1\n"})
    assert statelint("baseline").code == 0
    assert entries(root) == []
    assert statelint("check").code == 0


@pytest.mark.slow
def test_every_fixture_is_known_again_after_it_was_rewritten(tree, statelint):
    root = tree({"pyproject.toml": SETTING})
    folders = sorted({file.parent for file in (ROOT / "fixtures").rglob("*.py") if file.is_file()})
    for at, folder in enumerate(folder for folder in folders if not any(other in folder.parents for other in folders)):
        case = root / f"p{at}"
        shutil.copytree(folder, case)
        (case / "statelint.toml").write_text(f'baseline = "{NAME}"\ninclude-tests = true\n')
        statelint("baseline", case, "--output", case / NAME)
        for file in filter(Path.is_file, case.rglob("*.py")):
            file.write_text("\n\n\n" + ast.unparse(ast.parse(file.read_text())))
        assert codes(statelint("check", case, "--format", "json")) == ([], []), folder
