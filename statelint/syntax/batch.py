"""Answers many questions about one file: one parse for all questions of a segment."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from typing import cast

from statelint.domain.errors import CatalogueError
from statelint.syntax import questions as home
from statelint.syntax.open import Opener, Unopened
from statelint.syntax.question import Answer, Question, QuestionKind, Verdict, unknown

__all__ = ["Answer", "Question", "Verdict", "answers", "question_kinds"]


def question_kinds() -> Mapping[str, QuestionKind]:
    """Every question by name; imports libcst."""
    modules = (importlib.import_module(f"{home.__name__}.{info.name}") for info in pkgutil.iter_modules(home.__path__))
    found = [cast("QuestionKind", module.QUESTION) for module in modules]
    return {kind.kind: kind for kind in found}


def answers(text: str, questions: Sequence[Question]) -> dict[Question, Answer]:
    """An answer for each question about one file; UNKNOWN where libcst can't read the place."""
    if not questions:
        return {}
    kinds = question_kinds()
    opener = Opener(text)
    return {question: _answer(_kind(kinds, question), opener, question) for question in questions}


def _answer(kind: QuestionKind, opener: Opener, question: Question) -> Answer:
    segment = opener.at(question.line)
    if isinstance(segment, Unopened):
        return unknown(segment.reason)
    try:
        return kind.answer(segment, question)
    except RecursionError:
        return unknown("the code is nested too deeply")


def _kind(kinds: Mapping[str, QuestionKind], question: Question) -> QuestionKind:
    if (kind := kinds.get(question.kind)) is not None:
        return kind
    nearest = difflib.get_close_matches(question.kind, kinds, n=1) or sorted(kinds)
    raise CatalogueError(
        what=f"there is no question `{question.kind}`",
        where="statelint/syntax/questions",
        do=f"ask `{nearest[0]}`",
    )
