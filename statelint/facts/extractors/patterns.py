"""Patterns of `match`: what each capture may be."""

from __future__ import annotations

import ast

from statelint.facts.extractors.expressions import lower
from statelint.facts.model import Attr, How, Item, Iterate, Operand
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
            element = walk.scope.temporary()
            walk.emit(Iterate(element, subject, pattern.lineno))
            for part in parts:
                bind_pattern(walk, part, element)
        case ast.MatchMapping():
            _mapping(walk, pattern, subject)
        case ast.MatchClass():
            _class(walk, pattern, subject)


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
