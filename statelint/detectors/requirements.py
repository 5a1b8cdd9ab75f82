"""What a program needs anyway, so that a fix that needs it too asks for nothing new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from statelint.facts.model import Call, Const, Invoke, Item, Op
from statelint.program.definitions import argument
from statelint.program.index import ProgramIndex
from statelint.program.objects import STARTUP, Context, External

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


class Requirements:
    """Asks a program for variables and packages without which it does not start."""

    def __init__(self, index: ProgramIndex) -> None:
        """Nothing asked yet."""
        self._index = index

    def is_variable_needed(self, variable: str) -> bool:
        """Whether start-up code reads the variable and fails where it is not set; so does none at all."""
        return not variable or any(
            isinstance(op, Item) and self._reads(context, op, variable)
            for context in self._index.linker.contexts.values()
            if context.phase == STARTUP
            for op in context.body.ops
        )

    def variable_like(self, name: str) -> str:
        """The one variable that start-up code reads and whose name has all words of this one; empty for none."""
        words = words_of(name)
        known = {one for one in self._variables if words and words <= words_of(one)} if "{" not in name else set()
        if name in known:
            return name
        return known.pop() if len(known) == 1 else ""

    @cached_property
    def _variables(self) -> frozenset[str]:
        """Names that start-up code reads from the environment as literals."""
        return frozenset(
            name
            for context in self._index.linker.contexts.values()
            if context.phase == STARTUP
            for op in context.body.ops
            for name in self._read_by(context, op)
        )

    def _read_by(self, context: Context, op: Op) -> Iterator[str]:
        match op:
            case Item(key=Const(value=str(name))) if VARIABLE.fullmatch(name) and self._reads(context, op, name):
                yield name
            case Call() | Invoke():
                for given in (*op.args, *(value for _, value in op.keywords)):
                    if isinstance(given, Const) and isinstance(given.value, str) and VARIABLE.fullmatch(given.value):
                        if self._is_name(context, op, given):
                            yield given.value

    def _is_name(self, context: Context, op: Call | Invoke, given: Const) -> bool:
        rows = (self._index.models.arguments.reader(callee.dotted) for callee in self._index.callees(context, op))
        return any(row is not None and argument(op, row.name) == (given,) for row in rows)

    def _reads(self, context: Context, op: Item, variable: str) -> bool:
        linker = self._index.linker
        if getattr(linker.literal(context, op.key), "value", None) != variable:
            return False
        arguments = self._index.models.arguments
        objects = linker.objects(context, op.base)
        return any(isinstance(obj, External) and arguments.holds_environment(obj.dotted) for obj in objects)

    def are_packages_needed(self, packages: Iterable[str]) -> bool:
        """Whether the program imports all of them; extras are not known."""
        imported = {name.partition(".")[0] for name in self._index.linker.modules.imported}
        return all("[" not in name and name.replace("-", "_") in imported for name in packages)


def words_of(variable: str) -> frozenset[str]:
    """`REDIS` and `URL` of `REDIS_URL`."""
    return frozenset(filter(None, variable.split("_")))
