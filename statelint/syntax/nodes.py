"""Plain walks over libcst nodes: `visit` rebuilds the tree on its way, which is ten times slower."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from typing import cast

import libcst as cst

LAYOUT_FIELD = re.compile(
    r"whitespace|[lr]par$|[lr]bracket$|[lr]brace$|leading_lines|lines_after|header$|footer$|comma$|semicolon$|dot$|"
    r"\w*colon$|equal$|trailing|indent$|encoding$|default_|has_|asynchronous$|posonly_ind$|separator$"
)
SCOPES = frozenset({cst.FunctionDef, cst.ClassDef, cst.Lambda})
Suite = cst.IndentedBlock | cst.SimpleStatementSuite | cst.Module


LEAVES = frozenset({cst.Name, cst.Integer, cst.Float, cst.SimpleString, cst.Pass, cst.Break, cst.Continue})


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    if kind in LEAVES or issubclass(kind, cst.BaseUnaryOp | cst.BaseBinaryOp | cst.BaseCompOp | cst.BaseAugOp):
        return ()
    return tuple(field.name for field in dataclasses.fields(kind) if not LAYOUT_FIELD.match(field.name))


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """Nodes directly below, without white space and punctuation."""
    found: list[cst.CSTNode] = []
    for name in _fields(type(node)):
        value = getattr(node, name)
        kind = cast("Hashable", type(value))
        if kind is list or kind is tuple:
            found += [child for child in value if _is_node(child.__class__)]
        elif _is_node(kind):
            found.append(value)
    return found


@cache
def _is_node(kind: Hashable) -> bool:
    """`isinstance` of an abstract class is slow, and there are few types."""
    return isinstance(kind, type) and issubclass(kind, cst.CSTNode)


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The node and all below it."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack += reversed(children(current))


def walk_scope(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Like `walk`, but code of functions, classes and lambdas defined inside is left out."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if current is node or type(current) not in SCOPES:
            stack += reversed(children(current))


def heads(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """One node for each logical line, in the order of the text: decorators, simple lines, heads of compounds."""
    yield from getattr(node, "decorators", ())
    yield node
    body = getattr(node, "body", None)
    if isinstance(body, cst.IndentedBlock):
        for statement in body.body:
            yield from heads(statement)
    for clause in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield from heads(clause)
    for clause in (getattr(node, "orelse", None), getattr(node, "finalbody", None)):
        if isinstance(clause, cst.CSTNode):
            yield from heads(clause)


def statements_of(block: cst.CSTNode | None) -> tuple[cst.CSTNode, ...]:
    """Small and compound statements of a suite or module, one level deep."""
    if not isinstance(block, Suite):
        return ()
    found: list[cst.CSTNode] = []
    for statement in block.body:
        found.extend(statement.body if isinstance(statement, cst.SimpleStatementLine) else (statement,))
    return tuple(found)


def suite_of(parents: Mapping[cst.CSTNode, cst.CSTNode], node: cst.CSTNode) -> cst.CSTNode | None:
    """The block in which a node's statement stands."""
    parent = parents.get(node)
    while parent is not None and not isinstance(parent, Suite):
        parent = parents.get(parent)
    return parent


def last_statement(block: cst.BaseSuite) -> cst.CSTNode | None:
    """What stands at the end of a block, also behind a semicolon."""
    last = block.body[-1] if block.body else None
    return last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last
