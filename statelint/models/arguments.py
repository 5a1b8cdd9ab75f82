"""What rows say about arguments and settings: who reads the environment, what keeps a text, which back end is local."""

from __future__ import annotations

from collections.abc import Callable

from statelint.models.rows import BackendForm, BackendRow, FieldRow, LayersRow, LibraryFile, OptionRow, ReaderRow

MEMO_RULE = "STL302"
Names = Callable[[str], tuple[str, ...]]


class Arguments:
    """Lookup tables over dotted names."""

    def __init__(self, names_of: Names) -> None:
        """`names_of` gives a name and the same member of each base of its class."""
        self._names_of = names_of
        self._readers: dict[str, ReaderRow] = {}
        self._fields: dict[str, FieldRow] = {}
        self.layers: dict[str, LayersRow] = {}
        self._backends: dict[str, list[BackendRow]] = {}
        self._environment_classes: set[str] = set()
        self.environment_prefix: set[str] = set()
        self.environment_delimiter: set[str] = set()
        self._memory_addresses: dict[str, tuple[str, ...]] = {}
        self._keeps: set[str] = set()
        self._joins: set[str] = set()
        self._parses: set[str] = set()
        self._shipped: tuple[str, ...] = ()
        self.memos: set[str] = set()  # decorators that memoise, where a row says what is local
        self.backend_rows: list[BackendRow] = []
        self.option_rows: list[OptionRow] = []

    def add(self, library: LibraryFile) -> tuple[str, ...]:
        """Index the rows of a library; gives every name that they speak of."""
        names: list[str] = []
        self._environment_classes.update(library.environment_classes)
        self.environment_prefix.update(library.environment_prefix)
        self.environment_delimiter.update(library.environment_delimiter)
        self._memory_addresses.update(library.memory_addresses)
        self._keeps.update(library.text.keeps)
        self._joins.update(library.text.joins)
        self._parses.update(library.text.parses)
        self._shipped += library.text.shipped
        for reader in library.reader:
            self._readers.update(dict.fromkeys(reader.callables, reader))
            names += reader.callables
        for field in library.field:
            self._fields.update(dict.fromkeys(field.callables, field))
            names += field.callables
        for layers in library.layers:
            self.layers.update(dict.fromkeys(layers.callables, layers))
            names += layers.callables
        self.option_rows.extend(library.option)
        self.backend_rows.extend(library.backend)
        for row in library.backend:
            if row.rule == MEMO_RULE and row.form is BackendForm.DECORATOR:
                self.memos.update(row.callables)
            for name in row.callables:
                self._backends.setdefault(name, []).append(row)
            names += row.callables
            for clause in (*row.local_when, *row.external_when):
                names += (name.removesuffix("()") for name in (*clause.call, *clause.instance_of, clause.of))
        return tuple(names)

    def reader(self, dotted: str) -> ReaderRow | None:
        """How a callable, or a mapping as `name[]`, reads the environment."""
        return next((self._readers[name] for name in self._names_of(dotted) if name in self._readers), None)

    def field(self, dotted: str) -> FieldRow | None:
        """How a callable declares an attribute of a class."""
        return self._fields.get(dotted)

    def holds_environment(self, dotted: str) -> bool:
        """Whether the items of a mapping are variables of the environment, as those of `os.environ` are."""
        return self.reader(f"{dotted}[]") is not None

    def reads_environment(self, dotted: str) -> bool:
        """Whether the attributes of a class are read from the environment."""
        return dotted in self._environment_classes

    def keeps_text(self, dotted: str) -> bool:
        """Whether a function gives back the text or path that it gets, for all that matters to what it names."""
        return dotted in self._keeps

    def joins_text(self, dotted: str) -> bool:
        """Whether a function puts its arguments one after the other."""
        return dotted in self._joins

    def is_shipped(self, dotted: str) -> bool:
        """Whether what a function gives leads to a file that ships with the code."""
        return dotted.startswith(self._shipped)

    def memory_addresses(self, dotted: str) -> tuple[str, ...]:
        """First arguments with which a callable opens a database that lies in memory."""
        return self._memory_addresses.get(dotted, ())

    def parses_text(self, dotted: str) -> bool:
        """Whether a function gives back what a file or text holds, as dicts and lists."""
        return dotted in self._parses

    def backends(self, dotted: str) -> list[BackendRow]:
        """What a callable of a library may keep in the process or on its disk."""
        return next((self._backends[name] for name in self._names_of(dotted) if name in self._backends), [])
