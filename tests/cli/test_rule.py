"""`statelint rule`, and what the command says about itself."""

import pytest

from statelint import __version__
from statelint.catalogue.load import load_rules
from statelint.catalogue.select import ENGINE_CODES

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
    for part in (
        "## What it finds",
        "## Why it matters",
        "## Example",
        "## With two replicas",
        "## Use instead",
        "## False alarms",
        f"ignore[{rule.id}]",
    ):
        assert part in page
    assert "{" not in page.partition("## Example")[0]
    assert statelint("rule", rule.id.lower()).out == page


def test_remedies_of_one_framework(statelint):
    page = statelint("rule", "STL201", "--framework", "django").out
    headings = [line for line in page.splitlines() if line.startswith("### ")]
    assert headings == [
        "### django: Django's sessions, cached in Redis",
        "### any framework: a token that carries its own data",
    ]
    refused = statelint("rule", "STL201", "--framework", "djangoo")
    assert refused.code == 2
    assert "django" in refused.err


@pytest.mark.parametrize(("code", "name"), ENGINE_CODES.items(), ids=ENGINE_CODES)
def test_our_own_codes_are_explained(statelint, code, name):
    page = statelint("rule", code).out
    assert page.startswith(f"# {code} {name}\n")
    assert len(page.splitlines()) > 2


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
