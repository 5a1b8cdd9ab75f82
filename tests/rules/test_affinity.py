"""Rows of `rules/affinity`: each is found at the marked line, and its harmless form is silent."""

import pytest

from statelint.app.pipeline import check_sources
from statelint.catalogue.load import load_rules
from statelint.deployment.judge import Judge
from statelint.deployment.paths import compiled, joined, keys_of
from statelint.deployment.registry import formats, read_deployment
from statelint.deployment.rows import load_affinity
from statelint.sources.deployment_files import has_deployment_name, is_deployment_file
from tests.markers import has_one_finding_for_each_mark, places_found, places_marked

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
    assert has_one_finding_for_each_mark(report, marked)
    documents, refused = read_deployment([(row.file, row.silent)])
    assert documents
    assert not refused
    assert not [hit.row.id for document in documents for hit in Judge(FILES).hits(document)]


@pytest.mark.parametrize("row", [row for row in ROWS if row.when or "true" in row.pins], ids=lambda row: row.id)
def test_harmless_form_of_a_switch_or_a_condition_holds_the_setting(row):
    documents, _ = read_deployment([(row.file, row.silent)])
    paths = [joined(one.path) for document in documents for part in document.parts for one in part.settings]
    assert any(compiled(where).fullmatch(path) for where in row.where for path in paths)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_row_is_complete(row):
    assert row.where
    assert row.pins
    assert row.source
    assert row.default
    assert row.verified or row.note, "say what was not read"
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
