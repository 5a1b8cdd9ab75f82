"""What is remembered of installed packages is the same as what is read, or is not used."""

import os

import pytest

from statelint.environment import installed as budget
from statelint.environment import parse
from statelint.environment.distributions import Distributions
from statelint.environment.installed import InstalledPackages
from statelint.environment.memory import OutlineMemory

FILES = {"somelib/__init__.py": "from .web import *\n", "somelib/web.py": "import a\nclass X(a.B): ...\n"}


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def remember(ask, cache, files=FILES, **about):
    packages = ask(files, cache, **about)
    found = packages.bases("somelib.X")
    packages.save()
    return found


def test_remembered_modules_are_not_read_again(ask, cache, packages, monkeypatch):
    assert remember(ask, cache) == ("a.B",)
    (file,) = cache.iterdir()
    monkeypatch.setattr(parse, "outline_of", None)
    found = InstalledPackages(Distributions((str(packages),)), OutlineMemory(cache))
    assert found.bases("somelib.X") == ("a.B",)
    found.save()
    assert list(cache.iterdir()) == [file]


def test_other_version_is_read_anew(ask, cache, packages):
    assert remember(ask, cache) == ("a.B",)
    for path in packages.glob("*.dist-info/*"):
        path.unlink()
    (packages / "somelib-1.0.dist-info").rmdir()
    newer = {**FILES, "somelib/web.py": "import a\nclass X(a.C): ...\n"}
    assert remember(ask, cache, newer, version="1.1") == ("a.C",)


def test_same_version_that_is_installed_again_is_read_anew(ask, cache, packages):
    assert remember(ask, cache) == ("a.B",)
    record = packages / "somelib-1.0.dist-info" / "RECORD"
    newer = ask({**FILES, "somelib/web.py": "import a\nclass X(a.C): ...\n"}, cache)
    os.utime(record, (1, 1))
    assert newer.bases("somelib.X") == ("a.C",)


@pytest.mark.parametrize("damage", [b"", b"\0" * 50, b"not ours", None])
def test_damaged_memory_is_no_memory(ask, cache, damage):
    remember(ask, cache)
    (file,) = cache.iterdir()
    data = file.read_bytes()
    file.write_bytes(data[:-9] + b"X" + data[-8:] if damage is None else damage)
    assert remember(ask, cache) == ("a.B",)


def test_folder_that_cannot_be_written_is_no_hindrance(ask, cache):
    cache.write_text("a file")
    assert remember(ask, cache) == ("a.B",)


def test_budget_is_the_same_with_and_without_memory(ask, cache, monkeypatch):
    remember(ask, cache)
    monkeypatch.setattr(budget, "MOST_MODULES", 1)
    assert ask(FILES, cache).bases("somelib.X") == ask(FILES).bases("somelib.X") == ()


def test_broken_reader_is_silent_and_nothing_is_remembered(ask, cache, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "statelint.environment.parse", None)
    assert remember(ask, cache) == ()
    monkeypatch.undo()
    assert remember(ask, cache) == ("a.B",)
