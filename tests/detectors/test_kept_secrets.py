"""A secret that is kept in a file of the replica says so."""

from pathlib import Path

from statelint.app.pipeline import check_sources
from tests.witness import sources

FIXTURE = Path(__file__).parents[2] / "fixtures" / "flask" / "secrets_kept"


def test_all_but_the_one_that_is_only_in_memory_say_so():
    files = sources(FIXTURE)
    found = [one for one in check_sources(files).findings if one.code == "STL203"]
    silent = [one.place for one in found if "kept in a file" not in one.why]
    assert len(found) > len(silent)
    assert ["MASTER_KEY" in files[place.path].splitlines()[place.line - 1] for place in silent] == [True]
