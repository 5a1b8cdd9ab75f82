"""Patterns of `match`: what each capture may be."""

from __future__ import annotations

import ast

from statelint.facts.extractors.expressions import lower
from statelint.facts.model import Attr, Const, How, Item, Iterate, New, Operand
from statelint.facts.scope import span_of
from statelint.facts.walk import Walk


def bind_pattern(walk: Walk, pattern: ast.pattern, subject: Operand) -> None:
    """Bind every capture of `pattern` to the part of `subject` that it matches."""
    match pattern:
        case ast.MatchAs(pattern=inner, name=name):
            _capture(walk, pattern, name, subject)
            if inner is not None:
                bind_pattern(walk, inner, subject)
        case ast.MatchStar(name=name):
            _capture(walk, pattern, name, subject)
        case ast.MatchOr(patterns=parts):
            for part in parts:
                bind_pattern(walk, part, subject)
        case ast.MatchSequence(patterns=parts):
            _sequence(walk, pattern, parts, subject)
        case ast.MatchMapping():
            _mapping(walk, pattern, subject)
        case ast.MatchClass():
            _class(walk, pattern, subject)


def _sequence(walk: Walk, pattern: ast.MatchSequence, parts: list[ast.pattern], subject: Operand) -> None:
    starred = False
    for index, part in enumerate(parts):
        element = walk.scope.temporary()
        starred = starred or isinstance(part, ast.MatchStar)
        if starred:
            walk.emit(Iterate(element, subject, pattern.lineno))
        else:
            walk.emit(Item(element, subject, Const(index), pattern.lineno, pattern.col_offset + 1))
        if isinstance(part, ast.MatchStar):
            rest = walk.scope.temporary()
            walk.emit(New(rest, "list", (None,), (element,), span_of(part)))
            element = rest
        bind_pattern(walk, part, element)


def _capture(walk: Walk, pattern: ast.pattern, name: str | None, subject: Operand) -> None:
    if name is not None:
        walk.bind(name, subject, span_of(pattern), How.DECLARE)


def _mapping(walk: Walk, pattern: ast.MatchMapping, subject: Operand) -> None:
    for key, part in zip(pattern.keys, pattern.patterns, strict=True):
        value = walk.scope.temporary()
        walk.emit(Item(value, subject, lower(walk, key), pattern.lineno, pattern.col_offset + 1))
        bind_pattern(walk, part, value)
    _capture(walk, pattern, pattern.rest, subject)


def _class(walk: Walk, pattern: ast.MatchClass, subject: Operand) -> None:
    for part in pattern.patterns:
        bind_pattern(walk, part, None)
    for name, part in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
        value = walk.scope.temporary()
        walk.emit(Attr(value, subject, name, pattern.lineno, pattern.col_offset + 1))
        bind_pattern(walk, part, value)
