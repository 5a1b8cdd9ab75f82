"""Facts of any bytes: never an exception."""

import sysconfig
from pathlib import Path

import pytest

from statelint.facts.cache import decode, encode
from statelint.facts.extract import extract
from statelint.facts.model import FileFacts, SetItem, Unreadable

STDLIB = Path(sysconfig.get_path("stdlib"))
FOREIGN = frozenset({"site-packages", "dist-packages", "test", "tests", "idle_test"})


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbfx = 1\r\ny = 2\r\n",
        "# -*- coding: latin-1 -*-\nx = 'ä'\n".encode("latin-1"),
        b"def f():\n\treturn 1\n\x0c\nx = 2\n",
        b"async def f():\n    return [x async for x in y if await x]\n",
        b"match x:\n    case {'a': [b, *c], **d}:\n        pass\n    case P(q=r) | None:\n        pass\n",
        b"if (n := len(x)) > 1: print(f'{n!r:>{w}}')\n",
    ],
)
def test_source_is_read(source):
    facts = extract(source)
    assert isinstance(facts, FileFacts)
    assert decode(encode(facts)) == facts


@pytest.mark.parametrize("source", [b"\x00", b"def", b"\xff\xfe", b"(" * 5000, b"x = " + b"-" * 20000 + b"1"])
def test_source_that_cannot_be_read_gives_a_reason(source):
    facts = extract(source)
    assert isinstance(facts, Unreadable)
    assert facts.reason
    assert facts.line >= 1


@pytest.mark.slow
def test_every_module_of_the_standard_library_gets_facts():
    unread = []
    for path in sorted(STDLIB.rglob("*.py")):
        if FOREIGN.isdisjoint(path.relative_to(STDLIB).parts):
            facts = extract(path.read_bytes())
            if not isinstance(facts, FileFacts) or decode(encode(facts)) != facts:
                unread.append(path)
    assert unread == []


def test_broken_modules_of_its_test_suite_are_told_from_readable_ones():
    for path in sorted((STDLIB / "test").rglob("*bad*.py")):
        assert isinstance(extract(path.read_bytes()), FileFacts | Unreadable)


def test_write_keeps_its_place():
    facts = extract(b"def f(k):\n    CACHE[\n        k\n    ] = 1\n")
    assert isinstance(facts, FileFacts)
    write = next(op for op in facts.bodies[1].ops if isinstance(op, SetItem))
    assert (write.span.line, write.span.column, write.span.end_line) == (2, 5, 4)
