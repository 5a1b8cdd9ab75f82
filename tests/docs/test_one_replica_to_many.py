"""The page that takes the sample application from one replica to many: its steps do what they say."""

import re

from statelint.app.pipeline import check_sources
from statelint.report.verdicts import verdicts
from tests.docs.pages import ROOT, blocks
from tests.report.samples import RULES

PAGE = ROOT / "docs" / "from-one-replica-to-many.md"
SAMPLE = ROOT / "fixtures" / "sample"


def steps():
    """Path and text of each file that the page writes, in its order."""
    for block in blocks(PAGE, "python"):
        if name := re.match(r"# (shop/\w+\.py)\n", block.text):
            yield name[1], block.text


def test_each_step_removes_the_finding_of_its_heading():
    files = {path.relative_to(SAMPLE).as_posix(): path.read_text() for path in SAMPLE.rglob("*.py")}
    headings = re.findall(r"^## The \w+: (STL\d+)$", PAGE.read_text(), re.MULTILINE)
    open_codes = {finding.code for finding in check_sources(files).findings}
    assert open_codes == set(headings)
    removed = []
    for path, text in steps():
        files[path] = text
        left = {finding.code for finding in check_sources(files).findings}
        removed += sorted(open_codes - left)
        open_codes = left
    assert removed == headings
    assert not open_codes
    assert {verdict.answer.value for verdict in verdicts(check_sources(files), RULES)} == {"yes"}


def test_table_of_the_page_names_the_findings():
    files = {path.relative_to(SAMPLE).as_posix(): path.read_text() for path in SAMPLE.rglob("*.py")}
    rows = re.findall(r"^\| \[(STL\d+)\]\(.*?\) \| `(\w+)` in `([\w/.]+)`", PAGE.read_text(), re.MULTILINE)
    found = {(finding.code, finding.short, finding.place.path) for finding in check_sources(files).findings}
    assert set(rows) == found
