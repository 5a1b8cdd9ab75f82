"""Whether code that gives a value names something outside: a URL, or a variable or setting with a telling name."""

from __future__ import annotations

import re
from collections.abc import Iterable

import libcst as cst

from statelint.syntax.nodes import walk

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
WORD = re.compile(r"[A-Z0-9]+")
SCHEME = re.compile(r"(\w[\w+.-]*)://")


def is_outside(value: cst.BaseExpression, words: Iterable[str]) -> bool:
    """`redis://cache`, `settings.REDIS_URL` and `env("CACHE_URL")` for the words REDIS and URL; no text without URL."""
    wanted = frozenset(words)
    return any(wanted & _words_of(node, is_whole=node is value) for node in walk(value))


def _words_of(node: cst.CSTNode, *, is_whole: bool) -> set[str]:
    match node:
        case cst.Name(value=text):
            return _words(text)
        case cst.FormattedStringText(value=text):
            return _schemes(text)
        case cst.SimpleString(evaluated_value=str(text)):
            return _words(text) if VARIABLE.fullmatch(text) and not is_whole else _schemes(text)
    return set()


def _schemes(text: str) -> set[str]:
    return {word for scheme in SCHEME.findall(text) for word in (scheme.upper(), scheme.upper().removesuffix("S"))}


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.upper()))
