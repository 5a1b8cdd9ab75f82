"""Where below a call or display does an argument of some name stand? Facts keep the place of the whole alone.

The answer is `line-column`, the column in bytes from 1 as facts count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment


def answer(segment: Segment, question: Question) -> Answer:
    """The first keyword or key of that name from the place on, within the statement."""
    head = segment.head(question.line)
    for line in range(question.line, head.last + 1 if head is not None else 0):
        text = segment.layout.source(line, line)
        for match in re.finditer(re.escape(question.subject), text):
            quoted = match.start() > 0 and text[match.start() - 1] in "\"'"
            column = match.start() + (0 if quoted else 1)
            bytes_before = len(text[: column - 1].encode("utf-8", "surrogatepass"))
            if any(_is_named(node, question.subject) for node in segment.starting_at(line, bytes_before + 1)):
                return confirmed(f"{line}-{bytes_before + 1}")
    return unknown("no such argument stands here")


def _is_named(node: cst.CSTNode, subject: str) -> bool:
    match node:
        case cst.Arg(keyword=cst.Name(value=name)):
            return name == subject
        case cst.DictElement(key=cst.SimpleString() as key):
            return key.raw_value == subject
    return False


QUESTION = QuestionKind("argument_place", answer)
