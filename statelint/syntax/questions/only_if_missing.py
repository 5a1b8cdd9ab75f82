"""Does a statement run only where a file or folder is not there yet?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import libcst as cst
import libcst.matchers as m

from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

LOOKS = ("exists", "isfile", "is_file", "isdir", "is_dir")
IS_THERE = m.Call(
    func=m.OneOf(
        m.Attribute(attr=m.OneOf(*(m.Name(name) for name in LOOKS))), m.OneOf(*(m.Name(name) for name in LOOKS))
    )
)
IS_MISSING = m.UnaryOperation(operator=m.Not(), expression=IS_THERE)


def answer(segment: Segment, question: Question) -> Answer:
    """Look for `if not path.exists():` around the statement, up to the function."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    for below, above in pairwise((head.node, *segment.within_function(head.node))):
        if isinstance(above, cst.If):
            wanted = IS_MISSING if below is above.body else IS_THERE
            if m.matches(above.test, wanted):
                return confirmed("only where it is missing")
    return refuted("whether it is there or not")


QUESTION = QuestionKind("only_if_missing", answer)
