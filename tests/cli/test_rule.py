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
    assert "There is no command `chekc`. Did you mean `check`?" in unknown.err
    assert "Commands are accepted, baseline, check, " in statelint("zzz").err


HOUSE = """
id = "STL901"
name = "rule-of-the-shop"
since = "1"
detector = "written-while-serving"
consequence = "breaks"
message = "`{holder}` breaks the rule of the shop"
why = "We agreed on it."
instead = "Ask the data team."
[params]
priority = 100
"""


@pytest.fixture
def shops(tree):
    """A repository whose projects add rules, one of them inside another."""
    return tree({
        ".git/HEAD": "",
        "shop/pyproject.toml": '[tool.statelint]\nrules = ["lint/"]\n', "shop/lint/a.toml": HOUSE, "shop/app.py": "",
        "shop/plugins/x/statelint.toml": 'rules = ["../../lint", "own"]\n',
        "shop/plugins/x/own/b.toml": HOUSE.replace("STL901", "STL902").replace("of-the-shop", "of-a-plugin"),
        "bank/statelint.toml": 'rules = ["lint"]\n', "bank/app.py": "",
        "bank/lint/c.toml": HOUSE.replace("of-the-shop", "of-the-bank"),
    })  # fmt: skip


def added(statelint):
    lines = (line.split(maxsplit=2) for line in statelint("rule").out.splitlines())
    return [(code, rest) for code, _, rest in lines if code.startswith("STL9")]


def test_rules_of_projects_inside_are_listed_with_their_folders(shops, statelint, monkeypatch):
    assert added(statelint) == [
        ("STL901", "rule-of-the-bank  (of bank)"), ("STL901", "rule-of-the-shop  (of shop)"),
        ("STL901", "rule-of-the-shop  (of shop/plugins/x)"), ("STL902", "rule-of-a-plugin  (of shop/plugins/x)"),
    ]  # fmt: skip
    monkeypatch.chdir(shops / "shop/lint")
    assert added(statelint) == [
        ("STL901", "rule-of-the-shop"), ("STL902", "rule-of-a-plugin  (of ../plugins/x)"),
    ]  # fmt: skip


def test_rules_of_projects_inside_are_explained(shops, statelint, monkeypatch):
    assert statelint("rule", "stl902").out.startswith("# STL902 rule-of-a-plugin\n")
    titles = [line for line in statelint("rule", "STL901").out.splitlines() if line.startswith("# ")]
    assert titles == ["# STL901 rule-of-the-bank", "# STL901 rule-of-the-shop"]
    monkeypatch.chdir(shops / "bank")
    assert statelint("rule", "STL901").out.startswith("# STL901 rule-of-the-bank\n")


def test_rule_of_another_project_is_refused_with_what_was_looked_at(shops, statelint, monkeypatch):
    monkeypatch.chdir(shops / "bank")
    done = statelint("rule", "STL902")
    assert (done.code, done.out) == (2, "")
    assert "no rule `STL902` in the catalogue or in the project at `.`" in done.err
    assert "a rule that another project adds is known in the folder of that project" in done.err
    monkeypatch.chdir(shops)
    assert "the project at `.` and 3 projects inside" in statelint("rule", "other").err
    assert "did you mean `STL902`?" in statelint("rule", "STL9021").err
