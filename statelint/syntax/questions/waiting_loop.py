"""Does a statement wait, at each turn of a loop that goes on? The note has the lines of the loop, `first-last`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.nodes import walk
from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

LIMITS = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)


def answer(segment: Segment, question: Question) -> Answer:
    """A `while` without a limit stands around it; a wait before another attempt, after an exception, is none."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    for node in (head.node, *segment.above(head.node)):
        match node:
            case cst.FunctionDef():
                break
            case cst.ExceptHandler() | cst.ExceptStarHandler():
                return refuted("waits for another attempt")
            case cst.While(test=test):
                return refuted("a loop with a limit") if _is_limit(test) else confirmed(_lines(segment, node))
            case _:
                continue
    return refuted("in no loop")


def _lines(segment: Segment, loop: cst.CSTNode) -> str:
    heads = [one for one in segment.heads if one.node is loop or loop in segment.above(one.node)]
    return f"{heads[0].first}-{max(one.last for one in heads)}"


def _is_limit(test: cst.BaseExpression) -> bool:
    return any(isinstance(node, cst.ComparisonTarget) and isinstance(node.operator, LIMITS) for node in walk(test))


QUESTION = QuestionKind("waiting_loop", answer)
