"""The shape of rule, framework and library files."""

import ast
import re
from pathlib import Path

import msgspec
import pytest

from statelint.catalogue.load import load_rules
from statelint.catalogue.select import ENGINE_CODES
from statelint.detectors.registry import detectors
from statelint.models.rows import Form
from statelint.sources.bundled import rules_folder
from tests.libraries import BUNDLE

RULES = load_rules()
FIELDS = {"holder", "symbol", "kind", "entry_point", "writer", "reader"}
SETTING = {"setting", "object", "product"}
OF_A_ROW = {"library-backend": {"library", "scope"}, "sticky-setting": SETTING, "replica-setting": SETTING}


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_rule_is_complete(rule):
    fields = FIELDS | OF_A_ROW.get(rule.detector, set())
    for text in (rule.message, rule.why, rule.instead):
        assert set(re.findall(r"\{(\w+)\}", text)) <= fields
    assert rule.why.endswith(".")
    assert rule.instead.endswith(".")
    assert re.search(r"[.?:] ", rule.story), "a story has more than one sentence"
    assert rule.story.rstrip('"').endswith((".", "?"))
    assert rule.false_alarms.endswith(".")
    assert not rule.message.endswith(".")
    marked = [example for example in rule.example if example.is_marked]
    assert len(marked) >= 2
    assert len(rule.example) - len(marked) >= 2
    assert rule.remedy
    programs = (example.code for example in rule.example if example.file.endswith(".py"))
    for code in (*programs, *(remedy.code for remedy in rule.remedy)):
        ast.parse(code)


def test_file_names_are_ids_and_names():
    names = {path.stem for path in (rules_folder() / "state").glob("*.toml")}
    assert names == {f"{rule.id}-{rule.name}" for rule in RULES}


def test_every_kind_has_a_rule_and_every_rule_a_kind():
    assert {rule.detector for rule in RULES} == set(detectors())


def test_every_rule_decodes_its_params():
    kinds = detectors()
    for rule in RULES:
        msgspec.convert(rule.params, kinds[rule.detector].params)


@pytest.mark.parametrize("framework", BUNDLE.frameworks, ids=[framework.name for framework in BUNDLE.frameworks])
def test_framework_rows_say_how_handlers_are_found(framework):
    ids = [row.id for row in framework.entry]
    assert len(ids) == len(set(ids))
    assert (rules_folder() / "frameworks" / f"{framework.name}.toml").is_file()
    for row in framework.entry:
        for text in (row.callables_pattern, row.methods_pattern, row.bases_pattern, row.handler_methods, row.names):
            re.compile(text)
        match row.form:
            case Form.DECORATOR:
                assert row.callables or row.callables_pattern
            case Form.CALL:
                assert row.handler
                assert row.callables or row.callables_pattern
            case Form.BASE_CLASS:
                assert row.bases or row.bases_pattern
                assert row.methods or row.methods_pattern or row.decorators
            case Form.SIGNATURE:
                assert row.params or row.annotated
            case Form.SETTING:
                assert row.setting


def test_ids_in_the_changelog_exist():
    known = {rule.id for rule in RULES} | set(ENGINE_CODES)
    text = (Path(__file__).parents[2] / "docs" / "changelog.md").read_text()
    assert set(re.findall(r"STL\d{3}", text)) <= known
