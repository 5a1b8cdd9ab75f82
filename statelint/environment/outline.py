"""What a module binds at its top level, as far as classes, factories and re-exports go."""

from __future__ import annotations

from enum import IntEnum

import msgspec


class Kind(IntEnum):
    """What a name stands for."""

    UNSURE = 0  # bound in several ways, or to what is not followed
    ALIAS = 1  # `targets` has the dotted name that it stands for
    CLASS = 2  # `targets` are its bases, in order
    FACTORY = 3  # a function; `targets` has the callable whose value it returns


class Binding(msgspec.Struct, frozen=True, array_like=True):
    """One name with dotted names from the root of the environment."""

    kind: Kind
    targets: tuple[str, ...] = ()


class Outline(msgspec.Struct, frozen=True, array_like=True):
    """The names of one module; `size` in bytes is what it costs to know them."""

    size: int
    names: dict[str, Binding] = {}
    stars: tuple[str, ...] = ()  # modules whose public names are taken over, in order
    exported: tuple[str, ...] | None = None  # a literal `__all__`

    def offers(self, name: str) -> bool:
        """Whether `import *` takes this name over."""
        return name in self.exported if self.exported is not None else not name.startswith("_")


UNSURE = Binding(Kind.UNSURE)
