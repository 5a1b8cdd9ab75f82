"""What rows say of libraries holds for the releases that they name. Only files that changed are checked again."""

import pytest

from tests.installed import check
from tests.libraries import LIBRARIES, checked, unchecked
from tests.network import need_package_index


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize("library", unchecked(), ids=lambda library: library.name)
def test_rows_hold_for_the_installed_library(library, tmp_path):
    need_package_index(tmp_path)
    found = check(library, tmp_path)
    assert "wrong" not in found


def test_record_speaks_of_files_that_exist():
    assert set(checked()) <= {library.name for library in LIBRARIES}


def test_record_has_no_mistakes():
    assert not [name for name, found in checked().items() if "wrong" in found]


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)
def test_rows_were_checked_since_they_changed(library):
    assert library not in unchecked(), f"run `python -m tests.installed {library.name}`"
