"""The programs of every `[[backend]]` row are judged as their markers say."""

import functools
from collections.abc import Callable

import pytest

from statelint.app import analysis
from statelint.app.pipeline import check_sources
from statelint.catalogue.load import load_rules
from tests.libraries import LIBRARIES, files_of
from tests.markers import Place, places_found, places_marked

RULES = {rule.id for rule in load_rules()}


@pytest.fixture(scope="module", autouse=True)
def catalogue_read_once():
    """Reading the catalogue takes longer than judging a small program."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("load_rules", "load_models"):
            patch.setattr(analysis, name, remembered(getattr(analysis, name)))
        yield


def remembered(read: Callable[[], object]) -> Callable[..., object]:
    once = functools.cache(read)
    return lambda *_: once()


def differences(code: str) -> dict[str, list[Place]]:
    files = files_of(code)
    report = check_sources(files)
    found = places_found(report)
    assert len(found) == len(report.findings), "two findings of one rule on one line"
    marked = places_marked(files)
    judged = {place for place in marked if place[2] in RULES}
    elsewhere = {place[:2] for place in marked - judged}  # a rule that is still to come decides on these lines
    false = {place for place in found - judged if place[:2] not in elsewhere}
    return {kind: sorted(places) for kind, places in (("missed", judged - found), ("false", false)) if places}


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)
def test_programs_are_judged_as_marked(library):
    judged = {
        f"{row.id} {kind}": differences(code)
        for row in library.backend
        for kind, code in (("example", row.example), ("silent", row.silent))
    }
    assert not {name: wrong for name, wrong in judged.items() if wrong}
