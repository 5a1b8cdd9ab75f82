"""What runs while a lock is held? The note lists calls as `a.b`, writes as `a.b=`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.names import Names
from statelint.syntax.nodes import statements_of, suite_of, walk_scope
from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, unknown
from statelint.syntax.writes import targets_of

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

BLOCK_NOT_FOUND = unknown("the guarded block is not found")


def answer(segment: Segment, question: Question) -> Answer:
    """List what stands between taking and giving back."""
    head = segment.head(question.line)
    if head is None:
        return BLOCK_NOT_FOUND
    if isinstance(head.node, cst.With):
        guarded = list(_with_block(segment, head.node, question.subject))
    else:
        guarded = list(_acquired_block(segment, head.node, question.subject))
    if not guarded:
        return BLOCK_NOT_FOUND
    names = Names.of(segment, segment.function_of(head.node))
    return confirmed(", ".join(dict.fromkeys(_effects(segment, guarded, names))))


def _with_block(segment: Segment, block: cst.With, subject: str) -> Iterator[cst.CSTNode]:
    """The body, and the items that are entered after the lock."""
    texts = [segment.text(item.item) for item in block.items]
    taken = next((index for index, text in enumerate(texts) if text == subject.strip()), 0)
    yield from block.items[taken + 1 :]
    yield from statements_of(block.body)


def _acquired_block(segment: Segment, node: cst.CSTNode, subject: str) -> Iterator[cst.CSTNode]:
    """From `lock.acquire()` to `lock.release()`, also where the release stands in a `finally`."""
    lock = next(
        (text for text in _called_on(segment, node, "acquire") if not subject or text == subject.strip()),
        None,
    )
    block = suite_of(segment.parents, node)
    if lock is None or block is None:
        return
    if isinstance(node, cst.If):
        yield from statements_of(node.body)
        return
    lines = list(getattr(block, "body", ()))
    following = lines[lines.index(node) + 1 :] if node in lines else []
    for statement in following:
        last = statement.finalbody if isinstance(statement, cst.Try) else None
        if last is not None and lock in _called_on(segment, last, "release"):
            yield statement.body
            yield from statement.handlers
            return
        if lock in _called_on(segment, statement, "release"):
            return
        yield statement


def _called_on(segment: Segment, node: cst.CSTNode, method: str) -> list[str]:
    """Receivers of calls of a method, in a simple line, a test or a block."""
    whole = node.test if isinstance(node, cst.If) and method == "acquire" else node
    return [
        segment.text(found.func.value)
        for found in walk_scope(whole)
        if isinstance(found, cst.Call) and isinstance(found.func, cst.Attribute) and found.func.attr.value == method
    ]


def _effects(segment: Segment, guarded: Iterable[cst.CSTNode], names: Names) -> Iterator[str]:
    for part in guarded:
        for node in walk_scope(part) if not isinstance(part, cst.FunctionDef | cst.ClassDef) else ():
            if isinstance(node, cst.Call):
                yield _dotted(segment, node.func)
            for target, _ in targets_of(node):
                if not (isinstance(target, cst.Name) and target.value not in names.shared):
                    yield f"{_dotted(segment, target)}="


def _dotted(segment: Segment, node: cst.BaseExpression) -> str:
    """`self.db.save` for what is called or written, without keys and arguments."""
    match node:
        case cst.Attribute(value=value, attr=attr):
            return f"{_dotted(segment, value)}.{attr.value}"
        case cst.Subscript(value=value) | cst.Call(func=value) | cst.Await(expression=value):
            return _dotted(segment, value)
        case cst.Name(value=name):
            return name
    return type(node).__name__.lower()


QUESTION = QuestionKind("lock_guards", answer)
