"""Every example of every rule is judged as its markers say."""

import pytest

from statelint.app.pipeline import check_sources
from statelint.catalogue.load import load_rules
from tests.markers import places_found, places_marked

EXAMPLES = [(rule, example) for rule in load_rules() for example in rule.example]


@pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=[f"{rule.id} {example.title}" for rule, example in EXAMPLES]
)
def test_rule_judges_its_example_as_marked(rule, example):
    files = {example.file: example.code}
    assert places_found(check_sources(files)) == places_marked(files)
