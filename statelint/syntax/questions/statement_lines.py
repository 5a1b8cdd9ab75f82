"""Which lines does the statement around a line have? The answer is `first-last`, with its decorators."""

from __future__ import annotations

from statelint.syntax.question import Answer, Question, QuestionKind, confirmed
from statelint.syntax.segment import Segment


def answer(segment: Segment, question: Question) -> Answer:
    """A simple statement, or the head of a compound one."""
    head = segment.head(question.line)
    if head is None:
        return confirmed(f"{question.line}-{question.line}")
    owner = head.node if hasattr(head.node, "decorators") else segment.parents.get(head.node)
    decorators = getattr(owner, "decorators", ())
    if head.node is not owner and head.node not in decorators:
        return confirmed(f"{head.first}-{head.last}")
    heads = [one for one in segment.heads if one.node is owner or one.node in decorators]
    return confirmed(f"{heads[0].first}-{heads[-1].last}")


QUESTION = QuestionKind("statement_lines", answer)
