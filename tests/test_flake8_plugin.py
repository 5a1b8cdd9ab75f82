"""flake8 shows what `statelint check` finds, in however many processes it works, and analyses once."""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from statelint.flake8_plugin import Plugin
from tests.conftest import PROJECT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytest.importorskip("flake8")
ROOT = Path(__file__).parents[1]
IS_INSTALLED = any(point.value.startswith("statelint.") for point in entry_points(group="flake8.extension"))
LOCAL = "" if IS_INSTALLED else "[flake8:local-plugins]\nextension =\n    STL = statelint.flake8_plugin:Plugin\n"
LINE = re.compile(r"(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<code>[A-Z]+\d+) (?P<text>.*)")
# Counts how often the program is analysed, in whichever process.
COUNTED = """\
import sys
import multiprocessing
from statelint.app import analysis
from flake8.main.cli import main
before = analysis.analyse
def counted(*arguments):
    with open("analysed.log", "a") as log:
        log.write("once\\n")
    return before(*arguments)
analysis.analyse = counted
if __name__ == "__main__":
    multiprocessing.set_start_method({method!r})
    sys.exit(main(sys.argv[1:]))
"""


def flake8(folder, *arguments, settings="", text=None, program=("-m", "flake8")):
    """Lines that flake8 prints of our codes, and how it ended."""
    (folder / ".flake8").write_text(f"[flake8]\n{settings}\n{LOCAL}")
    done = subprocess.run(
        [sys.executable, *program, *arguments], cwd=folder, input=text, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
    )  # fmt: skip
    assert done.stderr == ""
    return done


def lines(done):
    """(path, line, column, code, text) of our findings."""
    found = (LINE.fullmatch(line) for line in done.stdout.splitlines())
    return sorted(
        (match["path"].removeprefix("./"), int(match["line"]), int(match["column"]), match["code"], match["text"])
        for match in found
        if match is not None and match["code"].startswith("STL")
    )


def codes(done):
    return [(path, code) for path, _, _, code, _ in lines(done)]


def checked(statelint, *arguments):
    """The same of `statelint check`."""
    done = statelint("check", "--format", "concise", *arguments)
    return lines(subprocess.CompletedProcess((), done.code, done.out, done.err))


def test_entry_point_names_the_plugin():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["flake8.extension"] == {"STL": f"{Plugin.__module__}:{Plugin.__qualname__}"}


@pytest.fixture
def shop(tree):
    """The sample application, with something wrong in a deployment file and in a comment."""
    root = tree({"pyproject.toml": "[tool.statelint]\n", "nginx.conf": "upstream shop {\n  ip_hash;\n}\n"})
    shutil.copytree(ROOT / "fixtures" / "sample" / "shop", root / "shop")
    (root / "shop" / "clean.py").write_text("x = 1  # statelint: ignore[STL101] nothing\n")
    return root


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_findings_are_those_of_statelint_but_for_deployment_files(shop, statelint, jobs):
    expected = checked(statelint)
    assert {code for _, _, _, code, _ in expected} > {"STL002", "STL201", "STL701"}
    assert lines(flake8(shop, "--jobs", jobs)) == [found for found in expected if found[0] != "nginx.conf"]


def test_findings_of_a_part_are_those_of_the_whole_program(shop, statelint):
    assert lines(flake8(shop, "shop/store.py")) == checked(statelint, "shop/store.py") != []


def test_each_file_is_judged_in_the_nearest_project(shop, statelint):
    for folder, settings in (("a", ""), ("b", 'ignore = ["STL2"]\n')):
        shutil.copytree(ROOT / "fixtures" / "sample" / "shop", shop / folder / "shop")
        (shop / folder / "statelint.toml").write_text(settings)
    found = lines(flake8(shop))
    assert found == [one for one in checked(statelint) if one[0] != "nginx.conf"]
    assert {path.split("/")[0] for path, _, _, code, _ in found if code == "STL201"} == {"shop", "a"}


