"""Does a statement run only where a file or folder is not there yet?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

LOOKS = frozenset({"exists", "isfile", "is_file", "isdir", "is_dir"})


def answer(segment: Segment, question: Question) -> Answer:
    """Look for `if not path.exists():` around the statement, up to the function."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    for below, above in segment.way_up(head.node):
        if isinstance(above, cst.If):
            if _says_missing(above.test) if below is above.body else _says_there(above.test):
                return confirmed("only where it is missing")
    return refuted("whether it is there or not")


def _says_missing(test: cst.BaseExpression) -> bool:
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=asked):
            return _says_there(asked)
    return False


def _says_there(test: cst.BaseExpression) -> bool:
    match test:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)) | cst.Name(value=name)):
            return name in LOOKS
    return False


QUESTION = QuestionKind("only_if_missing", answer)
