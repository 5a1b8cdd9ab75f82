"""Databases in memory that one function opens for itself, and for those that it calls: nothing outside them, and gone
with the connection."""

from __future__ import annotations

from statelint.facts.model import Attr, Bind, Call, Const, Enter, Invoke, Item, Iterate, Move, Op, Operand
from statelint.program.definitions import argument, calls_of, definitions_of, given_to
from statelint.program.linking import Linker
from statelint.program.objects import Context, External
from statelint.program.opened import hands_on, names_of

ADDRESS = (0, "database")
LONGEST_CHAIN = 12  # operations between a connection and what it gave


class Scratch:
    """Looks at the address and at what becomes of the connection. Answers are remembered."""

    def __init__(self, linker: Linker) -> None:
        """Nothing looked at yet."""
        self._linker = linker
        self._arguments = linker.models.arguments
        self._opened: dict[Context, frozenset[Operand]] = {}

    def opens(self, dotted: str, context: Context, op: Call | Invoke) -> bool:
        """Whether a call opens one."""
        given = argument(op, ADDRESS)
        address = given[0].value if given is not None and isinstance(given[0], Const) else None
        return address in self._arguments.memory_addresses(dotted) and not self._is_kept(context, op)

    def _is_kept(self, context: Context, op: Call | Invoke) -> bool:
        if context.body.kind == "function":
            return self._outlives(context, op.target, set())
        return any(isinstance(name, str) for name in names_of(context.body, op.target))

    def _outlives(self, context: Context, value: Operand, seen: set[tuple[Context, Operand]]) -> bool:
        """Whether a value may be used when the function that has it is done, also through functions that it calls."""
        if (context, value) in seen:
            return False
        seen.add((context, value))
        names = names_of(context.body, value)
        return any(self._hands_on(context, op, names, seen) for op in context.body.ops)

    def _hands_on(self, context: Context, op: Op, names: set[Operand], seen: set[tuple[Context, Operand]]) -> bool:
        edges = context.calls_at.get(op.span) if isinstance(op, Call | Invoke) else None
        if not edges or not isinstance(op, Call | Invoke):
            return hands_on(context.body, op, names)
        return any(
            self._outlives(edge.callee, param.name, seen)
            for edge in edges
            for index, param in enumerate(edge.callee.body.params)
            if (given := given_to(op, edge.callee, index)) is not None and given[0] in names
        )

    def gives(self, context: Context, operand: Operand) -> bool:
        """Whether a value is such a connection, or something that it gave to the function that opened it."""
        opened = self._opened_in(context)
        return bool(opened) and self._comes_from(context, operand, opened, LONGEST_CHAIN)

    def _opened_in(self, context: Context) -> frozenset[Operand]:
        found = self._opened.get(context)
        if found is None:
            addresses = (op for op in calls_of(context.body) if argument(op, ADDRESS) is not None)
            found = self._opened[context] = frozenset(op.target for op in addresses if self._is_opening(context, op))
        return found

    def _is_opening(self, context: Context, op: Call | Invoke) -> bool:
        made = self._linker.objects(context, op.target)
        return any(isinstance(obj, External) and obj.made and self.opens(obj.dotted, context, op) for obj in made)

    def _comes_from(self, context: Context, operand: Operand, opened: frozenset[Operand], patience: int) -> bool:
        if operand in opened:
            return True
        made = definitions_of(context.body).get(operand, ()) if patience else ()
        return bool(made) and all(self._comes_from(context, _source(op), opened, patience - 1) for op in made)


def _source(op: Op) -> Operand:
    """What an operation takes its value from."""
    match op:
        case Bind(source=source) | Move(source=source) | Enter(source=source) | Iterate(source=source):
            return source
        case Call(args=(first, *_)) | Invoke(name="closing", args=(first, *_)):
            return first
        case Attr(base=base) | Item(base=base) | Invoke(base=base):
            return base
    return None
