"""Does an argument or setting fulfil a clause of a row, and is that sure or only what happens by default?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum

import msgspec

from statelint.facts.model import Operand
from statelint.models.rows import Clause
from statelint.models.tables import Models
from statelint.program.definitions import arguments_of
from statelint.program.index import ProgramIndex
from statelint.program.objects import SERVING, ClassObject, Container, Context, Instance
from statelint.program.provenance import RANDOM
from statelint.program.values import (
    FromEnvironment,
    Joined,
    Known,
    Made,
    Reference,
    Result,
    Value,
)

DEEPEST_NESTING = 4


class Level(IntEnum):
    """How sure an answer is."""

    NO = 0
    BY_DEFAULT = 1  # unless the environment or another branch says otherwise
    YES = 2


class Alternative(msgspec.Struct, frozen=True):
    """One thing that a value may be; `variable` names what may replace it."""

    value: Value
    variable: str = ""


def alternatives(values: Iterable[Value]) -> Iterator[Alternative]:
    """Defaults of environment variables are taken out, and know their variable."""
    values = tuple(values)
    variables = [value.name or "the environment" for value in values if isinstance(value, FromEnvironment)]
    instead = variables[0] if variables else ""
    for value in values:
        if isinstance(value, FromEnvironment):
            for inner in alternatives(value.default):
                yield Alternative(inner.value, value.name or "the environment")
        else:
            yield Alternative(value, instead)


def is_decided_elsewhere(values: Iterable[Value]) -> bool:
    """Whether a value is read from the environment, with a default or without."""
    return any(isinstance(value, FromEnvironment) for value in values)


class Clauses:
    """Tests values against clauses."""

    def __init__(self, index: ProgramIndex) -> None:
        """Asks the program for what objects hold."""
        self.index = index
        self.models: Models = index.models

    def test(
        self, clause: Clause, values: tuple[Value, ...], source: tuple[Context, Operand] | None = None
    ) -> tuple[Level, str]:
        """How sure it is that a value fulfils a clause, and the variable that may change it."""
        if clause.drawn:
            drawn = source is not None and self._is_drawn(*source)
            variable = next((one.variable for one in alternatives(values) if one.variable), "")
            return (Level.NO if not drawn else Level.BY_DEFAULT if variable else Level.YES), variable
        best, variable, all_fulfil = Level.NO, "", True
        for alternative in alternatives(values):
            if self._fulfils(clause, alternative.value):
                level = Level.BY_DEFAULT if alternative.variable else Level.YES
                if level > best:
                    best, variable = level, alternative.variable
            else:
                all_fulfil = False
        if best is Level.YES and not all_fulfil and self._is_choice(clause, values):
            return Level.BY_DEFAULT, ""
        return best, variable

    def _is_drawn(self, context: Context, operand: Operand) -> bool:
        """Drawn at random by this process, and not by one request for itself."""
        if context.phase == SERVING and not self.index.values.through(context, operand):
            return False
        return RANDOM in self.index.provenance.of(context, operand)

    def _is_choice(self, clause: Clause, values: tuple[Value, ...]) -> bool:
        """Whether another branch gives a value that says something else."""
        return any(
            isinstance(one.value, Known) and isinstance(one.value.value, str) and not self._fulfils(clause, one.value)
            for one in alternatives(values)
        )

    def _fulfils(self, clause: Clause, value: Value) -> bool:
        if clause.equals:
            return isinstance(value, Known) and _folded(value.value) in {_folded(one) for one in clause.equals}
        if clause.prefix:
            return any(_starts(text, clause.prefix) for text in _leading(value))
        if clause.suffix:
            return any(text.lower().endswith(tuple(one.lower() for one in clause.suffix)) for text in _trailing(value))
        if clause.contains:
            return any(part in text for text in self.texts(value) for part in clause.contains)
        if clause.call:
            return any(name in clause.call or f"{name}()" in clause.call for name in self._called(value))
        if clause.instance_of:
            return any(name in clause.instance_of for name in self._classes(value))
        return False

    def _called(self, value: Value) -> Iterator[str]:
        """Names of the calls that gave a value, inner arguments included."""
        if not isinstance(value, Result):
            return
        yield from self.models.names_through_bases(value.dotted)
        op = value.op
        for operand in arguments_of(op):
            if type(operand) is int:
                for inner in self.index.values.of(value.context, operand):
                    if isinstance(inner, Result) and inner.op is not op:
                        yield inner.dotted

    def _classes(self, value: Value) -> Iterator[str]:
        match value:
            case Result(dotted=dotted) | Reference(dotted=dotted):
                yield from (dotted, *self.models.bases(dotted))
            case Made(obj=Instance(cls=cls)):
                yield from self.index.linker.external_bases(cls)
            case Known(value=str() as dotted):
                yield dotted
                named = self.index.linker.named(dotted)
                for obj in tuple(named.objects) if named is not None else ():
                    if isinstance(obj, ClassObject):
                        yield from self.index.linker.external_bases(obj)

    def texts(self, value: Value, depth: int = DEEPEST_NESTING) -> Iterator[str]:
        """Every text that a value may hold."""
        match value:
            case Known(value=str() as text):
                yield text
            case Joined(parts=parts):
                yield from (text for part in parts for one in part for text in self.texts(one, depth))
            case FromEnvironment(default=default):
                yield from (text for one in default for text in self.texts(one, depth))
            case Made(obj=Container() as obj) if depth:
                for store in self.index.stores.items(obj):
                    for inner in self.index.values.stored(store):
                        yield from self.texts(inner, depth - 1)


def _folded(value: object) -> object:
    return value.lower() if isinstance(value, str) else (type(value), value)


def _starts(text: str, prefixes: tuple[str, ...]) -> bool:
    return text.lower().startswith(tuple(prefix.lower() for prefix in prefixes))


def _leading(value: Value) -> Iterator[str]:
    """The texts with which a value may begin, as far as they are known."""
    match value:
        case Known(value=str() as text):
            yield text
        case FromEnvironment(default=default):
            yield from (text for one in default for text in _leading(one))
        case Joined(parts=parts, separator=separator):
            yield from _joined_beginnings(parts, separator)


def _joined_beginnings(parts: tuple[tuple[Value, ...], ...], separator: str) -> Iterator[str]:
    known = ""
    for part in parts:
        texts = [text for one in part for text in _leading(one)]
        if len(texts) != 1 or not isinstance(part[0], Known):
            yield from (known + text for text in texts or [""])
            return
        known += texts[0] + separator
    yield known


def _trailing(value: Value) -> Iterator[str]:
    """The texts with which a value may end, as far as they are known."""
    match value:
        case Known(value=str() as text):
            yield text
        case FromEnvironment(default=default):
            yield from (text for one in default for text in _trailing(one))
        case Joined(parts=parts, separator=separator) if parts:
            yield from _joined_ends(parts, separator)


def _joined_ends(parts: tuple[tuple[Value, ...], ...], separator: str) -> Iterator[str]:
    ends = [text for one in parts[-1] for text in _trailing(one)]
    if len(parts) > 1 and len(parts[-2]) == 1 and isinstance(parts[-2][0], Known):
        ends = [f"{parts[-2][0].value}{separator}{text}" for text in ends]
    yield from ends
