"""Is the holder assigned or cleared on every way into a function before the function reads it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.names import Names
from statelint.syntax.nodes import statements_of, walk_scope
from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown
from statelint.syntax.writes import is_about, subject_path

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment


def answer(segment: Segment, question: Question) -> Answer:
    """Find the first mention of the holder, and see whether it is a reset that always runs."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    function = head.node if isinstance(head.node, cst.FunctionDef) else segment.function_of(head.node)
    if not isinstance(function, cst.FunctionDef):
        return unknown("the line stands in no function")
    names = Names.of(segment, function, segment.layout.class_name(question.line))
    subject = subject_path(question.subject, names)
    found = _first_mention(statements_of(function.body), names, subject)
    return found or unknown("the function doesn't name the holder")


def _first_mention(statements: Sequence[cst.CSTNode], names: Names, subject: str) -> Answer | None:
    for statement in statements:
        if isinstance(statement, cst.Global | cst.Nonlocal) or not _mentions(statement, names, subject):
            continue
        if _is_reset(statement, names, subject):
            return confirmed("assigned before any read")
        match statement:
            case cst.With(body=body) if not any(_mentions(item, names, subject) for item in statement.items):
                return _first_mention(statements_of(body), names, subject)
            case cst.Try(body=body) if _mentions(body, names, subject):
                return _first_mention(statements_of(body), names, subject)
        return refuted("read, or assigned on some ways only")
    return None


def _mentions(node: cst.CSTNode, names: Names, subject: str) -> bool:
    return any(
        isinstance(one, cst.Name | cst.Attribute | cst.Subscript) and is_about(_path(one, names), subject)
        for one in walk_scope(node)
    )


def _path(node: cst.Name | cst.Attribute | cst.Subscript, names: Names) -> str:
    return names.path(node, 0 if isinstance(node, cst.Name) else 1)


def _is_reset(statement: cst.CSTNode, names: Names, subject: str) -> bool:
    """`X = ...` that doesn't read X, `X.clear()`, `X[:] = ...`, `del X[:]`."""
    match statement:
        case cst.Assign(targets=targets, value=value):
            whole = any(_is_whole(target.target, names, subject) for target in targets)
            return whole and not _mentions(value, names, subject)
        case cst.AnnAssign(target=target, value=value) if value is not None:
            return _is_whole(target, names, subject) and not _mentions(value, names, subject)
        case cst.Del(target=cst.Subscript() as target):
            return _is_whole(target, names, subject)
        case cst.Expr(value=cst.Call(func=cst.Attribute(value=owner, attr=cst.Name(value="clear")))):
            return is_about(names.path(owner), subject)
    return False


def _is_whole(target: cst.BaseExpression, names: Names, subject: str) -> bool:
    match target:
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            return any(_is_whole(element.value, names, subject) for element in elements)
        case cst.Subscript(value=owner, slice=[cst.SubscriptElement(slice=cst.Slice(lower=None, upper=None))]):
            return is_about(names.path(owner), subject)
        case cst.Name() | cst.Attribute():
            return is_about(_path(target, names), subject)
    return False


QUESTION = QuestionKind("reset_before_use", answer)
