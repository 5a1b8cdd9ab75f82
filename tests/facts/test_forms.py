"""Every form of Python is read, and state is found through it."""

import sys

import pytest

from statelint.app.pipeline import check_sources
from statelint.facts.extract import extract
from statelint.facts.model import FileFacts, Unreadable
from tests.markers import places_found

HEAD = "import flask\napp = flask.Flask(__name__)\nhits = {}\n"
FORMS = {
    "f-string with nested quotes": "def w(k):\n    return f'{hits.update(x=f\"{k!r:>{10}}\")}'\n",
    "walrus in a condition": "def w(k):\n    if (n := hits.get(k)) is None or n > 3:\n        hits[k] = (m := k)\n    return m\n",
    "match on a mapping": "def w(k):\n    match {'x': hits}:\n        case {'x': found, **rest} if found is not None:\n            found[k] = k\n",
    "match on a sequence": "def w(k):\n    match [hits, k]:\n        case [found, *_]:\n            found[k] = k\n",
    "match with a class pattern": "class Box:\n    def __init__(self):\n        self.d = hits\ndef w(k):\n    match Box():\n        case Box(d=found):\n            found[k] = k\n",
    "comprehension with a side effect": "def w(k):\n    [hits.update({x: k}) for x in [k] if x]\n",
    "walrus in a comprehension": "def w(k):\n    return [(d := hits) and d.update({x: k}) for x in [k]]\n",
    "conditional expression": "def w(k):\n    (hits if k else {})[k] = k\n",
    "lambda": "w = lambda k: hits.update({k: k})\n",
    "star expressions": "def w(k):\n    first, *rest = [hits, k]\n    first[rest[0]] = k\n",
    "chained assignment": "def w(k):\n    a = hits[k] = b = k\n",
    "augmented assignment": "hits['n'] = 0\ndef w(k):\n    hits['n'] += 1; hits[k] = k\n",
    "deletion": "def w(k):\n    hits[k] = k\n    del hits[k], k\n",
    "with several items": "class Held:\n    def __enter__(self):\n        return hits\n    def __exit__(self, *e):\n        pass\ndef w(k):\n    with Held() as h, open(k):\n        h[k] = k\n",
    "parenthesised with": "class Held:\n    def __enter__(self):\n        return hits\n    def __exit__(self, *e):\n        pass\ndef w(k):\n    with (Held() as h, open(k) as f,):\n        h[k] = k\n",
    "try, else and finally": "def w(k):\n    try:\n        pass\n    except (KeyError, ValueError) as e:\n        pass\n    else:\n        hits[k] = k\n    finally:\n        pass\n",
    "loop with else": "def w(k):\n    for x in [k]:\n        break\n    else:\n        hits[k] = k\n",
    "decorator with a call": "def twice(n):\n    def deco(f):\n        def inner(*a, **b):\n            return f(*a, **b)\n        return inner\n    return deco\n@twice(n=2)\n@twice(3)\ndef w(k):\n    hits[k] = k\n",
    "decorator that is an expression": "table = [lambda f: f]\n@table[0]\ndef w(k):\n    hits[k] = k\n",
    "positional-only and keyword-only parameters": "def inner(a, /, b, *c, d, **e):\n    a[d] = b\ndef w(k):\n    inner(hits, k, d=k)\n",
    "unpacked arguments": "def inner(a, b):\n    a[b] = b\ndef w(k):\n    inner(*[hits, k])\n    inner(**{'a': hits, 'b': k})\n",
    "coroutine": "import asyncio\nasync def go(k):\n    hits[k] = k\ndef w(k):\n    asyncio.run(go(k))\n",
    "asynchronous comprehension": "import asyncio\nasync def source():\n    yield hits\nasync def go(k):\n    return [h.update({k: k}) async for h in source() if await asyncio.sleep(0, True)]\ndef w(k):\n    asyncio.run(go(k))\n",
    "asynchronous with and for": "import asyncio, contextlib\n@contextlib.asynccontextmanager\nasync def held():\n    yield hits\nasync def go(k):\n    async with held() as h:\n        h[k] = k\ndef w(k):\n    asyncio.run(go(k))\n",
    "generator": "def source():\n    yield hits\ndef w(k):\n    for h in source():\n        h[k] = k\n",
    "delegating generator": "def source():\n    yield hits\ndef outer():\n    yield from source()\ndef w(k):\n    next(outer())[k] = k\n",
    "global in a nested function": "def w(k):\n    def inner():\n        hits[k] = k\n    inner()\n",
    "class body code": "class C:\n    alias = hits\ndef w(k):\n    C.alias[k] = k\n",
    "tabs and form feeds": "def w(k):\n\tif k:\n\t\thits[k] = k\n\x0c\n",
    "semicolons and continuations": "def w(k): x = 1; \\\n    hits[k] = \\\n        k; return x\n",
    "type comments and annotations": "def w(k: 'str | None' = None) -> 'dict[str, str]':\n    h: dict = hits  # type: dict\n    h[k] = k\n",
    "names that are not ASCII": "def w(ключ):\n    größe = hits; größe[ключ] = 'ß'\n",
    "star import in a branch": "try:\n    from nowhere import *\nexcept ImportError:\n    pass\ndef w(k):\n    hits[k] = k\n",
}
NEWER = {
    (3, 11): {"exception groups": "def w(k):\n    try:\n        pass\n    except* KeyError:\n        hits[k] = k\n"},
    (3, 12): {
        "generic function": "def w[T: (int, str), *Ts, **P](k: T) -> T:\n    hits[k] = k\n    return k\n",
        "generic class": "class C[T]:\n    def m(self, k: T):\n        hits[k] = k\ndef w(k):\n    C[int]().m(k)\n",
        "type alias": "type Key[T] = dict[str, T]\ndef w(k: Key[int]):\n    hits[k] = k\n",
        "f-string with the same quotes": "def w(k):\n    return f'{hits.update({'a': f'{k}'})}'\n",
    },
    (3, 13): {"default of a type parameter": "def w[T = int](k: T):\n    hits[k] = k\n"},
}
ALL = {**FORMS, **{name: code for forms in NEWER.values() for name, code in forms.items()}}
SINCE = {name: version for version, forms in NEWER.items() for name in forms}
TAIL = "@app.get('/<k>')\ndef index(k):\n    w(k)\n    return str(hits[k])\n"


