"""Decorators that memoise, in the forms in which they are made."""

import pytest

from tests.markers import assert_judged_as_marked

PROGRAM = """
import functools
import time

import flask
from cachetools import TTLCache, cached

app = flask.Flask(__name__)
SIZE = 100
stored = TTLCache(100, 60)


@{decorator}  # expect: STL302
def now(place):
    return f"{{place}} {{time.time()}}"


@app.get("/<place>")
def show(place):
    return now(place)
"""


@pytest.mark.parametrize(
    "decorator",
    [
        "functools.lru_cache", "functools.lru_cache()", "functools.lru_cache(100)", "functools.lru_cache(SIZE)",
        "cached({})", "cached(stored)", "cached(TTLCache(100, 60))", "cached(cache=stored)",
    ],
)  # fmt: skip
def test_memo_is_found_however_its_decorator_is_made(decorator):
    assert_judged_as_marked({"app.py": PROGRAM.format(decorator=decorator)})
