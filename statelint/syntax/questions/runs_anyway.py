"""Does a statement run whenever its function ends well, and not only to mend a failure?

`subject` is a line of the same function: a branch that holds it too is no other way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.nodes import last_statement
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
    if line is not None and _ends_before(segment, line, head.node):
        return refuted("the way of that line ends before it")
    return confirmed("after every success")


def _ends_before(segment: Segment, line: int, node: cst.CSTNode) -> bool:
    """Whether the branch that holds the line, and not the statement, leaves the function."""
    head = segment.head(line)
    if head is None or segment.function_of(head.node) is not segment.function_of(node):
        return False
    around = set(map(id, segment.above(node)))
    return any(
        isinstance(above, cst.If) and below is above.body and id(below) not in around and _leaves(above.body)
        for below, above in segment.way_up(head.node)
    )


def _leaves(block: cst.BaseSuite) -> bool:
    """Whether a block ends with a `return` or `raise`, also at the end of a `with` or `try`."""
    last = last_statement(block)
    return _leaves(last.body) if isinstance(last, cst.With | cst.Try) else isinstance(last, cst.Return | cst.Raise)


def _holds(segment: Segment, block: cst.CSTNode, line: int | None) -> bool:
    head = segment.head(line) if line is not None else None
    return head is not None and block in segment.above(head.node)


def _ends(branch: cst.If, line: int | None) -> bool:
    """`raise` is a failure; a `return` leaves the other way to the rest of the function."""
    statement = last_statement(branch.body)
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
