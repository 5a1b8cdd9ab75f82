"""What stands around a statement, up to its function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from statelint.syntax.question import Answer, Question, confirmed, refuted, unknown

if TYPE_CHECKING:
    import libcst as cst

    from statelint.syntax.segment import Segment


def outside_of(
    kinds: tuple[type[cst.CSTNode], ...], *, outside: str, inside: str
) -> Callable[[Segment, Question], Answer]:
    """Answers whether a statement stands in none of these, in words for either case."""

    def answer(segment: Segment, question: Question) -> Answer:
        head = segment.head(question.line)
        if head is None:
            return unknown("no statement stands on this line")
        is_inside = any(isinstance(above, kinds) for above in segment.within_function(head.node))
        return refuted(inside) if is_inside else confirmed(outside)

    return answer
