"""Does a statement wait, at each turn of a loop that goes on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
import libcst.matchers as m

from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

LIMITS = m.LessThan() | m.LessThanEqual() | m.GreaterThan() | m.GreaterThanEqual()


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
                limited = m.findall(test, m.ComparisonTarget(operator=LIMITS))
                return refuted("a loop with a limit") if limited else confirmed("at each turn of a loop")
            case _:
                continue
    return refuted("in no loop")


QUESTION = QuestionKind("waiting_loop", answer)
