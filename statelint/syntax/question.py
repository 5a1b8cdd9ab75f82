"""What can be asked about a place in a file, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment


class Verdict(Enum):
    """Whether what was asked holds."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


class Question(msgspec.Struct, frozen=True, order=True):
    """`line` and `column` count from 1, columns in bytes of UTF-8 as facts do; `subject` is code."""

    kind: str
    line: int
    column: int = 0
    subject: str = ""


class Answer(msgspec.Struct, frozen=True):
    """A verdict and its reason in words."""

    verdict: Verdict
    note: str = ""

    @property
    def numbers(self) -> tuple[int, int] | None:
        """What the note names as `first-last`: the lines that were asked for, or a line and a column."""
        if self.verdict is not Verdict.CONFIRMED:
            return None
        first, _, last = self.note.partition("-")
        return int(first), int(last)


class QuestionKind(msgspec.Struct, frozen=True):
    """What each module of `questions/` has as its constant QUESTION."""

    kind: str
    answer: Callable[[Segment, Question], Answer]


def confirmed(note: str) -> Answer:
    """It holds."""
    return Answer(Verdict.CONFIRMED, note)


def refuted(note: str) -> Answer:
    """It does not hold."""
    return Answer(Verdict.REFUTED, note)


def unknown(note: str) -> Answer:
    """The code doesn't tell."""
    return Answer(Verdict.UNKNOWN, note)
