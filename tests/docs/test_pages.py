"""Pages say what the code does: generated ones are fresh, links resolve, code parses, names are complete."""

import ast
import re
import subprocess
import sys

import pytest

from statelint.catalogue.load import load_rules
from statelint.catalogue.select import ENGINE_CODES
from statelint.detectors.registry import detectors
from statelint.domain.words import Consequence
from statelint.models.explain import FORMS
from statelint.models.rows import Form
from statelint.settings.options import Options
from tests.docs.pages import PAGES, ROOT, blocks, name_of
from tests.libraries import BUNDLE

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LINK = re.compile(r"\]\((?!https?:|mailto:)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
CODES = {rule.id for rule in load_rules()}
ENGINE = set(ENGINE_CODES)


def docs(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "statelint", "docs", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_generated_pages_are_fresh():
    done = docs("--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_stale_pages_are_named_and_repaired(tmp_path):
    folder = str(tmp_path)
    assert docs("--folder", folder).returncode == 0
    changed, missing = tmp_path / "rules" / "README.md", tmp_path / "frameworks" / "flask.md"
    changed.write_text(changed.read_text() + "more\n")
    retired = tmp_path / "rules" / "STL999-retired.md"
    retired.write_text(missing.read_text())
    missing.unlink()
    own = tmp_path / "rules" / "notes.md"
    own.write_text("ours\n")
    done = docs("--check", "--folder", folder)
    assert done.returncode == 1
    assert {line.split()[0] for line in done.stdout.splitlines()} == {str(changed), str(missing), str(retired)}
    assert f"run `statelint docs --folder {folder}`" in done.stderr
    assert docs("--folder", folder).returncode == 0
    assert docs("--check", "--folder", folder).returncode == 0
    assert not retired.exists()
    assert own.exists()


def test_ids_of_catalogue_pages_index_and_examples_are_equal():
    pages = {page.name[:6] for page in (ROOT / "docs" / "rules").glob("STL*.md")}
    index = set(re.findall(r"STL\d{3}", (ROOT / "docs" / "rules" / "README.md").read_text()))
    marked = {
        code
        for rule in load_rules()
        for example in rule.example
        for code in re.findall(r"expect: (STL\d{3})", example.code)
    }
    assert pages == CODES
    assert index == CODES
    assert marked == CODES


def test_frameworks_have_a_page_each():
    names = {framework.name for framework in BUNDLE.frameworks}
    assert {page.stem for page in (ROOT / "docs" / "frameworks").glob("*.md")} - {"README"} == names


@pytest.mark.parametrize("page", ["README.md", "docs/changelog.md"])
def test_number_of_frameworks_is_right(page):
    claimed = re.findall(r"\b(\d+) (?:frameworks|of them)", (ROOT / page).read_text())
    assert claimed == [str(len(BUNDLE.frameworks))]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_code_parses(page):
    for block in blocks(page, "python"):
        ast.parse(block.text)
    for block in blocks(page, "toml"):
        tomllib.loads(block.text)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_resolve(page):
    for match in LINK.finditer(page.read_text()):
        target = (page.parent / match["path"]).resolve() if match["path"] else page
        assert target.exists(), match[0]
        if match["anchor"]:
            headings = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
            assert match["anchor"] in {re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings}


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name != "rules"], ids=name_of)
def test_ids_that_a_page_names_exist(page):
    named = set(re.findall(r"STL\d{3}", page.read_text()))
    assert {code for code in named if not code.startswith("STL9")} <= CODES | ENGINE


def column(page: str, heading: str) -> set[str]:
    """First cells, in backticks, of the first table below a heading."""
    text = (ROOT / "docs" / page).read_text().partition(heading)[2]
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert table is not None
    return {name for row in table[0].splitlines()[2:] for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_every_form_of_an_entry_point_is_explained():
    described = (ROOT / "docs" / "writing-a-rule.md").read_text().partition("The forms of an entry are")[2]
    for form in Form:
        assert FORMS[form.value]
        assert f"`{form.value}`" in described.partition(":")[0]


def test_every_setting_is_documented():
    keys = {field.replace("_", "-") for field in Options.__struct_fields__}
    assert column("configuration.md", "# Configuration") == keys


def test_every_detector_kind_and_its_parameters_are_documented():
    assert column("writing-a-rule.md", "The kinds and their parameters:") == set(detectors())
    params = detectors()["written-while-serving"].params.__struct_fields__
    described = column("writing-a-rule.md", "A rule of kind `written-while-serving` takes")
    assert described | {"priority"} == set(params)


def test_every_consequence_is_explained():
    assert column("glossary.md", "A finding's consequence") == {consequence.value for consequence in Consequence}


def test_every_decision_is_listed():
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text())
    assert listed == sorted(page.name for page in folder.glob("0*.md"))
