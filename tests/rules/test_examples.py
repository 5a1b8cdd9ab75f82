"""Every example of every rule is judged as its markers say."""

import pytest

from statelint.app.pipeline import check_sources
from statelint.catalogue.load import load_rules
from tests.markers import has_one_finding_for_each_mark, places_found, places_marked

EXAMPLES = [(rule, example) for rule in load_rules() for example in rule.example]


@pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=[f"{rule.id} {example.title}" for rule, example in EXAMPLES]
)
def test_rule_judges_its_example_as_marked(rule, example):
    files = {example.file: example.code}
    report = check_sources(files)
    assert places_found(report) == places_marked(files)
    assert has_one_finding_for_each_mark(report, files)
