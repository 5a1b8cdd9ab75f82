"""State is found through every way in which Python code gets at another module."""

import pytest

from statelint.app.pipeline import check_sources
from tests.markers import places_found

VIEW = """\
import flask
{imports}
app = flask.Flask(__name__)
@app.post("/<key>")
def put(key):
    {use}[key] = flask.request.data
    return str({use}[key])
"""
STORE = "ITEMS = {}\nOTHER = {}\n"


def codes(files, path):
    return {line for found, line, _ in places_found(check_sources(files)) if found == path}


@pytest.mark.parametrize(
    ("imports", "use"),
    [
        ("import shop.store", "shop.store.ITEMS"),
        ("import shop.store as s", "s.ITEMS"),
        ("from shop import store", "store.ITEMS"),
        ("from shop import store as s", "s.ITEMS"),
        ("from shop.store import ITEMS", "ITEMS"),
        ("from shop.store import ITEMS as things", "things"),
        ("from shop.store import *", "ITEMS"),
        ("from . import store", "store.ITEMS"),
        ("from .store import ITEMS", "ITEMS"),
        ("from .store import *", "ITEMS"),
        ("from ..shop.store import ITEMS", "ITEMS"),
        ("import importlib\nstore = importlib.import_module('shop.store')", "store.ITEMS"),
        ("import importlib\nstore = importlib.import_module('.store', 'shop')", "store.ITEMS"),
        ("import importlib\nstore = importlib.import_module('.store', __package__)", "store.ITEMS"),
        ("import importlib\nstore = importlib.import_module('..store', package='shop.sub')", "store.ITEMS"),
        ("from importlib import import_module as load\nstore = load('shop.store')", "store.ITEMS"),
        ("store = __import__('shop.store', fromlist=['ITEMS'])", "store.ITEMS"),
        ("try:\n    from shop.fast import ITEMS\nexcept ImportError:\n    from shop.store import ITEMS", "ITEMS"),
        ("try:\n    from shop.store import ITEMS\nexcept ImportError:\n    ITEMS = None", "ITEMS"),
        (
            "import sys\nif sys.version_info >= (3, 9):\n    from shop.store import ITEMS\nelse:\n    ITEMS = None",
            "ITEMS",
        ),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import x\nelse:\n    from shop.store import ITEMS",
            "ITEMS",
        ),
        ("from shop import ITEMS", "ITEMS"),
        ("import shop", "shop.ITEMS"),
        ("from shop.api import ITEMS", "ITEMS"),
        ("from shop.api import renamed", "renamed"),
        ("from shop.everything import ITEMS", "ITEMS"),
        ("from shop.everything import *", "ITEMS"),
        ("from shop.lazy import ITEMS", "ITEMS"),
    ],
)
def test_import(imports, use):
    files = {
        "shop/__init__.py": "from .store import ITEMS\n",
        "shop/store.py": STORE,
        "shop/views.py": VIEW.format(imports=imports, use=use),
        "shop/api.py": "from .store import ITEMS, ITEMS as renamed\n__all__ = ['ITEMS', 'renamed']\n",
        "shop/everything.py": "from .store import *\nfrom .api import *\n",
        "shop/lazy.py": "def __getattr__(name):\n    from . import store\n    return store.ITEMS\n",
    }
    assert codes(files, "shop/store.py") == {1}


def test_import_inside_the_function():
    view = "import flask\napp = flask.Flask(__name__)\n@app.post('/<k>')\ndef put(k):\n    from store import ITEMS\n    ITEMS[k] = 1\n    return str(ITEMS[k])\n"
    assert codes({"store.py": STORE, "views.py": view}, "store.py") == {1}


def test_star_takes_what_all_names():
    files = {
        "store.py": "__all__ = ['_HIDDEN']\n_HIDDEN = {}\nITEMS = {}\n",
        "views.py": VIEW.format(imports="ITEMS = {}\nfrom store import *", use="_HIDDEN"),
    }
    assert codes(files, "store.py") == {2}
    files["views.py"] = VIEW.format(imports="ITEMS = {}\nfrom store import *", use="ITEMS")
    assert codes(files, "store.py") == set()
    assert codes(files, "views.py") == {2}


@pytest.mark.parametrize("folder", ["", "src/", "backend/src/", "services/cart/"])
def test_layouts(folder):
    files = {
        f"{folder}shop/__init__.py": "", f"{folder}shop/store.py": STORE,
        f"{folder}shop/views.py": VIEW.format(imports="from shop.store import ITEMS", use="ITEMS"),
    }  # fmt: skip
    assert codes(files, f"{folder}shop/store.py") == {1}


@pytest.mark.parametrize("folder", ["", "src/", "services/cart/"])
def test_package_that_imports_from_itself_by_name(folder):
    files = {
        f"{folder}shop/__init__.py": "import flask\nblueprint = flask.Blueprint('shop', __name__)\nfrom shop import views\n",
        f"{folder}shop/store.py": STORE,
        f"{folder}shop/views.py": (
            "from shop import blueprint\nfrom shop.store import ITEMS\n"
            "@blueprint.post('/<key>')\ndef put(key):\n    ITEMS[key] = 1\n    return str(ITEMS[key])\n"
        ),
    }  # fmt: skip
    found = check_sources(files).findings
    assert [(one.place.path, one.symbol) for one in found] == [(f"{folder}shop/store.py", "shop.store.ITEMS")]


@pytest.mark.parametrize("folder", ["", "src/", "services/cart/"])
def test_names_of_a_package_are_those_that_imports_use(folder):
    view = VIEW.format(imports="ITEMS = {}", use="ITEMS")
    found = check_sources({f"{folder}shop/__init__.py": view}).findings
    assert [one.symbol for one in found] == ["shop.ITEMS"]


@pytest.mark.parametrize("folder", ["", "src/", "backend/src/"])
def test_namespace_packages(folder):
    files = {
        f"{folder}corp/shop/store.py": STORE,
        f"{folder}corp/shop/views.py": VIEW.format(imports="from corp.shop.store import ITEMS", use="ITEMS"),
    }
    assert codes(files, f"{folder}corp/shop/store.py") == {1}


def test_several_roots_with_the_same_names_are_kept_apart():
    files = {
        "one/app/__init__.py": "", "one/app/store.py": STORE, "one/app/views.py": VIEW.format(imports="from app.store import ITEMS", use="ITEMS"),
        "two/app/__init__.py": "", "two/app/store.py": STORE, "two/app/views.py": VIEW.format(imports="from app.store import OTHER", use="OTHER"),
    }  # fmt: skip
    assert codes(files, "one/app/store.py") == {1}
    assert codes(files, "two/app/store.py") == {2}


@pytest.mark.parametrize(("imported", "frameworks"), [(".flask", ()), ("flask", ("flask",))])
def test_only_absolute_imports_name_a_library(imported, frameworks):
    files = {"shop/__init__.py": f"from {imported} import *\n", "shop/flask.py": STORE}
    assert check_sources(files).summary.frameworks == frameworks
