"""The shape of `[[backend]]` rows: what each must say, and that its programs are about it."""

import ast
import re
import sys
from collections import Counter

import pytest

from statelint.catalogue.load import load_rules
from statelint.models.explain_clauses import is_reported
from statelint.models.rows import BackendForm, Clause
from tests.libraries import BUNDLE, ROWS, clauses_of, files_of, names_of
from tests.markers import places_marked

TESTS = ("absent", "present", "always", "equals", "prefix", "suffix", "contains", "call", "instance_of", "drawn")
RULES = {rule.id for rule in load_rules()}
SCOPES = {"process", "host", "client"}
RELEASE = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)==\d[\w.+]*")
COMPANIONS = {
    "asyncpg", "boto3", "httpx", "numpy", "psycopg", "pydantic", "redis", "requests", "sqlalchemy", "urls", "settings",
}  # fmt: skip
FRAMEWORKS = {name.partition(".")[0] for framework in BUNDLE.frameworks for name in framework.imports}
LIBRARIES = {name.partition(".")[0] for _, row in ROWS for name in names_of(row)}
EACH_ROW = pytest.mark.parametrize(("library", "row"), ROWS, ids=[row.id for _, row in ROWS])


def imported(text: str) -> set[str]:
    """Top-level packages that a program imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {name.partition(".")[0] for name in found}


def dotted_of(clause: Clause) -> tuple[str, ...]:
    texts = tuple(str(value) for value in clause.equals)
    return (*clause.call, *clause.instance_of, *clause.prefix, *clause.contains, *texts)


def test_ids_are_unique_words():
    twice = [name for name, count in Counter(row.id for _, row in ROWS).items() if count > 1]
    assert not twice
    for _, row in ROWS:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.id)


@EACH_ROW
def test_row_says_what_it_is_about(library, row):
    assert row.rule in RULES
    assert row.scope in SCOPES
    assert row.callables
    assert all(re.fullmatch(r"\w+(\.\w+)+", name) for name in (*row.callables, *row.alternatives))
    if row.form is BackendForm.SETTING:
        assert row.settings
    if is_reported(row):
        assert row.why.endswith(".")
        assert row.instead.endswith(".")
    else:
        assert row.note, "say why it is never reported"


@EACH_ROW
def test_each_clause_asks_one_thing(library, row):
    for clause in clauses_of(row):
        assert bool(clause.arg) + bool(clause.setting) + clause.always == 1, clause
        assert sum(bool(getattr(clause, name)) for name in TESTS) == 1, clause
        if clause.position is not None or clause.of:
            assert clause.arg, clause


@EACH_ROW
def test_row_names_the_releases_that_were_looked_at(library, row):
    assert row.verified
    releases = [RELEASE.fullmatch(release) for release in row.verified.split()]
    assert all(releases)
    own = re.sub(r"[-_.]+", "-", library.package).lower()
    assert {release["name"] for release in releases} & {library.package.lower(), own, "cpython"}


@EACH_ROW
def test_programs_parse_and_are_about_the_library(library, row):
    assert row.example
    clauses = {name.partition(".")[0] for clause in clauses_of(row) for name in dotted_of(clause)}
    allowed = clauses | LIBRARIES | FRAMEWORKS | COMPANIONS | set(sys.stdlib_module_names)
    for code in filter(None, (row.example, row.silent)):
        for text in (text for path, text in files_of(code).items() if path.endswith(".py")):
            assert imported(text) <= allowed


@EACH_ROW
def test_example_is_marked_and_the_other_is_silent(library, row):
    marked = {code for _, _, code in places_marked(files_of(row.example))}
    if is_reported(row):
        assert row.rule in marked
        assert row.silent
    else:
        assert not marked
    assert not places_marked(files_of(row.silent))
