"""Which lines run while the lock taken at a line is held? The note says `first-last`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.nodes import walk_scope
from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Head, Segment


def answer(segment: Segment, question: Question) -> Answer:
    """A `with` guards its block; `lock.acquire()` what stands before the last `lock.release()`."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    if isinstance(head.node, cst.With):
        inside = [one.last for one in segment.heads if head.node in segment.above(one.node)]
        return confirmed(f"{head.first}-{max(inside, default=head.last)}")
    lock = next(_called_on(segment, head.node, "acquire"), None)
    if lock is None:
        return unknown("no lock is taken on this line")
    last = _release(segment, head, lock)
    return unknown("nothing gives the lock back") if last is None else confirmed(f"{head.last + 1}-{last}")


def _release(segment: Segment, head: Head, lock: str) -> int | None:
    """The line before the last release of the lock in the same function."""
    function = segment.function_of(head.node)
    found = [
        one.first - 1
        for one in segment.heads
        if one.first > head.last
        and segment.function_of(one.node) is function
        and lock in _called_on(segment, one.node, "release")
    ]
    return max(found, default=None)


def _called_on(segment: Segment, node: cst.CSTNode, method: str) -> Iterator[str]:
    """Receivers of calls of a method in a simple line or in the test of an `if`."""
    line = node.test if isinstance(node, cst.If | cst.While) else node
    if isinstance(line, cst.BaseCompoundStatement):
        return
    for found in walk_scope(line):
        if isinstance(found, cst.Call) and isinstance(found.func, cst.Attribute) and found.func.attr.value == method:
            yield segment.text(found.func.value)


QUESTION = QuestionKind("guarded_block", answer)
