"""The `write` rows of `rules/libraries`: which library calls use files, and where the path is among their arguments."""

from __future__ import annotations

from collections.abc import Callable, Collection

from statelint.models.rows import FileEffect, LibraryFile, WriteForm, WriteRow

NO_CHANGE = frozenset({FileEffect.READ, FileEffect.LIST, FileEffect.MEMORY})
Names = tuple[str, ...]
Fits = Callable[[str, WriteRow], bool]


class FileRows:
    """Finds the row of a call by its dotted name, or by the name of the method alone."""

    def __init__(self) -> None:
        """No row yet."""
        self._rows: dict[str, WriteRow] = {}
        self._methods: dict[str, list[tuple[str, WriteRow]]] = {}
        self._uploads: set[str] = set()
        self.upload_names: set[str] = set()

    def add(self, library: LibraryFile) -> None:
        """Index rows of one library."""
        self.upload_names.update(library.sources.upload_names)
        for row in library.write:
            for name in row.callables:
                self._rows[name] = row
                if row.upload:
                    self._uploads.add(name.rpartition(".")[0])
                self._methods.setdefault(name.rpartition(".")[2], []).append((name.partition(".")[0], row))

    def is_upload(self, dotted: str) -> bool:
        """Whether a class stands for a file that a client sent."""
        return dotted in self._uploads

    def changing(self) -> set[str]:
        """Callables that change a file, a folder or a database."""
        return {name for name, row in self._rows.items() if row.effect not in NO_CHANGE}

    def speaks_of(self, method: str) -> bool:
        """Whether any row is about a function or method of this name."""
        return method in self._methods

    def named(self, name: str) -> list[WriteRow]:
        """Rows about functions and methods of this name."""
        return [row for _, row in self._methods.get(name, ())]

    def row(self, names: Names) -> WriteRow | None:
        """The row for a callable, which may go by several names."""
        return next((self._rows[name] for name in names if name in self._rows), None)

    def of_value(self, package: str, method: str) -> WriteRow | None:
        """The row for a method of some value of a library whose class is not known."""
        return self._method(method, lambda owner, row: owner == package and not row.upload)

    def of_unknown(self, method: str) -> WriteRow | None:
        """The row for a method whose name says enough of an unknown receiver."""
        return self._method(method, lambda _, row: row.telling)

    def of_request(self, method: str, packages: Collection[str] = ()) -> WriteRow | None:
        """The row for a method of something that a client sent, of one of these packages if there is one."""
        own = self._method(method, lambda owner, row: row.upload and owner in packages)
        return own or self._method(method, lambda _, row: row.upload)

    def _method(self, method: str, fits: Fits) -> WriteRow | None:
        found = self._methods.get(method, ())
        return next((row for owner, row in found if row.form is WriteForm.METHOD and fits(owner, row)), None)
