"""Which codes are reported."""

import pytest

from statelint.catalogue.load import load_rules
from statelint.catalogue.select import all_codes, selected
from statelint.domain.errors import CatalogueError, UsageError
from statelint.settings.options import Selection

RULES = load_rules()
ALL = frozenset(all_codes(RULES))


def layer(select=None, extend=(), ignore=()):
    return Selection(select=select, extend_select=extend, ignore=ignore)


def of(prefix):
    return {code for code in ALL if code.startswith(prefix)}


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], ALL),
        ([layer(select=("STL1",))], of("STL1")),
        ([layer(select=())], set()),
        ([layer(select=("ALL",), ignore=("STL1",))], ALL - of("STL1")),
        ([layer(ignore=("STL10", "STL2"))], ALL - of("STL10") - of("STL2")),
        ([layer(select=("STL101",), ignore=("STL1",))], {"STL101"}),
        ([layer(select=("STL1",), ignore=("STL101",))], of("STL1") - {"STL101"}),
        ([layer(select=("STL101",), ignore=("STL101",))], set()),
        ([layer(select=("STL2",), extend=("STL101",))], of("STL2") | {"STL101"}),
        ([layer(ignore=("STL101",)), layer(select=("STL1",))], of("STL1")),
        ([layer(ignore=("STL101",)), layer(ignore=("STL102",))], ALL - {"STL101", "STL102"}),
        ([layer(ignore=("STL101",)), layer(extend=("STL101",))], ALL),
        ([layer(select=("STL101",)), layer(extend=("STL2",))], of("STL2") | {"STL101"}),
        ([layer(select=("STL101", "STL2")), layer(ignore=("STL1",))], of("STL2")),
    ],
)
def test_longest_prefix_decides_and_flags_win_over_files(layers, expected):
    assert selected(RULES, layers) == expected


@pytest.mark.parametrize("prefix", ["XYZ", "STL999", "stl101", "STL1011"])
def test_prefix_that_selects_nothing_is_refused(prefix):
    with pytest.raises(UsageError, match=prefix):
        selected(RULES, [layer(ignore=(prefix,))])


def test_missing_folder_of_rules_is_refused(tmp_path):
    with pytest.raises(CatalogueError, match="no such folder"):
        load_rules([tmp_path / "lint"])
