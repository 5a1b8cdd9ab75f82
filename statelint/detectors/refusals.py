"""Does a comparison with what is kept turn requests away, with an answer such as `429 Too Many Requests`?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statelint.detectors.asking import holds_at
from statelint.domain.said import is_said
from statelint.facts.model import Attr, Body, Call, Const, Invoke, New, Operand
from statelint.program.definitions import arguments_of
from statelint.program.state import State
from statelint.syntax.batch import Asker


def refuses(state: State, words: Iterable[str], asker: Asker, *, only_values: bool) -> bool:
    """Whether a function that reads or writes the state compares it, and answers with one of the words."""
    name = ("=" if only_values else "") + state.key.name.rpartition(".")[2]
    places = [(write.context, write.span) for write in state.writes] + state.reads
    functions = {id(context.body): (context, span) for context, span in places}
    return any(
        holds_at(asker, context, span, "refuses", " ".join((name, *words)))
        for context, span in functions.values()
        if _may_say(context.body, words)
    )


def _may_say(body: Body, words: Iterable[str]) -> bool:
    return any(is_said(text, words) for text in _texts(body))


def _texts(body: Body) -> Iterator[str]:
    """Literals that are answered or handed over, and names that may be of exceptions or of numbers."""
    for op in body.ops:
        operands: Iterable[Operand] = ()
        match op:
            case Attr(name=name):
                yield name
            case Call(callee=callee):
                operands = (callee, *arguments_of(op))
            case Invoke(name=name):
                yield name
                operands = arguments_of(op)
            case New(values=values):
                operands = values
        for operand in operands:
            if isinstance(operand, str):
                yield operand
            elif isinstance(operand, Const):
                yield str(operand.value)
