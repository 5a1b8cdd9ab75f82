"""What the models may ask of the packages that are installed beside the program."""

from __future__ import annotations

from typing import Protocol


class Installed(Protocol):
    """Classes and factories of installed packages by dotted name."""

    def bases(self, dotted: str) -> tuple[str, ...]:
        """Direct bases of a class; nothing where they are unknown."""

    def returns(self, dotted: str) -> str | None:
        """The callable whose value a function returns."""

    def names(self, dotted: str) -> tuple[str, ...]:
        """The names by which a class or function goes on the way from `dotted` to its definition."""

    def needs(self, dotted: str) -> frozenset[str]:
        """The distributions of a name, and all that they require."""

    def anew(self) -> Installed:
        """The same packages, for somebody who has not asked yet."""

    def save(self) -> None:
        """Remember what was read of them."""


class NothingInstalled:
    """Knows nothing."""

    def bases(self, dotted: str) -> tuple[str, ...]:
        """None."""
        del dotted
        return ()

    def returns(self, dotted: str) -> str | None:
        """Nothing."""
        del dotted
        return None

    def names(self, dotted: str) -> tuple[str, ...]:
        """The one given."""
        return (dotted,)

    def needs(self, dotted: str) -> frozenset[str]:
        """None."""
        del dotted
        return frozenset()

    def anew(self) -> NothingInstalled:
        """Itself."""
        return self

    def save(self) -> None:
        """Nothing to remember."""
