"""Which names have to be true where a statement runs? The note lists them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment


def answer(segment: Segment, question: Question) -> Answer:
    """`name` for `if name:` and `if name and other(x):` around the statement."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    found = list(dict.fromkeys(_names_around(segment, head.node)))
    return confirmed(" ".join(found)) if found else refuted("under no name")


def _names_around(segment: Segment, node: cst.CSTNode) -> Iterator[str]:
    for inner, above in segment.way_up(node):
        if isinstance(above, cst.If) and inner is above.body:
            yield from _needed(above.test)


def _needed(test: cst.BaseExpression) -> Iterator[str]:
    match test:
        case cst.Name(value=name):
            yield name
        case cst.BooleanOperation(operator=cst.And(), left=left, right=right):
            yield from _needed(left)
            yield from _needed(right)


QUESTION = QuestionKind("needs_true", answer)
