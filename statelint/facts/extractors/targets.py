"""Targets: what an assignment, `for`, `with`, `del` or pattern writes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from statelint.facts.extractors.expressions import lower
from statelint.facts.model import Const, How, Item, Iterate, New, Operand, SetAttr, SetItem
from statelint.facts.scope import span_of
from statelint.facts.walk import Walk

Store = Callable[[Walk, Any, Operand, How], None]


def _name(walk: Walk, node: ast.Name, source: Operand, how: How) -> None:
    walk.bind(walk.name(node.id), source, span_of(node), how)


def _attribute(walk: Walk, node: ast.Attribute, source: Operand, how: How) -> None:
    walk.emit(SetAttr(lower(walk, node.value), node.attr, source, span_of(node), how))


def _item(walk: Walk, node: ast.Subscript, source: Operand, how: How) -> None:
    base = lower(walk, node.value)
    key = None if isinstance(node.slice, ast.Slice) else lower(walk, node.slice)
    walk.emit(SetItem(base, key, source, span_of(node), how))


def _unpack(walk: Walk, node: ast.Tuple | ast.List, source: Operand, how: How) -> None:
    starred = False
    for index, element in enumerate(node.elts):
        part = walk.scope.temporary()
        if isinstance(element, ast.Starred):
            starred = True
            walk.emit(Iterate(part, source, element.lineno))
            whole = walk.scope.temporary()
            walk.emit(New(whole, "list", (None,), (part,), span_of(element)))
            store(walk, element.value, whole, how)
            continue
        if starred:
            walk.emit(Iterate(part, source, element.lineno))
        else:
            walk.emit(Item(part, source, Const(index), element.lineno, element.col_offset + 1))
        walk.alias(part, element)
        store(walk, element, part, how)


def _starred(walk: Walk, node: ast.Starred, source: Operand, how: How) -> None:
    store(walk, node.value, source, how)


def store(walk: Walk, node: ast.expr, source: Operand, how: How) -> None:
    """Write `source` to `node`."""
    if write := STORE_OF.get(type(node)):
        write(walk, node, source, how)


STORE_OF: Mapping[type[ast.expr], Store] = MappingProxyType(
    {
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Subscript: _item,
        ast.Tuple: _unpack,
        ast.List: _unpack,
        ast.Starred: _starred,
    }
)
