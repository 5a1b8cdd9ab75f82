"""Who keeps what: the holder, its name and its place, whatever the way to it."""

import pytest

from statelint.app.pipeline import check_sources
from statelint.domain.words import Holder
from tests.markers import assert_judged_as_marked

HEAD = "import flask\nfrom flask import request\napp = flask.Flask(__name__)\n"
HOLDERS = {
    "a global": (Holder.MODULE_GLOBAL, "app.hits", "hits = {}\n", "hits['x'] = request.data\n    return str(hits)"),
    "a class attribute": (
        Holder.CLASS_ATTRIBUTE, "app.C.hits", "class C:\n    hits = {}\n",
        "C.hits['x'] = request.data\n    return str(C.hits)",
    ),
    "a class attribute through an instance": (
        Holder.CLASS_ATTRIBUTE, "app.C.hits", "class C:\n    hits = {}\n",
        "C().hits['x'] = request.data\n    return str(C.hits)",
    ),
    "a class attribute through a subclass": (
        Holder.CLASS_ATTRIBUTE, "app.B.hits", "class B:\n    hits = {}\nclass C(B):\n    pass\n",
        "C.hits['x'] = request.data\n    return str(C.hits)",
    ),
    "an attribute of a global object": (
        Holder.SINGLETON_INSTANCE, "app.C.hits", "class C:\n    def __init__(self):\n        self.hits = {}\nc = C()\n",
        "c.hits['x'] = request.data\n    return str(c.hits)",
    ),
    "an attribute that a base class makes": (
        Holder.SINGLETON_INSTANCE, "app.B.hits",
        "class B:\n    def __init__(self):\n        self.hits = {}\nclass C(B):\n    pass\nc = C()\n",
        "c.hits['x'] = request.data\n    return str(c.hits)",
    ),
    "a field of a dataclass": (
        Holder.SINGLETON_INSTANCE, "app.C.hits",
        "import dataclasses\n@dataclasses.dataclass\nclass C:\n    hits: dict = dataclasses.field(default_factory=dict)\nc = C()\n",
        "c.hits['x'] = request.data\n    return str(c.hits)",
    ),
    "an attribute of a function": (
        Holder.FUNCTION_ATTRIBUTE, "app.f.hits", "def f():\n    pass\nf.hits = {}\n",
        "f.hits['x'] = request.data\n    return str(f.hits)",
    ),
    "a default argument": (
        Holder.DEFAULT_ARGUMENT, "app.f.hits", "def f(k, hits={}):\n    hits[k] = 1\n    return hits\n",
        "return str(f(request.data))",
    ),
    "a variable of a closure": (
        Holder.CLOSURE, "app.make.<locals>.hits",
        "def make():\n    hits = {}\n    def f(k):\n        hits[k] = 1\n        return hits\n    return f\nf = make()\n",
        "return str(f(request.data))",
    ),
    "a nonlocal variable": (
        Holder.CLOSURE, "app.make.<locals>.hits",
        "def make():\n    hits = None\n    def f(k):\n        nonlocal hits\n        old, hits = hits, k\n        return old\n    return f\nf = make()\n",
        "return str(f(request.data))",
    ),
    "a list in a global dict": (
        Holder.MODULE_GLOBAL, "app.all", "all = {'hits': []}\n", "all['hits'].append(request.data)\n    return str(all)",
    ),
    "a list in a global tuple": (
        Holder.MODULE_GLOBAL, "app.all", "all = ('x', [])\n", "all[1].append(request.data)\n    return str(all)",
    ),
    "a part of the application": (
        Holder.APP_OBJECT, "app.app.config['hits']", "app.config['hits'] = {}\n",
        "flask.current_app.config['hits']['x'] = request.data\n    return str(app.config['hits'])",
    ),
    "an extension of the application": (
        Holder.APP_OBJECT, "app.app.extensions['hits']", "app.extensions['hits'] = {}\n",
        "app.extensions['hits']['x'] = request.data\n    return str(app.extensions['hits'])",
    ),
    "a singleton by __new__": (
        Holder.SINGLETON_INSTANCE, "app.C.hits",
        "class C:\n    one = None\n    def __new__(cls):\n        if cls.one is None:\n            cls.one = super().__new__(cls)\n"
        "            cls.one.hits = {}\n        return cls.one\n",
        "C().hits['x'] = request.data\n    return str(C().hits)",
    ),
    "an object behind a cached function": (
        Holder.SINGLETON_INSTANCE, "app.C.hits",
        "import functools\nclass C:\n    def __init__(self):\n        self.hits = {}\n@functools.lru_cache\ndef c():\n    return C()\n",
        "c().hits['x'] = request.data\n    return str(c().hits)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HOLDERS)
def test_holder_is_named(case):
    holder, symbol, before, body = HOLDERS[case]
    (finding,) = check_sources({"app.py": f"{HEAD}{before}@app.post('/')\ndef put():\n    {body}\n"}).findings
    assert (finding.holder, finding.symbol) == (holder, symbol)


CASES = {
    "two objects of one class are one state": """
class Box:
    def __init__(self):
        self.items = []  # expect: STL103
left, right = Box(), Box()
@app.post("/")
def put():
    left.items.append(request.data)
    right.items.append(request.data)
    return str((left.items, right.items))
""",
    "a second name for a global": """
hits = {}  # todo-expect: STL101
same = hits  # todo-silent: STL101
@app.post("/")
def put():
    same["x"] = request.data
    return str(hits)
""",
    "an object of the request in a global one": """
class Visit:
    def __init__(self, name):
        self.name = name
visits = []  # expect: STL101
@app.post("/")
def put():
    visit = Visit(request.data)
    visit.name = visit.name.strip()
    visits.append(visit)
    return str(visits)
""",
    "an object of the request alone": """
class Visit:
    count = 0
    def __init__(self, name):
        self.name = name
        self.pages = []
    def see(self, page):
        self.pages.append(page)
        self.count += 1
        return self
@app.post("/")
def put():
    return str(Visit(request.data).see("x").pages)
""",
    "class bodies that bind a name to itself": """
limit = 3
hits = {}  # expect: STL101
class Settings:
    limit = limit
    hits = hits
@app.post("/")
def put():
    Settings.hits[request.data] = Settings.limit
    return str(hits)
""",
    "a thread-local and a context variable": """
import contextvars, threading
local = threading.local()
user = contextvars.ContextVar("user", default=None)
@app.post("/")
def put():
    local.user = request.data
    user.set(request.data)
    return f"{local.user}{user.get()}"
""",
    "an enumeration and a named tuple": """
import enum, typing
class Colour(enum.Enum):
    RED = 1
class Pair(typing.NamedTuple):
    left: str
    right: str
@app.post("/")
def put():
    pair = Pair(request.data, "x")._replace(right="y")
    return str((Colour.RED, pair))
""",
}


@pytest.mark.parametrize("case", CASES)
def test_program_is_judged_as_marked(case):
    assert_judged_as_marked({"app.py": HEAD + CASES[case]})


def test_holder_is_placed_in_the_module_that_makes_it():
    assert_judged_as_marked(
        {
            "shop/__init__.py": "from shop.store import CARTS\n",
            "shop/store.py": "CARTS = {}  # expect: STL201\n",
            "app.py": HEAD + "from shop import CARTS\n@app.post('/')\ndef put():\n"
            "    CARTS[request.cookies['user']] = request.data\n    return str(CARTS)\n",
        }
    )
