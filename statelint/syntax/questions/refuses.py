"""Does the function around a line compare what the first name of `subject` holds, and answer with a word of the rest?

With `=` before the name a value itself has to be compared, and not how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import libcst as cst

from statelint.domain.said import is_said
from statelint.syntax.names import Binding, Names
from statelint.syntax.nodes import children, walk_scope
from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

ORDERING = cst.LessThan | cst.LessThanEqual | cst.GreaterThan | cst.GreaterThanEqual


def answer(segment: Segment, question: Question) -> Answer:
    """Look for `if calls[client] > 5: return "slow down", 429`, also where a local has what is compared."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    subject, *words = question.subject.split()
    function = head.node if isinstance(head.node, cst.FunctionDef) else segment.function_of(head.node)
    kept = _Kept(Names.of(segment, function), subject)
    for one in walk_scope(function):
        if isinstance(one, cst.If) and kept.is_compared(one.test):
            branches = (one.body, one.orelse) if one.orelse is not None else (one.body,)
            if any(_says(branch, words) for branch in branches):
                return confirmed("refused")
    return refuted("no comparison refuses")


class _Kept:
    """What is kept under a name, under all names that it has in a function."""

    def __init__(self, names: Names, subject: str) -> None:
        """Follow it into the locals whose value is made of it."""
        self.only_values = subject.startswith("=")
        self.names = {subject.lstrip("=")}
        size = 0
        while len(self.names) > size:
            size = len(self.names)
            self.names |= {name for name, found in names.bindings.items() if any(map(self._is_made_of_it, found))}

    def _is_made_of_it(self, binding: Binding) -> bool:
        value = _value(binding)
        return value is not None and self._is_in(value)

    def is_compared(self, test: cst.CSTNode) -> bool:
        """Whether one side of an order is made of it."""
        return any(
            isinstance(one, cst.Comparison)
            and any(isinstance(target.operator, ORDERING) for target in one.comparisons)
            and self._is_in(one)
            for one in walk_scope(test)
        )

    def _is_in(self, node: cst.CSTNode) -> bool:
        return any(_name(one) in self.names for one in (self._values(node) if self.only_values else walk_scope(node)))

    def _values(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What lies below, but for what is counted."""
        if not isinstance(node, cst.BaseComp) and not (isinstance(node, cst.Call) and _name(node.func) == "len"):
            yield node
            for child in children(node):
                yield from self._values(child)


def _value(binding: Binding) -> cst.CSTNode | None:
    """What a name is bound to, or what that is a part of."""
    match binding.node:
        case cst.For(iter=value) | cst.CompFor(iter=value) | cst.AugAssign(value=value) | cst.Assign(value=value):
            return value
    return binding.value


def _name(node: cst.CSTNode) -> str:
    """Of a name or attribute; empty for other nodes."""
    if isinstance(node, cst.Attribute):
        node = node.attr
    return node.value if isinstance(node, cst.Name) else ""


def _says(node: cst.CSTNode, words: Iterable[str]) -> bool:
    """Whether a number, text or name below says one of the words."""
    return any(
        isinstance(one, cst.Integer | cst.SimpleString | cst.Name) and is_said(one.value.strip("'\""), words)
        for one in walk_scope(node)
    )


QUESTION = QuestionKind("refuses", answer)
