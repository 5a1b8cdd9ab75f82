"""`statelint init` writes settings that are accepted."""

import sys

import pytest

from tests.conftest import PROJECT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def test_project_gets_a_table_with_what_was_found(tree, statelint):
    root = tree({"pyproject.toml": '[project]\nname = "x"', "app.py": PROJECT, "scripts/a.py": "x = 1\n"})
    done = statelint("init")
    assert done.code == 0
    assert done.out.startswith("Wrote pyproject.toml.\n1 finding today")
    text = (root / "pyproject.toml").read_text()
    settings = tomllib.loads(text)
    assert settings["project"] == {"name": "x"}
    assert settings["tool"]["statelint"]["extend-exclude"] == ["scripts/"]
    assert "entry points: 1; frameworks: flask." in text
    assert "1  STL101  module-object-written-while-serving" in text
    assert statelint("check").code == 1
    assert "require-reason = true" in statelint("check", "--show-settings").out
    again = statelint("init")
    assert (again.code, "settings already" in again.err) == (2, True)
    assert (root / "pyproject.toml").read_text() == text


@pytest.mark.parametrize("project", [None, "tool = {x = 1}\n", "broken ="])
def test_other_projects_get_a_file_of_their_own(tree, statelint, project):
    root = tree({"app.py": "x = 1\n", **({} if project is None else {"pyproject.toml": project})})
    done = statelint("init", "--isolated")
    assert done.out == "Wrote statelint.toml.\n"
    assert "Nothing was found" in (root / "statelint.toml").read_text()
    assert project is None or (root / "pyproject.toml").read_text() == project


def test_folder_that_is_named_becomes_a_project_of_its_own(project, statelint):
    inner = project / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text('[project]\nname = "x"\n')
    (inner / "app.py").write_text(PROJECT)
    (inner / "broken.py").write_text("def")
    done = statelint("init", "inner")
    assert done.out.startswith(
        "Wrote inner/pyproject.toml.\n1 file can't be read: see `statelint check`.\n1 finding today"
    )
    assert "Files: 2; entry points: 1" in (inner / "pyproject.toml").read_text()
    assert "statelint init ." in statelint("init", "inner").err


def test_print_writes_nothing(project, statelint):
    before = (project / "pyproject.toml").read_text()
    done = statelint("init", "--print")
    assert tomllib.loads(done.out)["tool"]["statelint"]["select"] == ["STL"]
    assert (project / "pyproject.toml").read_text() == before
    assert not (project / "statelint.toml").exists()
