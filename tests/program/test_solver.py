"""Programs that feed on themselves come to an end, in little memory."""

import time
import tracemalloc

import pytest

from statelint.app.pipeline import check_sources

HEAD = "import flask, functools\nfrom functools import partial\nfrom flask import request\napp = flask.Flask(__name__)\nhits = {}\n"
TAIL = "@app.post('/')\ndef put():\n    hits['x'] = request.data\n    return str(hits)\n"
LONGEST = 10  # seconds, on a busy machine; each takes a few hundredths
MOST_BYTES = 60_000_000
GREEDY = {
    "a handler wrapped by each middleware": "def m(r, handler):\n    return handler(r)\nhandler = lambda r: hits\n"
    "for m in [m] * 9:\n    handler = partial(m, handler=handler)\nhandler(1)\n",
    "a handler wrapped by each of many": "".join(f"def m{n}(r, handler):\n    return handler(r)\n" for n in range(20))
    + f"mws = [{', '.join(f'm{n}' for n in range(20))}]\ndef build(handler):\n    for m in mws:\n"
    "        handler = partial(m, handler=handler)\n    return handler\nbuild(lambda r: hits)(1)\n",
    "a function that wraps itself": "def wrap(f):\n    def run(*a):\n        return f(*a)\n    return run\n"
    "def g(x):\n    return x\nwhile g(0):\n    g = wrap(g)\ng(1)\n",
    "a lambda over itself": "f = lambda x: x\nfor _ in range(9):\n    f = lambda x, f=f: f(x)\nf(hits)\n",
    "a partial of itself": "f = print\nfor _ in range(9):\n    f = partial(f, f)\nf()\n",
    "a class that makes itself": "class Node:\n    def __init__(self, up=None):\n        self.up = up\n"
    "    def down(self):\n        return Node(self)\nn = Node()\nwhile n:\n    n = n.down()\nn.up.up.up.down()\n",
    "a class decorated by itself": "def sub(c):\n    class C(c):\n        pass\n    return C\nclass A:\n    pass\n"
    "for _ in range(9):\n    A = sub(A)\nA().x = 1\n",
    "a generator over itself": "def walk(t):\n    yield from walk(walk(t))\n    for x in walk(t):\n        yield [x]\nlist(walk(hits))\n",
    "a container that holds its own elements": "l = [hits]\nfor x in l:\n    l.append([x, l])\n    l.append({'x': x})\n",
    "methods that give methods": "class A:\n    def a(self):\n        return self.a\n    def b(self):\n        return self.a().b\n"
    "A().b()()().a()()\n",
    "a fixed point": "Y = lambda f: (lambda x: f(lambda *a: x(x)(*a)))(lambda x: f(lambda *a: x(x)(*a)))\n"
    "Y(lambda f: lambda n: n and f(n - 1))(3)\n",
    "a library value of a library value": "import x\nv = x.v\nwhile v:\n    v = v.a(v).b[v](v)\n    v.c = v\n",
    "class bodies that bind a name to itself": "x = {}\nclass A:\n    x = x\n    class B:\n        x = x\nA.B.x = A.x\n",
    "a property of itself": "class A:\n    @property\n    def a(self):\n        return self.a\n    a = property(a)\nA().a.a.a\n",
    "a visitor over a tree": "class N:\n    def __init__(self, *kids):\n        self.kids = list(kids)\n"
    "    def visit(self, f):\n        return N(*[k.visit(f) for k in self.kids] + [f(self)])\n"
    "N(N(N())).visit(lambda n: n.visit(lambda m: m))\n",
}  # fmt: skip


@pytest.mark.parametrize("case", GREEDY)
def test_analysis_ends(case):
    started = time.monotonic()
    report = check_sources({"app.py": HEAD + GREEDY[case] + TAIL})
    assert time.monotonic() - started < LONGEST
    assert [finding.symbol for finding in report.findings if finding.symbol == "app.hits"] == ["app.hits"]


def test_many_wrapped_handlers_take_little_memory():
    check_sources({"app.py": HEAD + TAIL})
    tracemalloc.start()
    check_sources({"app.py": HEAD + GREEDY["a handler wrapped by each of many"] + TAIL})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MOST_BYTES
