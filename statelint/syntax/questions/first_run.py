"""Does a statement run only until a name of the module is set, which is set beside it? The note is that name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.conditions import Atom, Form
from statelint.syntax.guards import Guard, guards
from statelint.syntax.names import Names
from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown
from statelint.syntax.writes import SELF, set_within

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment


def answer(segment: Segment, question: Question) -> Answer:
    """`if APP is None: APP = make()`: what stands in this block runs once."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    function = head.node if isinstance(head.node, cst.FunctionDef) else segment.function_of(head.node)
    names = Names.of(segment, function, segment.layout.class_name(question.line))
    for guard in guards(head.node, names):
        for clause in guard.clauses:
            flags = [_flag(atom, guard, names) for atom in clause]
            if all(flags):
                return confirmed(flags[0])
    return refuted("no such name")


def _flag(atom: Atom, guard: Guard, names: Names) -> str:
    """The module's name whose absence an atom states, if the region sets it."""
    if atom.form is Form.NOT_ABSENT:
        return ""
    is_set = set(set_within(guard.region, guard.since, names))
    return next((path for path in atom.paths if path in is_set and _is_of_module(path, names)), "")


def _is_of_module(path: str, names: Names) -> bool:
    return path.isidentifier() and path not in SELF and not names.is_local(path)


QUESTION = QuestionKind("first_run", answer)
