"""Questions about a place in the code of the program."""

from __future__ import annotations

from statelint.domain.findings import Place
from statelint.facts.model import Span
from statelint.program.objects import Context
from statelint.syntax.batch import Answer, Asker, Question, Verdict


def answer_at(asker: Asker, context: Context, span: Span, kind: str, subject: str = "") -> Answer:
    """What a question of this kind is answered about a place."""
    return asker.ask(context.module.path, Question(kind, span.line, span.column, subject))


def holds_at(asker: Asker, context: Context, span: Span, kind: str, subject: str = "") -> bool:
    """Whether what is asked holds there, for sure."""
    return answer_at(asker, context, span, kind, subject).verdict is Verdict.CONFIRMED


def argument_place(asker: Asker, place: Place, name: str) -> Place:
    """Where an argument or key of a name stands in the call or display at a place; else the place itself."""
    found = asker.ask(place.path, Question("argument_place", place.line, place.column, name)).numbers
    if found is None:
        return place
    line, column = found
    return Place(place.path, line, column, line, column + len(name.encode()))
