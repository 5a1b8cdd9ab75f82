"""Which files are read."""

import os
import sys

import pytest

from statelint.domain.errors import ConfigurationError
from statelint.settings.options import Options
from statelint.sources.discover import discover


def paths(root, named=(), **options):
    return [source.path for source in discover(root, Options(**options), named).sources]


def test_only_python_files_are_read(tree):
    root = tree({"a.py": "", "b.pyi": "", "c.ipynb": "{}", "d.txt": "", "e.PY": "", "pkg/f.py": "", "g.py/h.py": ""})
    assert paths(root) == ["a.py", "g.py/h.py", "pkg/f.py"]


@pytest.mark.parametrize(
    "folder", ["node_modules", "build", "dist", "venv", "env", ".venv", ".git", ".tox", "x.egg-info", "site-packages"]
)
def test_folders_that_hold_no_code_of_the_project_are_skipped(tree, folder):
    assert paths(tree({"a.py": "", f"{folder}/b.py": "", f"deep/{folder}/b.py": ""})) == ["a.py"]


def test_virtual_environment_is_known_by_its_configuration_file_whatever_its_name(tree):
    assert paths(tree({"a.py": "", "python3/pyvenv.cfg": "", "python3/lib/b.py": ""})) == ["a.py"]


def test_usual_exclusions_can_be_replaced_and_added_to(tree):
    root = tree({"a.py": "", "build/b.py": "", "scripts/c.py": ""})
    assert paths(root, exclude=("scripts/",)) == ["a.py", "build/b.py"]
    assert paths(root, extend_exclude=("scripts/",)) == ["a.py"]
    assert paths(root, extend_exclude=("!build/",)) == ["a.py", "build/b.py", "scripts/c.py"]


def test_pattern_that_is_none_is_refused(tree):
    with pytest.raises(ConfigurationError, match="no pattern"):
        discover(tree({}), Options(exclude=("!",)))


def test_tests_and_migrations_are_skipped_unless_asked_for(tree):
    root = tree({
        "a.py": "", "tests/b.py": "", "pkg/test/c.py": "", "test_d.py": "", "e_test.py": "", "conftest.py": "",
        "pkg/migrations/0001.py": "", "latest.py": "", "testimony.py": "",
    })  # fmt: skip
    assert paths(root) == ["a.py", "latest.py", "testimony.py"]
    assert paths(root, include_tests=True, include_migrations=True) == sorted([
        "a.py", "tests/b.py", "pkg/test/c.py", "test_d.py", "e_test.py", "conftest.py", "pkg/migrations/0001.py",
        "latest.py", "testimony.py",
    ])  # fmt: skip
    assert "pkg/migrations/0001.py" not in paths(root, include_tests=True)


def test_gitignore_of_every_level_counts_and_the_deepest_decides(tree):
    root = tree({
        ".gitignore": "*_local.py\n/top.py\nout/\n", "x_local.py": "", "top.py": "", "out/a.py": "",
        "pkg/.gitignore": "!keep_local.py\n/own.py\n", "pkg/keep_local.py": "", "pkg/y_local.py": "", "pkg/own.py": "",
        "pkg/top.py": "", "pkg/sub/own.py": "", "pkg/sub/keep_local.py": "",
    })  # fmt: skip
    assert paths(root) == ["pkg/keep_local.py", "pkg/sub/keep_local.py", "pkg/sub/own.py", "pkg/top.py"]


def test_gitignore_above_the_project_counts_up_to_the_repository(tree):
    root = tree({
        ".gitignore": "a.py\n", "repo/.git/info/exclude": "c.py\n", "repo/.gitignore": "/service/b.py\n",
        "repo/service/a.py": "", "repo/service/b.py": "", "repo/service/c.py": "", "repo/service/d.py": "",
    })  # fmt: skip
    assert paths(root / "repo" / "service") == ["a.py", "d.py"]


def test_project_in_an_ignored_folder_is_read_when_it_is_the_root(tree):
    root = tree({".git/HEAD": "", ".gitignore": "vendor/\n", "vendor/app.py": ""})
    assert paths(root) == []
    assert paths(root / "vendor") == ["app.py"]


def test_broken_line_of_a_gitignore_does_not_spoil_the_others(tree):
    assert paths(tree({".gitignore": "!\nb.py\n", "a.py": "", "b.py": ""})) == ["a.py"]


def test_what_the_user_names_is_read_even_where_it_is_excluded(tree):
    root = tree({"a.py": "", "tests/b.py": "", "tests/node_modules/c.py": "", "build/d.py": ""})
    assert paths(root, ["tests"]) == ["a.py", "tests/b.py"]
    assert paths(root, ["build/d.py"]) == ["a.py", "build/d.py"]
    assert paths(root, ["a.py"]) == ["a.py"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_out_of_the_root_and_to_folders_are_not_followed(tree):
    root = tree({"project/a.py": "", "outside/b.py": "", "project/pkg/c.py": ""})
    project = root / "project"
    (project / "out.py").symlink_to(root / "outside" / "b.py")
    (project / "folder").symlink_to(root / "outside", target_is_directory=True)
    (project / "loop").symlink_to(project, target_is_directory=True)
    (project / "dangling.py").symlink_to(project / "nowhere.py")
    (project / "inside.py").symlink_to(project / "a.py")
    assert paths(project) == ["a.py", "inside.py", "pkg/c.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
def test_pipe_with_the_name_of_a_module_is_not_opened(tree):
    root = tree({"a.py": ""})
    os.mkfifo(root / "pipe.py")
    assert paths(root) == ["a.py"]


def test_folder_that_cannot_be_listed_is_told(tree, monkeypatch):
    root = tree({"a.py": "", "closed/b.py": ""})
    listed = os.scandir

    def scandir(path):
        if str(path).endswith("closed/"):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(
        os, "scandir", lambda path: scandir(f"{path}/") if str(path).endswith("closed") else listed(path)
    )
    found = discover(root, Options())
    assert [source.path for source in found.sources] == ["a.py"]
    assert found.unlisted == (("closed", "Permission denied"),)
