"""Does a statement run at most once in each call of its function?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

LOOPS = (cst.While, cst.For)


def answer(segment: Segment, question: Question) -> Answer:
    """Look for a loop around the statement, up to the function."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    for above in segment.above(head.node):
        if isinstance(above, cst.FunctionDef):
            break
        if isinstance(above, LOOPS):
            return refuted("in a loop")
    return confirmed("once in each call")


QUESTION = QuestionKind("outside_loops", answer)