@pytest.mark.slow
def test_findings_of_every_fixture_are_those_of_statelint(tree, statelint):
    root = tree({"pyproject.toml": "[tool.statelint]\n"})
    folders = sorted({file.parent for file in (ROOT / "fixtures").rglob("*.py") if file.is_file()})
    tops = [folder for folder in folders if not any(other in folder.parents for other in folders)]
    for at, folder in enumerate(tops):  # a program of its own each, in one run of flake8
        shutil.copytree(folder, root / f"p{at}" / folder.name)
        (root / f"p{at}" / "statelint.toml").write_text("")
    expected = Counter()
    for at in range(len(tops)):
        expected.update(checked(statelint, f"p{at}", "--include-tests"))
    python = Counter({found: count for found, count in expected.items() if found[0].endswith(".py")})
    settings = root.glob("*/statelint.toml")
    for file in settings:
        file.write_text("include-tests = true\n")
    assert Counter(lines(flake8(root, "--jobs", "2", "--select", "STL"))) == python
    assert len(python) > 300


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("settings", ["", "no-cache = true\n"])
def test_program_is_analysed_once_for_a_run(shop, method, settings):
    (shop / "run.py").write_text(COUNTED.format(method=method))
    (shop / "pyproject.toml").write_text(f"[tool.statelint]\n{settings}")
    done = flake8(shop, "--jobs", "3", "shop", program=("run.py",))
    assert len(lines(done)) > 3
    assert (shop / "analysed.log").read_text() == "once\n"
    assert (shop / ".statelint_cache").exists() != bool(settings)


def test_next_run_sees_what_has_changed(shop):
    before = lines(flake8(shop, "--jobs", "2"))
    (shop / "shop" / "store.py").write_text("")
    after = lines(flake8(shop, "--jobs", "2"))
    assert {found[0] for found in before} - {found[0] for found in after} == {"shop/store.py"}


def test_standard_input_stands_for_a_file(tree):
    root = tree(
        {"pyproject.toml": "", "views.py": PROJECT.replace("hits = {}", "from store import hits"), "store.py": ""}
    )
    assert lines(flake8(root)) == []
    done = flake8(root, "--stdin-display-name", "store.py", "-", text="# größe\nhits = {}\n")
    assert [found[:4] for found in lines(done)] == [("store.py", 2, 1, "STL101")]
    assert [found[:4] for found in lines(flake8(root, "-", text=PROJECT))] == [("stdin", 4, 1, "STL101")]


@pytest.mark.parametrize(
    ("arguments", "settings", "expected"),
    [
        ((), "", ["STL101"]),
        (("--select", "STL2"), "", []),
        (("--select", "STL1,E"), "", ["STL101"]),
        ((), "select = E,F", []),
        (("--extend-select", "STL1"), "select = E,F", ["STL101"]),
        (("--extend-ignore", "STL101"), "", []),
        ((), "per-file-ignores =\n    app.py: STL", []),
        ((), "per-file-ignores =\n    other.py: STL", ["STL101"]),
        ((), "exclude = app.py", []),
    ],
)
def test_selection_is_that_of_flake8(project, arguments, settings, expected):
    assert [code for _, code in codes(flake8(project, *arguments, settings=settings))] == expected


def test_settings_are_those_of_statelint(project):
    (project / "pyproject.toml").write_text('[tool.statelint]\nignore = ["STL1"]\n')
    assert codes(flake8(project)) == []


@pytest.mark.parametrize(
    "comment",
    ["noqa: STL101", "noqa", "statelint: ignore[STL101] fine", "noqa:E501,STL101"],
)
def test_comments_accept_as_everywhere(project, comment):
    (project / "app.py").write_text(PROJECT.replace("hits = {}", f"hits = {{}}  # {comment}"))
    assert codes(flake8(project)) == []
    shown = codes(flake8(project, "--disable-noqa"))
    assert shown == ([("app.py", "STL101")] if "noqa" in comment else [])


def test_files_that_can_not_be_parsed_are_left_to_flake8(project):
    (project / "broken.py").write_text("def f(:\n")
    done = flake8(project)
    assert codes(done) == [("app.py", "STL101")]
    assert "broken.py:1" in done.stdout


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_broken_configuration_is_told_in_words(shop, jobs):
    (shop / "pyproject.toml").write_text("[tool.statelint]\nselct = []\n")
    done = flake8(shop, "--jobs", jobs)
    assert done.returncode == 1
    assert "pyproject.toml:2: unknown key `selct`; did you mean `select`?" in done.stdout


def test_nothing_is_left_behind(project, tmp_path_factory):
    own = tmp_path_factory.mktemp("temporary")
    done = subprocess.run(
        [sys.executable, "-m", "flake8"], cwd=project, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "TMPDIR": str(own)},
    )  # fmt: skip
    assert done.stderr == ""
    assert list(own.iterdir()) == []


def test_report_of_flake8_in_json_is_not_needed_for_statelint_check_to_be_quick(shop, statelint):
    """What flake8 found out is remembered for `statelint check`, and the other way round."""
    flake8(shop, "--jobs", "2")
    stages = json.loads(statelint("check", "--format", "json").out)["summary"]["stages"]
    assert "link" not in stages
