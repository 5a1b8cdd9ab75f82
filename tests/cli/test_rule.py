"""`statelint rule`, and what the command says about itself."""

import pytest

from statelint import __version__
from statelint.catalogue.load import load_rules

RULES = load_rules()


def test_list_has_every_rule_with_its_consequence(statelint):
    done = statelint("rule")
    assert done.code == 0
    assert [tuple(line.split()) for line in done.out.splitlines()] == [
        (rule.id, rule.consequence.value, rule.name) for rule in RULES
    ]


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_page_explains_the_rule(statelint, rule):
    page = statelint("rule", rule.id).out
    assert page.startswith(f"# {rule.id} {rule.name}\n")
    for part in ("## What it finds", "## Why it matters", "## Example", "## Use instead", f"ignore[{rule.id}]"):
        assert part in page
    assert "{" not in page.partition("## Example")[0]
    assert statelint("rule", rule.id.lower()).out == page


def test_code_that_does_not_exist_is_refused_with_the_nearest(statelint):
    done = statelint("rule", "STL1011")
    assert (done.code, done.out) == (2, "")
    assert "did you mean `STL101`?" in done.err


def test_help_and_version(statelint):
    assert statelint("--version").out.strip().endswith(__version__)
    for flag in ("--help", "-h"):
        assert "check" in statelint(flag).out
        assert "--select" in statelint("check", flag).out
    unknown = statelint("chekc")
    assert unknown.code == 2
    assert "chekc" in unknown.err
