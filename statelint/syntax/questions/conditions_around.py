"""Which names and texts stand in the conditions under which a statement runs? The note lists them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.nodes import last_statement, walk_scope
from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

LEAVES = (cst.Return, cst.Raise, cst.Continue)


def answer(segment: Segment, question: Question) -> Answer:
    """Tests of each `if` around it, and of each that leaves the function before it."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    found = [word for test in _tests(segment, head.node, head.first) for word in _words(test)]
    return confirmed(" ".join(dict.fromkeys(found))) if found else refuted("under no condition")


def _tests(segment: Segment, node: cst.CSTNode, line: int) -> Iterator[cst.BaseExpression]:
    function = segment.function_of(node)
    yield from (above.test for above in segment.within_function(node) if isinstance(above, cst.If))
    for head in segment.heads:
        if head.first < line and isinstance(head.node, cst.If) and segment.function_of(head.node) is function:
            if isinstance(last_statement(head.node.body), LEAVES):
                yield head.node.test


def _words(test: cst.BaseExpression) -> Iterator[str]:
    for node in walk_scope(test):
        match node:
            case cst.Name(value=name):
                yield name
            case cst.SimpleString():
                yield from str(node.evaluated_value).split()


QUESTION = QuestionKind("conditions_around", answer)
