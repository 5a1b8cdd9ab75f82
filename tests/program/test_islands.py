"""What has nothing to do with one another is parted; whatever may lead from one part to the other joins them."""

import pytest

from statelint.facts.data import facts_of_data
from statelint.facts.extract import extract
from statelint.facts.model import Span
from statelint.program.islands import islands
from statelint.program.modules import Module
from tests.islands import LONG

TWO = {"shop/__init__.py": f"def create(): ...{LONG}", "shop/app.py": "", "blog/__init__.py": "", "blog/app.py": LONG}
LOOSE = {"shop/app.py": f"\n{LONG}", "shop/tools/log.py": "", "blog/app.py": LONG}


def parts(files):
    """Paths of each part."""
    modules = []
    for path, text in files.items():
        is_code = path.endswith(".py")
        modules.append(
            Module(path, extract(text.encode()) if is_code else facts_of_data([(("a",), "1", Span(1, 1, 1, 2))], 1))
        )
    found = islands(modules, {path: text.encode() for path, text in files.items()})
    return [[module.path for module in part] for part in found]


def with_line(files, path, line):
    return {**files, path: f"{line}\n{files[path]}"}


def test_packages_that_know_nothing_of_one_another():
    assert parts(TWO) == [["blog/__init__.py", "blog/app.py"], ["shop/__init__.py", "shop/app.py"]]


def test_folders_without_packages_keep_what_lies_below_them():
    assert parts(LOOSE) == [["shop/app.py", "shop/tools/log.py"], ["blog/app.py"]]


def test_largest_first_whatever_the_order_of_the_files():
    files = {**TWO, "shop/more.py": "\n"}
    first = parts(files)
    assert first[0][0] == "shop/__init__.py"
    assert parts(dict(reversed(files.items()))) == first


@pytest.mark.parametrize(
    "line",
    [
        "import shop",
        "import shop.app as other",
        "from shop import app",
        "from shop.app import *",
        "def later():\n    import shop.app",
        "from importlib import import_module\nimport_module('shop.app')",
        'MIDDLEWARE = ["shop.app.Log"]',
        'NAME = f"shop.{kind}"',
        'run("../shop/app.py")',
        'run("./shop/app.py")',
        'join(HERE, "shop", "app.py")',
        'SERVER = "shop:app"',
        'SERVER = "shop:create"',
    ],
)
def test_imports_and_names_join(line):
    assert len(parts(with_line(TWO, "blog/app.py", line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        'ROUTE = "/shop/cart"',
        "import shopping",
        "import json, flask",
        "# shop",
        "shop = 1",
        'TEXT = "the shop is open"',
        'NAMES = ["shopping", "my_shop"]',
        'MODEL = "shop.Order"',
        'OTHER = "vendor.shop.app"',
        'PAGE = "static/shop/page.html"',
    ],
)
def test_other_words_do_not_join(line):
    assert len(parts(with_line(TWO, "blog/app.py", line))) == 2


@pytest.mark.parametrize(
    "line", ["from ..shop import app", "from ..shop.app import x", "from .. import shop", "import shop.app"]
)
def test_relative_imports_beyond_a_folder_join(line):
    assert len(parts(with_line(LOOSE, "blog/app.py", line))) == 1


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ('NAME = "shop"', 2),
        ('NAME = "shop.app"', 1),
        ('run("python", "../../one/shop/app.py")', 1),
        ("import shop", 1),
    ],
)
def test_a_word_alone_means_what_lies_around(line, count):
    files = {f"{path.replace('shop', 'one/shop').replace('blog', 'two/blog')}": text for path, text in TWO.items()}
    assert len(parts(with_line(files, "two/blog/app.py", line))) == count


def test_each_import_means_the_nearest():
    files = {
        f"{service}/{path}": text
        for service in ("one", "two")
        for path, text in {
            "main.py": f"import common.log\n{LONG}",
            "common/__init__.py": "",
            "common/log.py": "",
        }.items()
    }
    assert [len(part) for part in parts(files)] == [3, 3]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("company/blog/app.py", "import company.shop.app"),
        ("company/blog/app.py", "from company import shop"),
        ("company/blog/app.py", "import company"),
        ("company/blog/app.py", "NAME = 'company.shop.app'"),
    ],
)
def test_packages_in_a_namespace(path, line):
    files = {f"company/{name}": text for name, text in TWO.items()}
    assert len(parts(files)) == 2
    assert len(parts(with_line(files, path, line))) == 1


@pytest.mark.parametrize("path", ["conftest.py", "manage.py", "settings.toml", "config/settings.toml"])
def test_what_lies_above_both_joins_them(path):
    assert len(parts({**TWO, path: ""})) == 1


@pytest.mark.parametrize("path", ["one/settings.toml", "one/config/web/settings.toml"])
def test_settings_beside_a_package_are_of_what_lies_around(path):
    files = {f"{path.replace('shop', 'one/shop').replace('blog', 'two/blog')}": text for path, text in TWO.items()}
    found = parts({**files, path: ""})
    assert path in next(part for part in found if "one/shop/app.py" in part)
    assert len(found) == 2


def test_settings_within_a_package_are_its_own():
    found = parts({**TWO, "shop/config/settings.toml": ""})
    assert "shop/config/settings.toml" in next(part for part in found if "shop/app.py" in part)
    assert len(found) == 2


def test_what_is_small_is_a_part_by_itself():
    found = parts({**TWO, "docs/conf.py": "x = 1", "tools/log.py": "", "shop/more.py": "\n"})
    assert found == [
        ["shop/__init__.py", "shop/app.py", "shop/more.py"], ["blog/__init__.py", "blog/app.py"],
        ["docs/conf.py", "tools/log.py"],
    ]  # fmt: skip


def test_what_is_small_stays_with_the_only_large_part():
    assert len(parts({"shop/app.py": LONG, "docs/conf.py": ""})) == 1


@pytest.mark.parametrize("files", [{}, {"a/app.py": ""}, {"a/app.py": "", "b/app.py": ""}])
def test_small_programs_are_not_parted(files):
    assert parts(files) == [sorted(files)]
