"""Rows of `rules/affinity`: each is found at the marked line, and its harmless form is silent."""

import pytest

from statelint.app.pipeline import check_sources
from statelint.catalogue.load import load_rules
from statelint.deployment.paths import keys_of
from statelint.deployment.registry import formats
from statelint.deployment.rows import load_affinity
from statelint.sources.deployment_files import has_deployment_name, is_deployment_file
from tests.markers import places_found, places_marked

FILES = load_affinity()
ROWS = [row for file in FILES for row in file.setting]
KINDS = {rule.id: rule.detector for rule in load_rules()}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_row_is_found_at_its_line_and_silent_where_it_is_harmless(row):
    marked = {row.file: row.example}
    report = check_sources(marked)
    assert not report.problems
    assert places_marked(marked)
    assert places_found(report) == places_marked(marked)
    silent = check_sources({row.file: row.silent})
    assert not silent.findings
    assert not silent.problems


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_row_is_complete(row):
    assert row.where
    assert row.pins
    assert row.source
    assert row.instead.endswith(".")
    assert KINDS[row.rule] in {"sticky-setting", "replica-setting"}
    assert set(row.formats) <= set(formats())
    for where in row.where:
        assert keys_of(where)
    for condition in row.when:
        assert [bool(one) for one in (condition.beside, condition.inside, condition.where)].count(True) == 1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_file_with_the_setting_is_read(row):
    assert has_deployment_name(row.file.rpartition("/")[2])
    assert is_deployment_file(row.example.encode())


def test_ids_are_used_once():
    ids = [row.id for row in ROWS]
    assert len(ids) == len(set(ids))


def test_every_format_has_a_row():
    assert {name for row in ROWS for name in row.formats} >= set(formats())
