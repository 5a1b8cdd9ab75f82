"""Answers questions about files, on demand: one parse for all questions of a segment."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import cast

from statelint.domain.errors import CatalogueError
from statelint.sources.installed import installed_packages
from statelint.syntax import questions as home
from statelint.syntax.edit import EditRequest, Written
from statelint.syntax.editing import written
from statelint.syntax.open import Opener, Unopened
from statelint.syntax.question import Answer, Question, QuestionKind, Verdict, unknown

__all__ = ["Answer", "Asker", "Question", "Verdict", "answers", "installed_questions", "question_kinds"]


class Asker:
    """Opens a file when the first question about it comes, and remembers every answer."""

    def __init__(self, text_of: Callable[[str], str]) -> None:
        """`text_of` gives the text of a path."""
        self._text_of = text_of
        self._openers: dict[str, Opener] = {}
        self._known: dict[tuple[str, Question], Answer] = {}
        self.seconds = 0.0
        self.twins: list[Asker] = []  # each for one fork of this process, where both ask at the same time

    def ask(self, path: str, question: Question) -> Answer:
        """The answer; UNKNOWN where libcst can't read the place."""
        key = (path, question)
        if key not in self._known:
            started = time.perf_counter()
            self._known[key] = self.find(path, question)
            self.seconds += time.perf_counter() - started
        return self._known[key]

    def find(self, path: str, question: Question) -> Answer:
        """The answer to a question that is asked for the first time."""
        return _answer(_kind(question), self._opener(path), question)

    def write(self, path: str, request: EditRequest) -> Written:
        """The replacements that an edit is made of."""
        return written(self._opener(path), request)

    def _opener(self, path: str) -> Opener:
        if path not in self._openers:
            self._openers[path] = Opener(self._text_of(path))
        return self._openers[path]


@cache
def question_kinds() -> Mapping[str, QuestionKind]:
    """Every question of ours by name; imports libcst."""
    return {kind.kind: kind for kind in _questions_in(home.__name__)}


@cache
def installed_questions() -> Mapping[str, QuestionKind]:
    """The questions of installed packages, each in a module of their `questions/`."""
    homes = (f"{package}.questions" for package in installed_packages().values())
    return {kind.kind: kind for home in homes for kind in _questions_in(home)}


def _questions_in(package: str) -> Iterator[QuestionKind]:
    try:
        found = importlib.import_module(package)
        for info in pkgutil.iter_modules(found.__path__):
            yield cast("QuestionKind", importlib.import_module(f"{package}.{info.name}").QUESTION)
    except (ImportError, AttributeError) as error:
        raise CatalogueError(str(error), package, "mend or update that package") from error


def answers(text: str, questions: Sequence[Question]) -> dict[Question, Answer]:
    """An answer for each question about one file."""
    asker = Asker(lambda _: text)
    return {question: asker.ask("", question) for question in questions}


def _answer(kind: QuestionKind, opener: Opener, question: Question) -> Answer:
    segment = opener.at(question.line)
    if isinstance(segment, Unopened):
        return unknown(segment.reason)
    try:
        return kind.answer(segment, question)
    except RecursionError:
        return unknown("the code is nested too deeply")


def _kind(question: Question) -> QuestionKind:
    kinds = question_kinds()
    if question.kind not in kinds:
        kinds = {**kinds, **installed_questions()}
    if (kind := kinds.get(question.kind)) is not None:
        return kind
    nearest = difflib.get_close_matches(question.kind, kinds, n=1) or sorted(kinds)
    raise CatalogueError(
        what=f"there is no question `{question.kind}`",
        where="statelint/syntax/questions",
        do=f"ask `{nearest[0]}`",
    )
