"""Does a statement run whenever its function ends well, and not only to mend a failure?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

HANDLERS = (cst.ExceptHandler, cst.ExceptStarHandler)


def answer(segment: Segment, question: Question) -> Answer:
    """Look for an exception handler around the statement, up to the function."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    for above in segment.above(head.node):
        if isinstance(above, cst.FunctionDef):
            break
        if isinstance(above, HANDLERS):
            return refuted("only after an exception")
    return confirmed("after every success")


QUESTION = QuestionKind("runs_anyway", answer)
