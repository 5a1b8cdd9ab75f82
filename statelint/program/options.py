"""Defaults of command-line options, by the calls that declare them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from statelint.facts.model import Const, Invoke, Operand
from statelint.program.linking import Linker
from statelint.program.objects import Context, External


class Options:
    """Found by one walk over all linked code, on first use."""

    def __init__(self, linker: Linker) -> None:
        """Nothing walked yet."""
        self._linker = linker
        self._rows = linker.models.arguments.option_rows
        self._defaults: dict[str, list[tuple[Context, Operand]]] | None = None

    def defaults(self, name: str) -> list[tuple[Context, Operand]]:
        """What the option of a name is where the command line does not say."""
        if self._defaults is None:
            self._defaults = defaultdict(list)
            for context in tuple(self._linker.contexts.values()) if self._rows else ():
                for op in context.body.ops:
                    if isinstance(op, Invoke) and self._declares(context, op):
                        self._note(context, op)
        return self._defaults.get(name, [])

    def _declares(self, context: Context, op: Invoke) -> bool:
        packages = [row.package for row in self._rows if op.name in row.methods]
        node = self._linker.node(context, op.base) if packages else None
        return node is not None and any(
            isinstance(obj, External) and obj.dotted.partition(".")[0] in packages for obj in node.objects
        )

    def _note(self, context: Context, op: Invoke) -> None:
        assert self._defaults is not None
        row = next(row for row in self._rows if op.name in row.methods)
        given = dict(op.keywords)
        action = given.get("action")
        default = given.get("default")
        if default is None and isinstance(action, Const) and str(action.value) in row.implied:
            default = Const(row.implied[str(action.value)])
        if default is not None:
            for name in _destinations(op, given.get("dest")):
                self._defaults[name].append((context, default))


def _destinations(op: Invoke, destination: Operand) -> Iterator[str]:
    if isinstance(destination, Const):
        yield str(destination.value)
        return
    for argument in op.args:
        if isinstance(argument, Const) and isinstance(argument.value, str):
            yield argument.value.lstrip("-").replace("-", "_")
