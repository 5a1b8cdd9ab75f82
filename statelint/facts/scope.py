"""The scope under construction while a file is walked."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from statelint.facts.model import Body, Const, Move, Op, Operand, Param, Span

LONGEST_TEXT = 200
VERSION = "'"  # ends the name of a variable once for each time that it was assigned anew
LARGEST_NUMBER = 2**53


def span_of(node: ast.expr | ast.stmt | ast.excepthandler | ast.pattern) -> Span:
    """Where a node stands; columns count bytes of UTF-8 from 1."""
    line = node.lineno
    return Span(line, node.col_offset + 1, node.end_lineno or line, (node.end_col_offset or 0) + 1)


def constant(value: object) -> Operand:
    """A literal worth keeping, or None."""
    match value:
        case bool() | None:
            return Const(value)
        case str() if len(value) <= LONGEST_TEXT and "\ud800" not in value and value.isprintable():
            return Const(value)
        case int() if -LARGEST_NUMBER < value < LARGEST_NUMBER:
            return Const(value)
    return None


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of names, also under a call; empty otherwise."""
    parts: list[str] = []
    current = node.func if isinstance(node, ast.Call) else node
    while isinstance(current, ast.Attribute):
        parts.append(current.attr)
        current = current.value
    if not isinstance(current, ast.Name):
        return ""
    parts.append(current.id)
    return ".".join(reversed(parts))


class Scope:
    """Collects the operations of one module, class, function or lambda."""

    def __init__(self, kind: str, name: str, qualname: str, parent: int, span: Span) -> None:
        """An empty scope; `parent` is the index of the enclosing body, -1 for a module."""
        self.kind = kind
        self.name = name
        self.qualname = qualname
        self.parent = parent
        self.span = span
        self.params: tuple[Param, ...] = ()
        self.names: set[str] = set()
        self.global_names: set[str] = set()
        self.nonlocal_names: set[str] = set()
        self.annotated: list[str] = []
        self.is_generator = False
        self.is_async = False
        self.decorators: tuple[str, ...] = ()
        self.returns: Operand = None
        self.temporaries = 0
        self.ops: list[Op] = []
        self.aliases: list[tuple[int, str]] = []
        self.endless: list[Span] = []
        self.depth = 0  # of blocks inside the body
        self.versions: dict[str, str] = {}

    def temporary(self) -> int:
        """A fresh temporary."""
        number = self.temporaries
        self.temporaries = number + 1
        return number

    def rebind(self, name: str) -> None:
        """From here on `name` is another variable: it was just assigned anew, on every path through the body."""
        self.versions[name] = f"{self.versions.get(name, name)}{VERSION}"

    def merged(self, sources: Iterable[Operand]) -> Operand:
        """One operand that may be any of `sources`."""
        known = [source for source in sources if source is not None]
        if len(known) <= 1:
            return known[0] if known else None
        target = self.temporary()
        self.ops.extend(Move(target, source) for source in known)
        return target

    def freeze(self) -> Body:
        """The finished body."""
        return Body(
            self.kind,
            self.name,
            self.qualname,
            self.parent,
            self.span,
            self.params,
            frozenset(self.names),
            frozenset(self.global_names),
            frozenset(self.nonlocal_names),
            tuple(self.annotated),
            self.is_generator,
            self.is_async,
            self.decorators,
            self.temporaries,
            tuple(self.ops),
            self.returns,
            tuple(self.aliases),
            tuple(self.endless),
        )
