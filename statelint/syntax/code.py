"""What edits need to know of the code at a place: the node of a span, its text range, and the names in it."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from statelint.syntax.edit import EditRequest, Refused, Replacement
from statelint.syntax.nodes import walk
from statelint.syntax.segment import Head, Range, Segment

Node = cst.CSTNode
Position = tuple[int, int]


def head_of(segment: Segment, request: EditRequest) -> Head:
    """The logical line of a request."""
    head = segment.head(request.line)
    if head is None:
        raise Refused("no statement stands on this line")
    return head


def nodes_at(segment: Segment, request: EditRequest) -> list[Node]:
    """Nodes that cover exactly the span of a request, outermost first."""
    ranges = segment.ranges(head_of(segment, request))
    end = (request.end_line, _characters(segment, request.end_line, request.end_column))
    return [node for node in segment.starting_at(request.line, request.column) if ranges[node][1] == end]


def call_at(segment: Segment, request: EditRequest) -> cst.Call:
    """The call of a request."""
    found = next((node for node in nodes_at(segment, request) if isinstance(node, cst.Call)), None)
    if found is None:
        raise Refused("no call stands here")
    return found


def replaced(segment: Segment, node: Node, text: str) -> Replacement:
    """Other text in the place of a node."""
    start, end = range_of(segment, node)
    return Replacement(start, end, text)


def range_of(segment: Segment, node: Node) -> Range:
    """Where an expression stands."""
    for above in (node, *segment.above(node)):
        for head in segment.heads:
            if head.node is above and node in (ranges := segment.ranges(head)):
                return ranges[node]
    raise Refused("the place of this code is not known")


def literal(node: Node | None) -> object:
    """The text of a string, else the node itself."""
    return node.evaluated_value if isinstance(node, cst.SimpleString) else node


def refuse_parameters(segment: Segment, node: Node) -> None:
    """What a caller decides must not be overwritten."""
    names = {one.value for one in walk(node) if isinstance(one, cst.Name)}
    for function in segment.above(node):
        if isinstance(function, cst.FunctionDef) and names & set(_parameters(function)):
            raise Refused("a caller decides")


def _parameters(function: cst.FunctionDef) -> Iterator[str]:
    given = function.params
    for one in (*given.params, *given.kwonly_params, *given.posonly_params, given.star_kwarg, given.star_arg):
        if isinstance(one, cst.Param) and one.name.value not in {"self", "cls"}:
            yield one.name.value


def newline_of(segment: Segment) -> str:
    """How lines end around here."""
    return segment.module.default_newline


def line_text(segment: Segment, line: int) -> str:
    """A line without its end."""
    return segment.layout.source(line, line).rstrip("\r\n")


def margin_of(segment: Segment, line: int) -> str:
    """The white space at the start of a line."""
    text = line_text(segment, line)
    return text[: len(text) - len(text.lstrip())]


def after(segment: Segment, place: Position, nodes: tuple[Node, ...]) -> Position:
    """The place after some tokens that follow one another."""
    text = "".join(segment.module.code_for_node(node) for node in nodes)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return (place[0] + len(lines) - 1, len(lines[-1]) + (place[1] if len(lines) == 1 else 0))


def _characters(segment: Segment, line: int, column: int) -> int:
    written = segment.layout.source(line, line)
    return len(written.encode("utf-8", "surrogatepass")[: column - 1].decode("utf-8", "ignore"))
