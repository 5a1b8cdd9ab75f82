"""Files of data that code reads as its settings: which one a path names, and what a call gives of it."""

from __future__ import annotations

from collections.abc import Iterator

from statelint.facts.data import DOCUMENT
from statelint.facts.model import Call, Invoke, Operand, Span
from statelint.program.definitions import arguments_of, definitions_of
from statelint.program.modules import Module
from statelint.program.objects import Container, Context
from statelint.program.values import FromEnvironment, Joined, Known, Made, Result, Value, Values

DEEPEST_READING = 4  # calls between the name of a file and what is read from it


class Documents:
    """Follows paths to files of the program."""

    def __init__(self, values: Values) -> None:
        """`values` say what a path may be."""
        self._values = values
        self._modules = values.linker.modules
        self._has_data = any(not module.is_code for module in self._modules.all)
        self._open: set[Span] = set()  # calls whose files are being looked for

    def of(self, context: Context, operand: Operand) -> list[Container]:
        """Dicts and lists of files of data that an operand may be."""
        if not self._has_data:
            return []
        made = (value.obj for value in self._values.of(context, operand) if isinstance(value, Made))
        return [obj for obj in made if isinstance(obj, Container) and obj.is_data]

    def parsed(self, context: Context, op: Call | Invoke) -> list[Value]:
        """What `json.load(open("settings.json"))` gives."""
        if not (self._has_data and op.args) or op.span in self._open:
            return []
        self._open.add(op.span)
        found = self.files(context, op.args[0])
        self._open.discard(op.span)
        nodes = [self._values.linker.global_node(module, DOCUMENT) for module in found if not module.is_code]
        return [Made(obj) for node in nodes for obj in tuple(node.objects)]

    def files(self, context: Context, operand: Operand) -> tuple[Module, ...]:
        """The files that a path names, or what was opened or read from there."""
        names = self.names(context, operand)
        return tuple(dict.fromkeys(one for name in names for one in self._modules.files_named(name, context.module)))

    def names(self, context: Context, operand: Operand) -> tuple[str, ...]:
        """The ends of these paths, as far as they are known."""
        return tuple(dict.fromkeys(self._names(context, operand, DEEPEST_READING)))

    def _names(self, context: Context, operand: Operand, depth: int) -> Iterator[str]:
        for value in self._values.of(context, operand):
            yield from self._ends(value, depth)
        for op in definitions_of(context.body).get(operand, ()) if type(operand) is int else ():
            if isinstance(op, Invoke):  # a method of what was opened
                yield from self._given(context, op, depth)

    def _ends(self, value: Value, depth: int) -> Iterator[str]:
        match value:
            case Known(value=str() as text):
                yield text
            case Joined(parts=(*_, last)):
                yield from (name for one in last for name in self._ends(one, depth))
            case FromEnvironment(default=default):
                yield from (name for one in default for name in self._ends(one, depth))
            case Result(context=context, op=op):
                yield from self._given(context, op, depth)

    def _given(self, context: Context, op: Call | Invoke, depth: int) -> Iterator[str]:
        for operand in (*arguments_of(op), *((op.base,) if isinstance(op, Invoke) else ())) if depth else ():
            yield from self._names(context, operand, depth - 1)
