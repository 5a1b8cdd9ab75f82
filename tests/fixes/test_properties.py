"""What holds of every fix, over the programs of all rows and rules and over the fixtures."""

import pytest

from statelint.catalogue.load import load_rules
from tests.fixing import assert_well_fixed
from tests.fixtures.test_fixtures import ROOT, applications
from tests.libraries import ROWS, files_of
from tests.witness import sources

IN_ABSENCE = {"ninja-throttle", "django-ratelimit", "flask-session-cachelib"}  # no setting that could be changed
PROGRAMS = {
    **{row.id: (row.rule, files_of(row.example)) for _, row in ROWS if row.fix and row.id not in IN_ABSENCE},
    **{
        f"{rule.id} {example.title}": (rule.id, {example.file: example.code})
        for rule in load_rules()
        for example in rule.example
        if any(not fix.plain for fix in rule.fix) and example.is_marked
    },
}
TAILS = {"line feeds": (b"", b"\n"), "carriage returns and a mark": (b"\xef\xbb\xbf", b"\r\n")}


@pytest.mark.parametrize("form", TAILS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_finding_of_a_row_is_gone_after_its_fix(name, form):
    code, files = PROGRAMS[name]
    mark, end = TAILS[form]
    data = {path: mark + text.lstrip("\n").encode().replace(b"\n", end) for path, text in files.items()}
    offered, _ = assert_well_fixed(data)
    assert code in {finding.code for finding in offered}


@pytest.mark.slow
@pytest.mark.parametrize("folder", applications(), ids=lambda folder: str(folder.relative_to(ROOT)))
def test_fixes_of_an_application(folder):
    assert_well_fixed(sources(folder))
