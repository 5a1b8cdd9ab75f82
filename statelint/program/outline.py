"""What a module is to others before it runs: all of its facts but places and what its functions do."""

from __future__ import annotations

import msgspec

from statelint.facts.model import Body, FileFacts, Import, ImportFrom, ImportStar, Span

PLACES = frozenset({"span", "line", "column", "end_line", "end_column", "endless"})
FUNCTIONS = frozenset({"function", "lambda"})
INNER = frozenset({"qualname", "ops", "names", "temporaries", "aliases"})  # of a function: nobody else sees them


def outline(facts: FileFacts) -> object:
    """Two versions of a file with equal outlines are linked alike up to the bodies of their functions."""
    return tuple(map(_outline_of, facts.bodies))


def _outline_of(body: Body) -> object:
    if body.kind not in FUNCTIONS:
        return _shape(body, PLACES)
    imports = tuple(_shape(op, PLACES) for op in body.ops if isinstance(op, Import | ImportFrom | ImportStar))
    return _shape(body, PLACES | INNER), imports


def _shape(value: object, without: frozenset[str]) -> object:
    if isinstance(value, Span):
        return None
    if isinstance(value, msgspec.Struct):
        fields = (name for name in value.__struct_fields__ if name not in without)
        return type(value), *(_shape(getattr(value, name), PLACES) for name in fields)
    if isinstance(value, tuple):
        return tuple(_shape(one, PLACES) for one in value)
    return value
