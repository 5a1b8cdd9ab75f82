"""Rows of `rules/affinity`: each is found at the marked line, and its harmless form is silent."""

import re

import pytest

from statelint.app.pipeline import check_sources
from statelint.catalogue.load import load_rules
from statelint.deployment.explain import marked_line
from statelint.deployment.judge import Judge
from statelint.deployment.paths import compiled, joined, keys_of
from statelint.deployment.recognition import Recognition
from statelint.deployment.registry import formats, read_deployment
from statelint.deployment.rows import PYTHON, AffinityFile, load_affinity
from statelint.sources.deployment_files import has_deployment_name, is_always_read
from tests.conftest import PROJECT
from tests.markers import has_one_finding_for_each_mark, places_found, places_marked

FILES = load_affinity()
ROWS = [row for file in FILES for row in file.setting]
COPIES = [row for file in FILES for row in file.copies]
WITHOUT = [row for file in FILES for row in file.without]
IN_FILES = [row for row in ROWS if PYTHON not in row.formats]
COPIES_IN_FILES = [row for row in COPIES if PYTHON not in row.formats]
MARKED = re.compile(r"copies(?P<below>-below)?: (?P<count>\d+)")
OF_REPLICAS = {"STL801", "STL802"}
ONLY_GIVE_VALUES = {"dotenv"}
KINDS = {rule.id: rule.detector for rule in load_rules()}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_row_is_found_at_its_line_and_silent_where_it_is_harmless(row):
    marked = {**row.files, row.file: row.example}
    report = check_sources(marked)
    assert not report.problems
    assert places_marked(marked)
    assert places_found(report) == places_marked(marked)
    assert has_one_finding_for_each_mark(report, marked)
    silent = check_sources({**row.files, row.file: row.silent})
    assert not [one.code for one in silent.findings if one.place.path == row.file]
    if PYTHON in row.formats:
        return
    documents, _ = read_deployment([(row.file, row.example)])
    assert row.id in {hit.row.id for document in documents for hit in Judge(FILES, documents).hits(document)}
    documents, refused = read_deployment([(row.file, row.silent)])
    assert documents
    assert not refused


@pytest.mark.parametrize("row", COPIES, ids=lambda row: row.id)
def test_row_of_copies_counts_them_at_its_line(row):
    line, count = copies_marked(row.example)
    found = check_sources({"app.py": PROJECT, **row.files, row.file: row.example}).findings
    copies = next(one.copies for one in found if one.code == "STL101")
    assert [(one.place.path, one.place.line, one.count) for one in copies] == [(row.file, line, count)]
    assert str(count) in copies[0].says
    fewer = (
        row.example.replace(f": {count}", ": 1")
        .replace(f" = {count}", " = 1")
        .replace(f"s {count}", "s 1")
        .replace(f"={count}", "=1")
    )
    fewer = fewer.replace(f'"{count}"', '"1"')
    assert not any(one.copies for one in check_sources({"app.py": PROJECT, **row.files, row.file: fewer}).findings)


@pytest.mark.parametrize("row", WITHOUT, ids=lambda row: row.id)
def test_product_without_such_a_setting_is_silent(row):
    report = check_sources({"app.py": PROJECT, row.file: row.silent})
    assert not [one for one in report.findings if one.place.path == row.file]
    assert not report.problems
    assert row.why.endswith(".")
    assert row.source


def copies_marked(text):
    """The line and the number of `copies: 3`."""
    for number, line in enumerate(text.splitlines(), 1):
        if (match := MARKED.search(line)) is not None:
            return number + (match["below"] is not None), int(match["count"])
    raise AssertionError("no mark")


@pytest.mark.parametrize("row", [row for row in IN_FILES if row.when or "true" in row.pins], ids=lambda row: row.id)
def test_harmless_form_of_a_switch_or_a_condition_holds_the_setting(row):
    documents, _ = read_deployment([(row.file, row.silent)])
    if row.rule in OF_REPLICAS:
        return  # the harmless form may do without
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
    assert set(row.formats) <= {*formats(), PYTHON}
    for where in row.where:
        assert keys_of(where)
    for condition in row.when:
        assert [bool(one) for one in (condition.beside, condition.inside, condition.where)].count(True) == 1


@pytest.mark.parametrize("row", [*IN_FILES, *COPIES_IN_FILES], ids=lambda row: row.id)
def test_file_with_the_setting_is_read(row):
    name = row.file.rpartition("/")[2]
    assert has_deployment_name(name)
    alone = Recognition([AffinityFile("", (row,) if row in ROWS else (), (row,) if row in COPIES else ())])
    assert is_always_read(name) or alone.may_matter(row.example.encode())


@pytest.mark.parametrize("row", [*ROWS, *COPIES], ids=lambda row: row.id)
def test_table_shows_the_line_at_which_it_is_found(row):
    shown = marked_line(row)
    assert shown
    assert "expect" not in shown
    assert any(shown in line for line in row.example.splitlines())


def test_ids_are_used_once():
    ids = [row.id for row in ROWS]
    assert len(ids) == len(set(ids))


def test_every_format_has_a_row():
    read = (read_deployment([(row.file, row.example)])[0] for row in (*IN_FILES, *COPIES_IN_FILES))
    assert {document.format for documents in read for document in documents} == set(formats()) - ONLY_GIVE_VALUES
