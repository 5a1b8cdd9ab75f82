"""A parsed piece of a file, with the lines and columns of the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise, takewhile
from typing import Any

import libcst as cst
import msgspec
from libcst.metadata import MetadataWrapper, PositionProvider

from statelint.syntax.layout import Layout, Span
from statelint.syntax.nodes import children, heads, walk

Starts = Mapping[tuple[int, int], tuple[cst.CSTNode, ...]]
Range = tuple[tuple[int, int], tuple[int, int]]  # line and column of the start and of the end


class UnexpectedShapeError(Exception):
    """The cut lines don't have the statements that their layout promises."""


class Head(msgspec.Struct, frozen=True, gc=False):
    """The node of one logical line; lines count from 1, the column from 0."""

    node: Any
    first: int
    last: int
    column: int


class Segment:
    """One cut, opened once for all questions about it."""

    def __init__(self, layout: Layout, span: Span, module: cst.Module) -> None:
        """Match nodes with logical lines; the order of both is the order of the text."""
        self.layout = layout
        self.span = span
        self.module = module
        self.heads = self._heads()
        self._firsts = [head.first for head in self.heads]
        self._starts: dict[int, Starts] = {}
        self._ranges: dict[int, Mapping[cst.CSTNode, Range]] = {}
        self.names: dict[tuple[cst.CSTNode, str], object] = {}  # kept for `Names.of`

    @property
    def code(self) -> str:
        """The segment as libcst writes it."""
        code = self.module.code[len(self.span.before) :]
        code = code[: len(code) - len(self.span.after)]
        return f"{self.layout.bom}{code}" if self.span.first == 1 else code

    @property
    def is_faithful(self) -> bool:
        """Whether `code` is the source: libcst loses form feeds before a margin and a last bare CR."""
        bom = self.layout.bom if self.span.first == 1 else ""
        return self.code == bom + self.layout.source(self.span.first, self.span.last)

    @property
    def order(self) -> Mapping[cst.CSTNode, int]:
        """Rank of each node in the order of the text."""
        return self._tree[0]

    @property
    def parents(self) -> Mapping[cst.CSTNode, cst.CSTNode]:
        """The node above each node."""
        return self._tree[1]

    @cached_property
    def _tree(self) -> tuple[Mapping[cst.CSTNode, int], Mapping[cst.CSTNode, cst.CSTNode]]:
        order: dict[cst.CSTNode, int] = {}
        parents: dict[cst.CSTNode, cst.CSTNode] = {}
        stack: list[cst.CSTNode] = [self.module]
        while stack:
            node = stack.pop()
            order[node] = len(order)
            below = children(node)
            parents.update(dict.fromkeys(below, node))
            stack += reversed(below)
        return order, parents

    def text(self, node: cst.CSTNode) -> str:
        """A node as written."""
        return self.module.code_for_node(node).strip()

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes above, innermost first."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def within_function(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes above, innermost first, short of the function in which it runs."""
        return takewhile(lambda one: not isinstance(one, cst.FunctionDef), self.above(node))

    def way_up(self, node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        """The same nodes, each after its child on the way."""
        return pairwise((node, *self.within_function(node)))

    def function_of(self, node: cst.CSTNode) -> cst.CSTNode:
        """The function or module in which a node runs."""
        return next((one for one in self.above(node) if isinstance(one, cst.FunctionDef)), self.module)

    def head(self, line: int) -> Head | None:
        """The logical line that contains a line of the file."""
        index = bisect_right(self._firsts, line) - 1
        return self.heads[index] if index >= 0 and line <= self.heads[index].last else None

    def starting_at(self, line: int, column: int) -> tuple[cst.CSTNode, ...]:
        """Nodes that start at a place (columns from 1, bytes of UTF-8), outermost first."""
        head = self.head(line)
        if head is None or column < 1:
            return ()
        starts = self._starts_of(head)
        written = self.layout.source(line, line)
        characters = len(written.encode("utf-8", "surrogatepass")[: column - 1].decode("utf-8", "ignore"))
        return starts.get((line, characters), starts.get((line, column - 1), ()))

    def _heads(self) -> list[Head]:
        body = self.module.body
        if self.span.before:
            body = body[0].body.body if len(body) == 1 and isinstance(body[0], cst.If) else ()  # type: ignore[assignment]
        nodes = [node for statement in body for node in heads(statement)]
        if self.span.after and nodes:
            nodes.pop()
        first, last = self.layout.at(self.span.first), self.layout.at(self.span.last)
        if self.span == self.layout.whole():
            first, last = 0, len(self.layout.logical) - 1
        lines = self.layout.logical[first : last + 1] if first is not None and last is not None else ()
        if len(nodes) == len(lines):
            return [Head(node, line.first, line.last, line.column) for node, line in zip(nodes, lines, strict=True)]
        if self.span != self.layout.whole():
            raise UnexpectedShapeError
        return self._heads_by_position(nodes)

    def _heads_by_position(self, nodes: list[cst.CSTNode]) -> list[Head]:
        """Slow and sure: for text whose strings the layout misread."""
        positions = MetadataWrapper(self.module, unsafe_skip_copy=True).resolve(PositionProvider)
        found: list[Head] = []
        for node in nodes:
            where = positions[node]
            inner = [positions[one].end.line for one in _of_head(node) if one in positions]
            found.append(Head(node, where.start.line, max(inner, default=where.start.line), where.start.column))
        return found

    def ranges(self, head: Head) -> Mapping[cst.CSTNode, Range]:
        """Where the expressions of one logical line stand; lines count from 1, columns from 0, in characters."""
        if head.first not in self._ranges:
            self._ranges[head.first] = self._resolve(head)
        return self._ranges[head.first]

    def _starts_of(self, head: Head) -> Starts:
        if head.first not in self._starts:
            found: dict[tuple[int, int], list[cst.CSTNode]] = {}
            for node, (start, _) in self.ranges(head).items():
                found.setdefault(start, []).append(node)
            self._starts[head.first] = {place: tuple(nodes) for place, nodes in found.items()}
        return self._starts[head.first]

    def _resolve(self, head: Head) -> Mapping[cst.CSTNode, Range]:
        """Positions of the expressions of one logical line: libcst computes them for whole modules only."""
        margin = self.layout.source(head.first, head.first)[: head.column]
        module, above = _alone(head.node, margin)
        positions = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
        longer = 2 if self._is_elif(head.node) else 0

        def in_file(line: int, column: int) -> tuple[int, int]:
            return line - above + head.first - 1, column + (longer if line == above + 1 else 0)

        found: dict[cst.CSTNode, Range] = {}
        for node in _of_head(head.node):
            if node in positions:
                start, end = positions[node].start, positions[node].end
                found[node] = in_file(start.line, start.column), in_file(end.line, end.column)
        return found

    def _is_elif(self, node: cst.CSTNode) -> bool:
        above = self.parents.get(node)
        return isinstance(node, cst.If) and isinstance(above, cst.If) and above.orelse is node


def _of_head(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Nodes of a logical line, without the block, clauses and decorators that have lines of their own."""
    for child in children(node):
        if not isinstance(child, cst.IndentedBlock | cst.Else | cst.Finally | cst.MatchCase | cst.Decorator):
            if isinstance(child, cst.ExceptHandler | cst.ExceptStarHandler):
                continue
            if isinstance(node, cst.If) and child is node.orelse:
                continue
            yield from walk(child)


def _alone(node: cst.CSTNode, margin: str) -> tuple[cst.Module, int]:
    """A module with only this logical line at its old margin, and how many lines stand above it."""
    passing = cst.SimpleStatementSuite([cst.Pass()])
    changes: dict[str, Any] = {"leading_lines": ()}
    if isinstance(getattr(node, "body", None), cst.IndentedBlock):
        changes["body"] = passing
    if isinstance(node, cst.FunctionDef | cst.ClassDef):
        changes |= {"decorators": (), "lines_after_decorators": ()}
    if isinstance(node, cst.If | cst.For | cst.While):
        changes["orelse"] = None
    if isinstance(node, cst.Try | cst.TryStar):
        changes |= {"handlers": (), "orelse": None, "finalbody": cst.Finally(passing)}
    if isinstance(node, cst.Match):
        changes["cases"] = [cst.MatchCase(cst.MatchAs(), passing)]
    changed = node.with_changes(**changes)
    statement, above = _standing(changed, passing, margin)
    if margin and not isinstance(changed, cst.MatchCase):
        block = cst.IndentedBlock([statement], indent=margin)
        return cst.Module([cst.If(cst.Name("x"), block)]), above + 1
    return cst.Module([statement]), above


def _standing(node: cst.CSTNode, passing: cst.BaseSuite, margin: str) -> tuple[Any, int]:
    """Clauses need the statement that they belong to."""
    match node:
        case cst.Decorator():
            return cst.FunctionDef(cst.Name("x"), cst.Parameters(), passing, decorators=[node]), 0
        case cst.ExceptHandler():
            return cst.Try(passing, handlers=[node]), 1
        case cst.ExceptStarHandler():
            return cst.TryStar(passing, handlers=[node]), 1
        case cst.Else():
            return cst.If(cst.Name("x"), passing, orelse=node), 1
        case cst.Finally():
            return cst.Try(passing, finalbody=node), 1
        case cst.MatchCase():
            return cst.Match(cst.Name("x"), [node], indent=margin), 1
    return node, 0
