"""Which lines does the `with` at a line guard? The note says `first-last`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment


def answer(segment: Segment, question: Question) -> Answer:
    """From the head of the statement to the last line inside."""
    head = segment.head(question.line)
    if head is None or not isinstance(head.node, cst.With):
        return unknown("no `with` stands on this line")
    inside = [one.last for one in segment.heads if head.node in segment.above(one.node)]
    return confirmed(f"{head.first}-{max(inside, default=head.last)}")


QUESTION = QuestionKind("guarded_block", answer)
