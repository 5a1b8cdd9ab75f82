"""What a program needs anyway, so that a fix that needs it too asks for nothing new."""

from __future__ import annotations

from collections.abc import Iterable

from statelint.facts.model import Item
from statelint.program.index import ProgramIndex
from statelint.program.objects import STARTUP, Context, External


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
