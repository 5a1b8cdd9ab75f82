"""Does the line that `subject` names run after the asked line in every run of the function that doesn't fail?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.nodes import Suite, walk_scope
from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

Loop = cst.For | cst.While


def answer(segment: Segment, question: Question) -> Answer:
    """Follow the suites from the first line to the second."""
    first = segment.head(question.line)
    second = segment.head(int(question.subject)) if question.subject.isdigit() else None
    if first is None or second is None:
        return unknown("no statement stands on this line")
    if segment.function_of(first.node) is not segment.function_of(second.node):
        return refuted("another function")
    above = {node: child for child, node in segment.way_up(first.node)}
    way = list(segment.way_up(second.node))
    at = next((index for index, (_, node) in enumerate(way) if node in above), None)
    if at is None:
        return refuted("another function")
    child, common = way[at]
    inner = way[:at]
    if isinstance(common, Suite):
        return _in_suite(segment, first.node, (above[common], child, common), inner)
    if isinstance(common, cst.Try) and child is common.finalbody and above[common] is common.body:
        return _always(inner)
    return refuted("on another way through the function")


def _in_suite(
    segment: Segment, first: cst.CSTNode, where: tuple[cst.CSTNode, cst.CSTNode, cst.CSTNode],
    inner: Sequence[tuple[cst.CSTNode, cst.CSTNode]],
) -> Answer:  # fmt: skip
    """Both lines lie below one suite: the second in a later statement, and nothing leaves in between."""
    start, end, suite = where
    body = list(getattr(suite, "body", ()))
    if body.index(start) >= body.index(end):
        return refuted("runs before")
    between = body[body.index(start) + 1 : body.index(end)]
    rest = [node for one, parent in segment.way_up(first) if parent is not suite for node in _after(one, parent)]
    if start is not first and any(_leaves(node) for node in _until(rest, suite, segment)):
        return refuted("a way leaves before it")
    if any(_leaves(node) for node in between):
        return refuted("a way leaves before it")
    return _always(inner)


def _until(rest: Sequence[cst.CSTNode], suite: cst.CSTNode, segment: Segment) -> Iterator[cst.CSTNode]:
    """Those nodes that lie below the suite."""
    return (node for node in rest if suite in segment.above(node))


def _after(child: cst.CSTNode, suite: cst.CSTNode) -> Sequence[cst.CSTNode]:
    body = list(getattr(suite, "body", ())) if isinstance(suite, Suite) else []
    return body[body.index(child) + 1 :] if child in body else ()


def _always(inner: Sequence[tuple[cst.CSTNode, cst.CSTNode]]) -> Answer:
    """Whether the way down to the second line has no branch that may be left out."""
    for child, parent in inner:
        match parent:
            case cst.IndentedBlock() | cst.SimpleStatementSuite():
                before = parent.body[: list(parent.body).index(child)]
                if any(_leaves(node) for node in before) and not _in_finally(inner, parent):
                    return refuted("a way leaves before it")
            case cst.If() if not _asks_about(parent, inner[0][0]):
                return refuted("only on some ways")
            case cst.For() | cst.While() | cst.ExceptHandler() | cst.Else() | cst.Match():
                return refuted("only on some ways")
    return confirmed("follows in every run")


def _in_finally(inner: Sequence[tuple[cst.CSTNode, cst.CSTNode]], block: cst.CSTNode) -> bool:
    return any(isinstance(parent, cst.Finally) and child is block for child, parent in inner)


def _asks_about(branch: cst.If, line: cst.CSTNode) -> bool:
    """`if key in waiting: del waiting[key]`"""
    asked = {node.value for node in walk_scope(branch.test) if isinstance(node, cst.Name)} - {"self", "cls"}
    asked |= {node.attr.value for node in walk_scope(branch.test) if isinstance(node, cst.Attribute)}
    named = {node.value for node in walk_scope(line) if isinstance(node, cst.Name)}
    return bool(asked & named)


def _leaves(node: cst.CSTNode) -> bool:
    """Whether a statement may return, or leave the loop that it stands in."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, cst.Return):
            return True
        if isinstance(current, cst.SimpleStatementLine) and any(
            isinstance(one, cst.Break | cst.Continue) for one in current.body
        ):
            return True
        if isinstance(current, Loop):
            if any(isinstance(one, cst.Return) for one in walk_scope(current)):
                return True
            continue
        if not isinstance(current, cst.FunctionDef | cst.ClassDef | cst.Lambda):
            waiting += current.children
    return False


QUESTION = QuestionKind("same_run", answer)