@pytest.mark.parametrize("form", ALL)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_state_is_found_through(form, end):
    source = (HEAD + ALL[form] + TAIL).replace("\n", end)
    report = check_sources({"app.py": source})
    if sys.version_info >= SINCE.get(form, (3, 10)):
        assert {(path, line) for path, line, code in places_found(report)} >= {("app.py", 3)}
        assert report.problems == ()
    else:
        assert [problem.code for problem in report.problems] == ["STL001"]


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        (b"x = 1\x00\n", 1, "null bytes"),
        (b"\xff\xfex\x00 \x00=\x00 \x001\x00", 1, ""),
        ("x = 1\n".encode("utf-16"), 1, ""),
        ("x = 1\n".encode("utf-32"), 1, ""),
        (b"x = '\xe4'\n", 1, "utf-8"),
        (b"a = 1\nx = '\xe4'\n", 2, "utf-8"),
        (b"# coding: no-such-encoding\nx = 1\n", 1, "encoding"),
        (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", 1, ""),
        (b"a = 1\nb = (\nc = 2\n", 2, "never closed"),
        (b"a = 1\n\tb = 2\n", 2, "indent"),
        (b"if 1:\n        a = 1\n\tb = 2\n", 3, "inconsistent"),
        (b"print 'x'\n", 1, "print"),
        (b"a = 1\r\nb = = 2\r\n", 2, "syntax"),
        (b"def f():\n\x0c\n  return return\n", 3, "syntax"),
        (b"x = '''\n", 1, "unterminated"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(source, line, reason):
    facts = extract(source)
    assert isinstance(facts, Unreadable)
    assert facts.line in ({line} if reason not in {"utf-8", ""} else {1, line})
    assert reason in facts.reason
    report = check_sources({"app.py": HEAD + TAIL.replace("w(k)", "hits[k] = k"), "broken.py": source})
    assert [(problem.code, problem.place.path) for problem in report.problems] == [("STL001", "broken.py")]
    assert [finding.symbol for finding in report.findings] == ["app.hits"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "koi8-r", "euc-jp", "utf-7"])
def test_declared_encodings_are_read(encoding):
    text = f"# -*- coding: {encoding.removesuffix('-sig')} -*-\n{HEAD}def w(k):\n    hits['a'] = 'b'\n{TAIL}"
    assert isinstance(extract(text.encode(encoding)), FileFacts)
    assert {(line, code) for _, line, code in places_found(check_sources({"app.py": text.encode(encoding)}))} == {
        (4, "STL101")
    }


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (b"", 0),
        (b"x", 1),
        (b"x\n", 1),
        (b"x\ny", 2),
        (b"x\r\ny\r\n", 2),
        (b"x\ry\r", 2),
        (b"x\n\x0c\ny\n", 3),
        (b"\n\n", 2),
    ],
)
def test_lines_are_counted_as_editors_count_them(source, lines):
    facts = extract(source)
    assert isinstance(facts, FileFacts)
    assert facts.lines == lines
