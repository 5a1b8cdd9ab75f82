"""Environments are found by their files; no interpreter runs."""

import pytest

from statelint.environment.locate import find_packages, packages_of
from tests.environment.conftest import make_environment


def test_environment_of_the_project_goes_before_the_active_one(tmp_path):
    active = make_environment(tmp_path / "active")
    assert find_packages(tmp_path, None, None) == ()
    assert find_packages(tmp_path, None, str(tmp_path / "active")) == (str(active),)
    second = make_environment(tmp_path / "venv")
    assert find_packages(tmp_path, None, str(tmp_path / "active")) == (str(second),)
    first = make_environment(tmp_path / ".venv")
    assert find_packages(tmp_path, None, str(tmp_path / "active")) == (str(first),)


def test_chosen_environment_goes_before_all_and_nothing_can_be_chosen(tmp_path):
    make_environment(tmp_path / ".venv")
    other = make_environment(tmp_path / "other")
    assert find_packages(tmp_path, "other", None) == (str(other),)
    assert find_packages(tmp_path, "", str(tmp_path / "other")) == ()
    assert find_packages(tmp_path, "absent", str(tmp_path / "other")) == ()


def test_folder_that_is_no_environment_is_passed_over(tmp_path):
    (tmp_path / "venv" / "lib" / "python3.12" / "site-packages").mkdir(parents=True)
    assert find_packages(tmp_path, None, None) == ()


@pytest.mark.parametrize("program", ["bin/python", "Scripts/python.exe"])
def test_interpreter_stands_for_its_environment_though_it_is_a_link_out_of_it(tmp_path, program):
    packages = make_environment(tmp_path / "env")
    base = tmp_path / "base" / "bin" / "python3.12"
    base.parent.mkdir(parents=True)
    base.touch()
    link = tmp_path / "env" / program
    link.parent.mkdir()
    link.symlink_to(base)
    assert packages_of(link) == (str(packages),)


def test_link_to_an_interpreter_without_environment_is_followed(tmp_path):
    packages = tmp_path / "base" / "lib" / "python3.12" / "site-packages"
    packages.mkdir(parents=True)
    program = tmp_path / "base" / "bin" / "python3.12"
    program.parent.mkdir()
    program.touch()
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "python").symlink_to(program)
    assert packages_of(tmp_path / "here" / "python") == (str(packages),)


def test_version_of_the_environment_decides_else_the_newest(tmp_path):
    for version in ("3.9", "3.12", "3.13"):
        (tmp_path / "env" / "lib" / f"python{version}" / "site-packages").mkdir(parents=True)
    (newest,) = packages_of(tmp_path / "env")
    assert "python3.13" in newest
    (tmp_path / "env" / "pyvenv.cfg").write_text("version_info = 3.9.7.final.0\n")
    (chosen,) = packages_of(tmp_path / "env")
    assert "python3.9" in chosen


def test_packages_of_the_base_count_where_the_environment_says_so(tmp_path):
    packages = make_environment(tmp_path / "env")
    shared = tmp_path / "base" / "lib" / "python3.12" / "site-packages"
    shared.mkdir(parents=True)
    settings = f"home = {tmp_path / 'base' / 'bin'}\nversion = 3.12.1\ninclude-system-site-packages = "
    (tmp_path / "env" / "pyvenv.cfg").write_text(f"{settings}false\n")
    assert packages_of(tmp_path / "env") == (str(packages),)
    (tmp_path / "env" / "pyvenv.cfg").write_text(f"{settings}true\n")
    assert packages_of(tmp_path / "env") == (str(packages), str(shared))


def test_linked_folder_counts_once_and_windows_has_its_own(tmp_path):
    packages = make_environment(tmp_path / "env")
    (tmp_path / "env" / "lib64").symlink_to("lib")
    assert packages_of(tmp_path / "env") == (str(packages),)
    (tmp_path / "other" / "Lib" / "site-packages").mkdir(parents=True)
    assert packages_of(tmp_path / "other") == (str(tmp_path / "other" / "Lib" / "site-packages"),)


def test_settings_of_an_environment_may_be_anything(tmp_path):
    packages = make_environment(tmp_path / "env")
    (tmp_path / "env" / "pyvenv.cfg").write_bytes(b"\xff\x00 = = \nversion\n")
    assert packages_of(tmp_path / "env") == (str(packages),)
    assert packages_of(tmp_path / "no\0thing") == ()
