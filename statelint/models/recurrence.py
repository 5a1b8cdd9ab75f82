"""What rows say about work that goes on: who waits for a time, who listens for ever, who takes a lease."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from statelint.models.rows import LibraryFile


class Recurrence:
    """Lookup tables over dotted names."""

    def __init__(self, names_of: Callable[[str], tuple[str, ...]]) -> None:
        """`names_of` gives a name and the same member of each base of its class."""
        self._names_of = names_of
        self._waits: set[str] = set()
        self._listens: set[str] = set()
        self._leases: set[str] = set()
        self.lease_keywords: set[str] = set()
        self._lease_texts: tuple[str, ...] = ()

    def add(self, library: LibraryFile) -> tuple[str, ...]:
        """Index the rows of a library; gives every name that they speak of."""
        self._waits.update(library.waits)
        self._listens.update(library.listens)
        self._leases.update(library.lease.callables)
        self.lease_keywords.update(library.lease.keywords)
        self._lease_texts += tuple(text.casefold() for text in library.lease.texts)
        names = (*library.waits, *library.listens, *library.lease.callables)
        return tuple(name for name in names if "*" not in name)

    def waits(self, dotted: str) -> bool:
        """Whether a call waits for a time."""
        return self._is_in(self._waits, dotted)

    def listens(self, dotted: str) -> bool:
        """Whether a call goes on for ever, with what every other replica gets too."""
        return self._is_in(self._listens, dotted)

    def takes_lease(self, dotted: str) -> bool:
        """Whether only one replica gets what a call asks for."""
        return self._is_in(self._leases, dotted)

    def says_lease(self, texts: Iterable[str]) -> bool:
        """Whether a statement of a database takes a lease."""
        return any(part in text.casefold() for text in texts for part in self._lease_texts)

    def _is_in(self, names: set[str], dotted: str) -> bool:
        if any(name in names for name in self._names_of(dotted)):
            return True
        parts = dotted.split(".")
        return any(f"{'.'.join(parts[:size])}.*.{parts[-1]}" in names for size in (1, 2))
