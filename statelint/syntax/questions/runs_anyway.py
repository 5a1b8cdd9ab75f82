"""Does a statement run whenever its function ends well, and not only to mend a failure?

`subject` is a line of the same function: a branch that holds it too is no other way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

RAISING = frozenset({"abort", "exit"})  # functions that end the function that calls them
HANDLERS = (cst.ExceptHandler, cst.ExceptStarHandler)


def answer(segment: Segment, question: Question) -> Answer:
    """Look for handlers around it, and for branches that end the function after it."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    line = int(question.subject) if question.subject.isdigit() else None
    for below, above in segment.way_up(head.node):
        if isinstance(above, HANDLERS):
            return refuted("only after an exception")
        if isinstance(above, cst.If) and below is above.body and not _holds(segment, below, line):
            if _ends(above, line):
                return refuted("only on a way that ends there")
    return confirmed("after every success")


def _holds(segment: Segment, block: cst.CSTNode, line: int | None) -> bool:
    head = segment.head(line) if line is not None else None
    return head is not None and block in segment.above(head.node)


def _ends(branch: cst.If, line: int | None) -> bool:
    """`raise` is a failure; a `return` leaves the other way to the rest of the function."""
    last = branch.body.body[-1] if branch.body.body else None
    statement = last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last
    if isinstance(statement, cst.Raise) or _never_returns(statement):
        return True
    return isinstance(statement, cst.Return) and line is not None and branch.orelse is None


def _never_returns(statement: cst.CSTNode | None) -> bool:
    """`abort(400)`"""
    match statement:
        case cst.Expr(value=cst.Call(func=cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)))):
            return name in RAISING
    return False


QUESTION = QuestionKind("runs_anyway", answer)
