"""The programs of every `[[backend]]` row are judged as their markers say."""

import functools
from collections.abc import Callable

import pytest

from statelint.app import analysis
from statelint.app.pipeline import check_sources
from tests.libraries import LIBRARIES, files_of
from tests.markers import Place, places_found, places_marked


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
    found, marked = places_found(report), places_marked(files)
    assert len(found) == len(report.findings), "two findings of one rule on one line"
    wrong = {"missed": marked - found, "false": found - marked}
    return {kind: sorted(places) for kind, places in wrong.items() if places}


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)
def test_programs_are_judged_as_marked(library):
    judged = {
        f"{row.id} {kind}": differences(code)
        for row in library.backend
        for kind, code in (("example", row.example), ("silent", row.silent))
    }
    assert not {name: wrong for name, wrong in judged.items() if wrong}
