"""Answers many questions about one file: each segment is parsed once for all of its questions."""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from enum import Enum

import msgspec

from statelint.syntax import questions as question_package
from statelint.syntax.open import Opened, Segment, open_segment


class Verdict(Enum):
    """What a question found."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


class Answer(msgspec.Struct, frozen=True):
    """A verdict with its reason in words."""

    verdict: Verdict
    note: str = ""


class Question(msgspec.Struct, frozen=True):
    """Something to find out about one line of a function."""

    kind: str
    line: int
    segment: Segment


Asker = Callable[[Opened, int], tuple[str, str]]
UNKNOWN = Answer(Verdict.UNKNOWN, "the code could not be opened")


def askers() -> Mapping[str, Asker]:
    """Every question by name, found by walking the package."""
    found: dict[str, Asker] = {}
    for info in pkgutil.iter_modules(question_package.__path__):
        module = importlib.import_module(f"{question_package.__name__}.{info.name}")
        found[info.name] = module.QUESTION
    return found


def answers(text: str, asked: Iterable[Question]) -> dict[Question, Answer]:
    """Answer questions about one file."""
    by_segment: dict[Segment, list[Question]] = defaultdict(list)
    for question in asked:
        by_segment[question.segment].append(question)
    known = askers()
    found: dict[Question, Answer] = {}
    for segment, group in by_segment.items():
        opened = open_segment(text, segment)
        for question in group:
            if opened is None:
                found[question] = UNKNOWN
            else:
                verdict, note = known[question.kind](opened, question.line)
                found[question] = Answer(Verdict(verdict), note)
    return found
