"""With which word does the text begin that a call gets first, or that a name is given? Facts keep short texts only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment


def answer(segment: Segment, question: Question) -> Answer:
    """The note is the word."""
    for node in segment.starting_at(question.line, question.column):
        given = _given(node)
        if given is not None and (words := _text(given).split(maxsplit=1)):
            return confirmed(words[0])
    return unknown("no text is the first argument")


def _given(node: cst.CSTNode) -> cst.CSTNode | None:
    match node:
        case cst.Call(args=[cst.Arg(value=value), *_]) | cst.Assign(value=value):
            return value
        case cst.AnnAssign(value=cst.BaseExpression() as value):
            return value
    return None


def _text(node: cst.CSTNode) -> str:
    match node:
        case cst.SimpleString():
            value = node.evaluated_value
            return value if isinstance(value, str) else ""
        case cst.ConcatenatedString(left=left):
            return _text(left)
        case cst.FormattedString(parts=[cst.FormattedStringText(value=value), *_]):
            return value
        case cst.Call(args=[cst.Arg(value=inner), *_]):
            return _text(inner)
        case cst.BinaryOperation(left=left):
            return _text(left)
    return ""


QUESTION = QuestionKind("first_word", answer)
