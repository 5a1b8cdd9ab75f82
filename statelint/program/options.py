"""Defaults of command-line options, by the calls that declare them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from statelint.facts.model import Const, Invoke, Operand
from statelint.models.rows import OptionRow
from statelint.program.definitions import calls_of
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
                for op in calls_of(context.body):
                    if isinstance(op, Invoke) and (row := self._row(context, op)) is not None:
                        for option, default in _declared(op, row):
                            self._defaults[option].append((context, default))
        return self._defaults.get(name, [])

    def _row(self, context: Context, op: Invoke) -> OptionRow | None:
        rows = [row for row in self._rows if op.name in row.methods]
        objects = self._linker.objects(context, op.base) if rows else ()
        packages = {obj.dotted.partition(".")[0] for obj in objects if isinstance(obj, External)}
        return next((row for row in rows if row.package in packages), None)


def _declared(op: Invoke, row: OptionRow) -> Iterator[tuple[str, Operand]]:
    given = dict(op.keywords)
    action = given.get("action")
    default = given.get("default")
    if default is None and isinstance(action, Const) and str(action.value) in row.implied:
        default = Const(row.implied[str(action.value)])
    if default is not None:
        for name in _destinations(op, given.get("dest")):
            yield name, default


def _destinations(op: Invoke, destination: Operand) -> Iterator[str]:
    if isinstance(destination, Const):
        yield str(destination.value)
        return
    for argument in op.args:
        if isinstance(argument, Const) and isinstance(argument.value, str):
            yield argument.value.lstrip("-").replace("-", "_")
