"""Facts of one file, by one walk over its syntax tree."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from statelint.facts.extractors.statements import run
from statelint.facts.extractors.targets import store
from statelint.facts.model import FileFacts, Span, Unreadable
from statelint.facts.walk import Walk

RELEASE = f"{sys.version_info.major}.{sys.version_info.minor}"  # newer syntax needs a newer Python to read it


def extract(source: bytes) -> FileFacts | Unreadable:
    """The facts of a file, or why it can't be parsed; never raises for any bytes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except SyntaxError as error:
        return Unreadable(error.lineno or 1, f"{error.msg or 'invalid syntax'} (read as Python {RELEASE})")
    except ValueError as error:
        return Unreadable(1, str(error))
    except (RecursionError, MemoryError):
        return Unreadable(1, "the code is nested too deeply to parse")
    try:
        with _deep_recursion():
            return _facts(tree, source)
    except RecursionError:
        return Unreadable(1, "the code is nested too deeply to analyse")


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Room for long sums and chains of `elif`, which are deep trees; only newer Pythons spare the machine stack."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 4_000 if sys.version_info >= (3, 12) else 2_500))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _facts(tree: ast.Module, source: bytes) -> FileFacts:
    lines = _line_count(source)
    walk = Walk(store)
    module = walk.open("module", "<module>", "", Span(1, 1, lines + 1, 1))
    run(walk, tree.body)
    walk.close(module)
    return FileFacts(lines, walk.bodies())


def _line_count(source: bytes) -> int:
    if b"\r" in source:
        return len(source.splitlines())
    return source.count(b"\n") + (not source.endswith(b"\n") and bool(source))
