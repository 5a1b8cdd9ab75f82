"""Does the function leave before a line, with nothing of it, where a condition on the name `subject` holds?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.nodes import last_statement, walk_scope
from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment


def answer(segment: Segment, question: Question) -> Answer:
    """Look for `if key in name: return "busy"` in what stands before the line."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    function = segment.function_of(head.node)
    for one in segment.heads:
        if one.first < head.first and isinstance(one.node, cst.If) and segment.function_of(one.node) is function:
            if _names(one.node.test, question.subject) and _refuses(one.node.body, question.subject):
                return confirmed("turned away")
    return refuted("goes on")


def _refuses(block: cst.BaseSuite, name: str) -> bool:
    """Whether a block ends the function, without what is kept under the name."""
    return isinstance(last_statement(block), cst.Return | cst.Raise) and not _names(block, name)


def _names(node: cst.CSTNode, name: str) -> bool:
    """Whether a name or attribute so called occurs."""
    return any(
        (isinstance(one, cst.Name) and one.value == name) or (isinstance(one, cst.Attribute) and one.attr.value == name)
        for one in walk_scope(node)
    )


QUESTION = QuestionKind("turned_away", answer)
