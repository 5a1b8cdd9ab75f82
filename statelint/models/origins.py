"""Where values are born and where changes go: names of the outside, of clocks, of chance, and what their verbs say."""

from __future__ import annotations

from collections.abc import Callable

from statelint.models.answers import Answers
from statelint.models.rows import LibraryFile

TEXT_METHODS = frozenset(dir(str)).difference(dir(list))
ORIGINS = ("file", "configuration", "clock", "random", "outside", "pure")


class Origins:
    """Lookup tables over dotted names and verbs."""

    def __init__(self, names_of: Callable[[str], tuple[str, ...]]) -> None:
        """`names_of` gives a name and the same member of each base of its class."""
        self._names_of = names_of
        self._origins: dict[str, str] = {}
        self._declares: dict[str, frozenset[str]] = {}
        self._answers = Answers(self._find)
        self._client_answers = Answers(lambda dotted: self._is_in(self._clients, dotted))
        self._write_answers = Answers(self._writes_outside)
        self._verbs: tuple[str, ...] = ()
        self._reading_verbs: set[str] = set()
        self._looking_verbs: set[str] = set()
        self._changing_verbs: set[str] = set()
        self._answering_verbs: set[str] = set()
        self._part_nouns: set[str] = set()
        self._clients: set[str] = set()
        self._writes: set[str] = set()

    def add(self, library: LibraryFile) -> None:
        """Index the rows of a library."""
        for origin in ORIGINS:
            self._origins.update(dict.fromkeys(getattr(library.sources, origin), origin))
        if declares := frozenset(library.sources.declares):
            packages = {name.partition(".")[0] for name in library.sources.outside}
            self._declares.update(dict.fromkeys(packages, declares))
        self._verbs += library.sources.outside_verbs
        self._reading_verbs.update(library.sources.reading_verbs)
        self._looking_verbs.update(library.sources.looking_verbs)
        self._changing_verbs.update(library.sources.changing_verbs)
        self._part_nouns.update(library.sources.part_nouns)
        self._answering_verbs.update(library.sources.answering_verbs)
        self._clients.update(library.clients)
        self._writes.update(library.writes_outside)

    def forget(self) -> None:
        """Answer anew, since more is known of bases."""
        for answers in (self._answers, self._client_answers, self._write_answers):
            answers.clear()

    def of(self, dotted: str) -> str | None:
        """Where a value of this name is born: outside, clock, random, configuration, pure; None where unknown."""
        return self._answers[dotted]

    def _find(self, dotted: str) -> str | None:
        for name in self._names_of(dotted):
            if name in self._origins:
                return self._origins[name]
        if self.declared(dotted):
            return "pure"
        head = dotted
        while head:
            if (found := self._origins.get(f"{head}.")) is not None:
                return found
            head = head.rpartition(".")[0]
        name = dotted.rpartition(".")[2]
        return "outside" if any(name == verb or name.startswith(f"{verb}_") for verb in self._verbs) else None

    def declared(self, dotted: str) -> str:
        """`sqlalchemy.Column` of a name that begins so or has it between others: how a table is declared."""
        package, *parts = dotted.split(".")
        declares = self._declares.get(package, frozenset())
        return next((f"{package}.{part}" for part in parts if part in declares), "")

    def is_service(self, dotted: str) -> bool:
        """Whether a call makes a client of a database or service, where what it is given is kept."""
        return self.is_client(dotted) and self.of(dotted) == "outside"

    def is_client(self, dotted: str) -> bool:
        """Whether a call makes a client, pool, engine or model that every replica makes alike."""
        return self._client_answers[dotted]

    def gives_part(self, method: str) -> bool:
        """Whether a method of a client gives a part of it (`Table`, `get_queue_client`), rather than data."""
        words = method.split("_")
        gives_data = words[0] in self._reading_verbs or words[0] in self._answering_verbs
        return not gives_data or words[-1] in self._part_nouns

    def writes_outside(self, dotted: str) -> bool:
        """Whether a call changes a database, a file or another service."""
        return self._write_answers[dotted]

    def _writes_outside(self, dotted: str) -> bool:
        owner, _, method = dotted.rpartition(".")
        if self._is_read(method) or (self._gave_answer(owner) and self.is_reading(method)):
            return False
        if owner.endswith(".*"):  # some value of a library: text, or any of its classes that has such a method
            if method in TEXT_METHODS:
                return False
            package = owner.removesuffix("*")
            return package in self._writes or any(
                name.startswith(package) and name.endswith(f".{method}") for name in self._writes
            )
        if method[:1].isupper():  # making a client sends nothing
            return any(name in self._writes for name in self._names_of(dotted))
        return self._is_in(self._writes, dotted)

    def is_reading_statement(self, text: str) -> bool:
        """Whether a statement in the language of a database only reads."""
        return self.is_reading(text.strip().partition(" ")[0].casefold())

    def only_looks(self, dotted: str) -> bool:
        """Whether a call makes a client, reads, looks into what another call gave, or puts a statement together."""
        return self.is_reading(dotted.rpartition(".")[2]) or self.is_client(dotted)

    def is_reading(self, method: str) -> bool:
        """Whether a method of this name reads, or goes on with what is being read."""
        return self._is_read(method) or method.partition("_")[0] in self._looking_verbs

    def _is_read(self, method: str) -> bool:
        return method.partition("_")[0] in self._reading_verbs

    def _gave_answer(self, owner: str) -> bool:
        """Whether the owner of a method is what a call gave: some value of a library, or what a read gave."""
        return owner.endswith(".*") or self._is_read(owner.rpartition(".")[2])

    def is_changing_verb(self, method: str) -> bool:
        """Whether a method of this name most likely changes what its object stands for, whatever that is."""
        return method.partition("_")[0] in self._changing_verbs

    def _is_in(self, names: set[str], dotted: str) -> bool:
        if dotted in names:
            return True
        head = dotted
        while head:
            if f"{head}." in names:
                return True
            head = head.rpartition(".")[0]
        return any(name in names for name in self._names_of(dotted))
