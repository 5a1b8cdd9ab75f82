"""Any bytes give findings or STL001: never an exception, a hang or unbounded memory."""

import random
import sysconfig
import time
from pathlib import Path

import pytest

from statelint.app.pipeline import check_sources
from statelint.catalogue.load import load_rules
from tests.mutations import mutated

STDLIB = Path(sysconfig.get_path("stdlib"))
FIXTURES = Path(__file__).parents[2] / "fixtures"
POOL = [example.code.encode() for rule in load_rules() for example in rule.example]
POOL += [path.read_bytes() for path in sorted(FIXTURES.rglob("*.py")) if path.is_file()]
POOL += [(STDLIB / name).read_bytes() for name in ("sched.py", "queue.py", "http/cookies.py", "wsgiref/handlers.py")]
EVERYTHING = frozenset({"cleared"})
LONGEST = 60  # seconds, on a busy machine


@pytest.mark.parametrize("seed", range(60))
def test_damaged_programs_are_judged_or_reported(seed):
    chance = random.Random(seed)
    files = {"app.py": mutated(chance.choice(POOL), seed), "helper.py": mutated(chance.choice(POOL), seed + 1000)}
    started = time.monotonic()
    report = check_sources(files, wanted=EVERYTHING)
    assert time.monotonic() - started < LONGEST
    assert report.summary.files == 2
    for problem in report.problems:
        assert problem.place.line >= 1
        assert problem.message


HEAD = b"import flask\napp = flask.Flask(__name__)\nhits = {}\n"
TAIL = b"@app.get('/')\ndef index():\n    hits['x'] = 1\n    return str(hits['x'])\n"
DEEP = {
    "parentheses": b"x = " + b"(" * 150 + b"1" + b")" * 150,
    "calls": b"x = " + b"str(" * 150 + b"1" + b")" * 150,
    "attributes": b"x = app" + b".a" * 3000,
    "calls of methods": b"x = app" + b".a()" * 3000,
    "items": b"x = hits" + b"[0]" * 3000,
    "a long sum": b"x = " + b" + ".join([b"1"] * 3000),
    "a long comparison": b"x = " + b" < ".join([b"1"] * 3000),
    "a long concatenation": b"x = " + b" ".join([b"'a'"] * 3000),
    "operators": b"x = " + b"-" * 3000 + b"1",
    "lambdas": b"x = " + b"lambda: " * 90 + b"1",
    "functions": b"".join(b" " * level + b"def f():\n" for level in range(90)) + b" " * 90 + b"pass",
    "branches": b"if hits: pass\n" + b"elif hits: pass\n" * 800,
    "a long display": b"x = {" + b"'a': hits, " * 20000 + b"}",
    "many functions": b"".join(b"def f%d(): return f%d()\n" % (at, at + 1) for at in range(2000))
    + b"def f2000(): hits['y'] = f0()\nf0()",
    "a long chain of classes": b"class C0: pass\n"
    + b"".join(b"class C%d(C%d): pass\n" % (at, at - 1) for at in range(1, 1500)),
    "a ladder of diamonds": b"class A0: pass\nclass B0: pass\n"
    + b"".join(
        b"class A%d(A%d, B%d): pass\nclass B%d(B%d, A%d): pass\n" % (at, at - 1, at - 1, at, at - 1, at - 1)
        for at in range(1, 60)
    )
    + b"A59().x = 1",
    "a class that is its own base": b"class C(C): pass\nclass D(E): pass\nclass E(D): pass\nE().x = 1",
    "names that mean each other": b"a = b\nb = a\na.x = b\nb.x = a\na[b] = b[a]",
    "a function that returns itself": b"def f(x=None): return f(f(f))\nf(f)(f)(f)",
    "a container in itself": b"l = []\nl.append(l)\nl[0][0][0].append(l)\nd = {}\nd['d'] = d\nd['d']['d']['e'] = d",
    "star imports in a circle": b"from app import *\nfrom . import *\nfrom app import app as again",
    "decorators": b"def d(f): return f\n" + b"@d\n" * 500 + b"def g(): pass",
}


@pytest.mark.parametrize("shape", DEEP)
def test_extreme_shapes_are_analysed_or_reported(shape):
    started = time.monotonic()
    report = check_sources({"app.py": HEAD + DEEP[shape] + b"\n" + TAIL}, wanted=EVERYTHING)
    assert time.monotonic() - started < LONGEST
    found = [finding.code for finding in report.findings if finding.symbol == "app.hits"]
    assert found == ["STL101"] or [problem.code for problem in report.problems] == ["STL001"]
