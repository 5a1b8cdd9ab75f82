"""Under which conditions does a statement run? The note is JSON: place and text of each, and whether it holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

Branch = tuple[int, int, str, bool]


def answer(segment: Segment, question: Question) -> Answer:
    """Each `if` and `elif` around it, innermost first; columns count from 1."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    found = list(_branches(segment, head.node))
    return confirmed(json.dumps(found)) if found else refuted("under no condition")


def _branches(segment: Segment, node: cst.CSTNode) -> Iterator[Branch]:
    written = {head.node: head for head in segment.heads}  # a piece of a file stands in an `if` of its own
    for below, above in segment.way_up(node):
        if isinstance(above, cst.If) and below is not above.test and above in written:
            head = written[above]
            yield head.first, head.column + _width(segment, above) + 1, segment.text(above.test), below is above.body


def _width(segment: Segment, condition: cst.If) -> int:
    """Of the word before a test, and what follows it."""
    outer = segment.parents.get(condition)
    word = "elif" if isinstance(outer, cst.If) and outer.orelse is condition else "if"
    return len(word) + len(segment.module.code_for_node(condition.whitespace_before_test))


QUESTION = QuestionKind("branches", answer)
