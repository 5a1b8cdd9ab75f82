"""Ini files of applications: what is read, with lines, and what is left alone."""

import pytest

from statelint.app.pipeline import check_sources
from tests.conftest import PYRAMID


@pytest.mark.parametrize(
    ("name", "severity"), [("production.ini", "error"), ("development.ini", "info"), ("tests.ini", "info")]
)
def test_a_setting_is_reported_at_its_line(name, severity):
    ini = "[DEFAULT]\nlevel = 1\n\n[app:main]\nuse = egg:shop\n\nsession.type = file\n"
    findings = check_sources({"shop.py": PYRAMID, name: ini}).findings
    assert [(found.code, found.place.path, found.place.line) for found in findings] == [("STL202", name, 7)]
    assert findings[0].severity.value == severity


@pytest.mark.parametrize("value", ["ext:memcached", "cookie", "ext:redis"])
def test_an_external_setting_is_silent(value):
    ini = f"[app:main]\nuse = egg:shop\nsession.type = {value}\n"
    assert not check_sources({"shop.py": PYRAMID, "production.ini": ini}).findings


def test_ini_files_of_tools_are_left_alone():
    assert not check_sources({"shop.py": PYRAMID, "tox.ini": "[tox]\nsession.type = file\n"}).findings


@pytest.mark.parametrize(
    "data", [b"[app:main]\nno value and no = \xff\n", b"[app:main\n[app:x]\n  a\nb = 1\n", b"a = 1\n[app:x]\n"]
)
def test_what_cannot_be_parsed_is_reported_and_the_rest_goes_on(data):
    report = check_sources({"shop.py": PYRAMID, "production.ini": data})
    assert [problem.code for problem in report.problems] == ["STL001"]
    assert report.summary.entry_points
