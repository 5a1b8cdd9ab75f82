"""Small helpers that give back what they are given are told apart by their calls."""

import pytest

from tests.markers import assert_judged_as_marked

HEAD = "import flask\nfrom flask import request\napp = flask.Flask(__name__)\nKEPT = {}  # expect: STL101\nFIXED = {'x': 1}\n"
TAIL = """
@app.post("/")
def put():
    same(KEPT)[request.data] = 1
    return str((same(FIXED)["x"], KEPT))
@app.get("/")
def get():
    mine = same({})
    mine["x"] = request.data
    return str((mine, same(FIXED)))
"""
HELPERS = {
    "identity": "def same(x):\n    return x\n",
    "a lambda": "same = lambda x: x\n",
    "either": "def same(x, other=None):\n    return x or other\n",
    "a local name": "def same(x):\n    y = x\n    return y\n",
    "a static method": "class Helper:\n    @staticmethod\n    def same(x):\n        return x\nsame = Helper.same\n",
    "an element": "def same(x):\n    return [x][0]\n",
    "checked": "def same(x):\n    if not isinstance(x, dict):\n        raise TypeError(x)\n    return x\n",
    "typing.cast": "import typing\ndef same(x):\n    return typing.cast(dict, x)\n",
}
BLURRED = {
    "a method": "class Helper:\n    def same(self, x):\n        return x\nsame = Helper().same\n",
    "two of them": "def inner(x):\n    return x\ndef same(x):\n    return inner(x)\n",
    "wrapped": "import functools\ndef log(f):\n    @functools.wraps(f)\n    def run(*args):\n        return f(*args)\n    return run\n@log\ndef same(x):\n    return x\n",
}


@pytest.mark.parametrize("helper", HELPERS)
def test_only_what_is_changed_is_found(helper):
    assert_judged_as_marked({"app.py": HEAD + HELPERS[helper] + TAIL})


@pytest.mark.parametrize("helper", BLURRED)
def test_helper_of_a_helper_is_one_for_all_its_calls(helper):
    head = HEAD.replace("{'x': 1}", "{'x': 1}  # todo-silent: STL101")
    assert_judged_as_marked({"app.py": head + BLURRED[helper] + TAIL})


def test_two_boxes_of_a_generic_class_keep_apart_what_they_hold():
    assert_judged_as_marked(
        {
            "app.py": HEAD
            + "class Box:\n    def __init__(self, x):\n        self.x = x\n    def get(self):\n        return self.x\n"
            "kept, fixed = Box(KEPT), Box(FIXED)\n@app.post('/')\ndef put():\n    kept.get()[request.data] = 1\n"
            "    return str((fixed.get(), KEPT))\n"
        }
    )
