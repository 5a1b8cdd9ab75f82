"""Varnish's VCL: the whole file is one object, whose settings are what statements assign."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from statelint.deployment.model import Format, Part, Setting, Text
from statelint.deployment.templates import source_of

SIGNS = re.compile(r"^[ \t]*(?:vcl\s+\d|sub\s+vcl_|backend\s+\w+\s*\{|import\s+directors)", re.MULTILINE)
TOKEN = re.compile(r"(?P<skip>/\*.*?\*/|//[^\n]*|#[^\n]*)|(?P<text>\"[^\"\n]*\")|(?P<end>[;{}])", re.DOTALL)
STATEMENT = re.compile(r"^(?:new\s+|set\s+)?(?P<name>[\w.\-]+)\s*=\s*(?P<value>.+)$", re.DOTALL)


def recognise(path: str, text: str) -> bool:
    """By its suffix, with what it starts with."""
    return path.endswith((".vcl", ".vcl.j2", ".vcl.tmpl", ".vcl.erb")) and SIGNS.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """`new pool = directors.hash()` and `set req.backend_hint = pool.backend(...)`."""
    yield Part("configuration", "", tuple(_settings(text)))


def _settings(text: Text) -> Iterator[Setting]:
    starts = [0, *(at + 1 for at, sign in enumerate(text.text) if sign == "\n")]
    for statement, start in _statements(source_of(text)):
        match = STATEMENT.match(statement)
        if match is not None:
            line = bisect_right(starts, start)
            column = start - starts[line - 1] + 1
            first = statement.split("\n", 1)[0].rstrip()
            value = " ".join(match["value"].split())
            yield Setting((match["name"],), value, text.place(line, column, line, column + len(first)))


def _statements(source: str) -> Iterator[tuple[str, int]]:
    """Statements without comments, and where they start."""
    begin, parts = 0, ""
    at = 0
    for match in TOKEN.finditer(source):
        parts += source[at : match.start()]
        at = match.end()
        if match["text"]:
            parts += match["text"]
        if match["end"]:
            start = begin + len(source[begin : match.start()]) - len(source[begin : match.start()].lstrip())
            yield parts.strip(), _skip(source, start)
            begin, parts = at, ""


def _skip(source: str, start: int) -> int:
    """Past comments and blanks."""
    while start < len(source):
        match = TOKEN.match(source, start)
        if match is not None and match["skip"]:
            start = match.end()
        elif source[start].isspace():
            start += 1
        else:
            break
    return start


FORMAT = Format("varnish", recognise, parse)
