"""`statelint graph`."""

import json

import pytest

APP = """\
import flask
from shop.store import Store

app = flask.Flask(__name__)
store = Store()


@app.post("/cart/<item>")
def add(item):
    store.add(item)
    return list(map(str, store.items))


def idle():
    return max(1, 2)
"""
STORE = "class Store:\n    def __init__(self):\n        self.items = []\n\n    def add(self, item):\n        self.items.append(item)\n"


@pytest.fixture
def shop(tree):
    return tree({"pyproject.toml": "", "shop/__init__.py": "", "shop/views.py": APP, "shop/store.py": STORE})


def graph(statelint, *arguments):
    done = statelint("graph", *arguments)
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_every_function_and_module_is_a_key_and_all_is_sorted(shop, statelint):
    found = graph(statelint)
    assert {"shop", "shop.views", "shop.views.add", "shop.views.idle", "shop.store", "shop.store.Store.add"} <= set(
        found
    )
    assert list(found) == sorted(found)
    assert all(callees == sorted(callees) for callees in found.values())
    assert "shop.store.Store.add" in found["shop.views.add"]
    assert "<builtin>.map" in found["shop.views.add"]
    assert found["shop.store.Store.add"] == ["<**PyList**>.append"]
    assert found["shop.views.idle"] == ["<builtin>.max"]


def test_path_chooses_the_program(shop, statelint):
    assert "store.Store.add" in graph(statelint, "shop/store.py") or "shop.store.Store.add" in graph(statelint, "shop")
    assert graph(statelint, ".") == graph(statelint)


@pytest.mark.parametrize("start", ["shop.views.add", "POST /cart/<item>"])
def test_from_keeps_what_is_reached(shop, statelint, start):
    found = graph(statelint, "--from", start)
    assert {"shop.views.add", "shop.store.Store.add"} <= set(found)
    assert not {"shop.views", "shop.views.idle"} & set(found)


def test_to_keeps_what_reaches(shop, statelint):
    found = graph(statelint, "--to", "shop.store.Store.add")
    assert found["shop.views.add"] == ["shop.store.Store.add"]
    assert "shop.views.idle" not in found
    both = graph(statelint, "--from", "shop.views.add", "--to", "shop.store.Store.add")
    assert both == {"shop.store.Store.add": [], "shop.views.add": ["shop.store.Store.add"]}


@pytest.mark.parametrize("option", ["--from", "--to"])
def test_name_that_does_not_exist_is_refused_with_the_nearest(shop, statelint, option):
    done = statelint("graph", option, "shop.views.ad")
    assert (done.code, done.out) == (2, "")
    assert "did you mean `shop.views.add`?" in done.err


def test_drawings(shop, statelint):
    dot = statelint("graph", "--from", "shop.views.add", "--format", "dot").out
    assert dot.startswith("digraph calls {\n")
    assert '  "shop.views.add" -> "shop.store.Store.add";\n' in dot
    assert dot.endswith("}\n")
    mermaid = statelint("graph", "--from", "shop.views.add", "--format", "mermaid").out
    assert mermaid.startswith("flowchart LR\n")
    assert '["shop.views.add"]' in mermaid
    assert '["#lt;builtin#gt;.map"]' in mermaid
    assert statelint("graph", "--format", "svg").code == 2


def test_file_that_cannot_be_read_is_told_and_the_rest_drawn(shop, statelint):
    (shop / "broken.py").write_text("def (")
    done = statelint("graph")
    assert done.code == 0
    assert "broken.py:1: STL001" in done.err
    assert "shop.views.add" in json.loads(done.out)
