"""The rows of `rules/frameworks` and `rules/libraries` as lookup tables over dotted names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from statelint.domain.words import Trigger
from statelint.models.answers import Answers
from statelint.models.arguments import Arguments
from statelint.models.files import FileRows
from statelint.models.installed import Installed, NothingInstalled
from statelint.models.origins import Origins
from statelint.models.recurrence import Recurrence
from statelint.models.rows import CallRow, EntryRow, Form, FrameworkFile, LibraryFile, MountRow, TypeRow
from statelint.models.settings import SettingsRows

REQUESTS = frozenset({Trigger.HTTP, Trigger.WEBSOCKET, Trigger.RPC, Trigger.MESSAGE})
REQUEST = "<request>"  # the class of what a handler gets, where no row says more
Row = TypeVar("Row")
KEPT_KINDS = frozenset({"lock", "store", "limiter", "counter"})  # state also where serving code makes them
STATELESS_KINDS = frozenset({"container", "external", "not-shared"})


class Models:
    """Answers what the analysis asks about library names. Every answer is remembered."""

    def __init__(self, frameworks: Iterable[FrameworkFile], libraries: Iterable[LibraryFile]) -> None:
        """Index every row once."""
        self._aliases: dict[str, str] = {}
        self._bases: dict[str, tuple[str, ...]] = {}
        self._entries: dict[str, list[EntryRow]] = {}
        self._entry_patterns: list[tuple[re.Pattern[str], EntryRow]] = []
        self._base_rows: list[EntryRow] = []
        self._calls: dict[str, CallRow] = {}
        self._mounts: dict[str, MountRow] = {}
        self._types: dict[str, TypeRow] = {}
        self.arguments = Arguments(self.names_through_bases)
        self.origins = Origins(self.names_through_bases)
        self.recurrence = Recurrence(self.names_through_bases)
        self._memo: set[str] = set()
        self._tasks: set[str] = set()
        self._processes: set[str] = set()
        self.files = FileRows()
        self._proxies: dict[str, str] = {}
        self.settings = SettingsRows()
        self._serving: set[str] = set()
        self._serving_names: set[str] = set()
        self.script_imports: set[str] = set()
        self.browser: set[str] = set()
        self._imports: dict[str, tuple[str, ...]] = {}
        self.watches: set[str] = set()
        self.loads: set[str] = set()
        self.app_classes: set[str] = set()
        self.web_classes: set[str] = set()
        self.own_process: set[str] = set()
        self.router_classes: set[str] = set()
        self.request_objects: set[str] = set()
        self.handler_attributes: set[str] = set()
        self.signature_rows: tuple[EntryRow, ...] = ()
        self.setting_rows: tuple[EntryRow, ...] = ()
        self.naming_rows: tuple[EntryRow, ...] = ()
        self.mark_rows: tuple[EntryRow, ...] = ()
        self.public_rows: tuple[EntryRow, ...] = ()
        self._prefixes: set[str] = set()
        self.installed: Installed = NothingInstalled()
        self._forget()
        frameworks, libraries = tuple(frameworks), tuple(libraries)
        for framework in frameworks:
            self._add_names(framework)
            self._add_framework(framework)
        for library in libraries:
            self._add_names(library)
            self._add_library(library)
        # distributions of applications, handlers or state
        self.packages = _packages(frameworks) | _packages(filter(_has_state, libraries))

    def _forget(self) -> None:
        """Answer anew from now on; linking asks the same of the same names over and over."""
        self._canonical = Answers(self._resolve_alias)
        self._base_classes = Answers(self._find_bases)
        self._through_bases = Answers(self._find_through_bases)
        self._matters = Answers(lambda dotted: dotted in self._prefixes or bool(self.bases(dotted)))
        self._entry_rows = Answers(self._find_entry_rows)
        self._call_rows = Answers(lambda dotted: self._first(self._calls, self.names_through_bases(dotted)))
        self._mount_rows = Answers(
            lambda dotted: self._first(self._mounts, (*self.names_through_bases(dotted), *self.bases(dotted)))
        )
        self._type_rows = Answers(lambda dotted: self._first(self._types, (dotted, *self.bases(dotted))))
        self._request_names = Answers(self._find_request_object)
        self._task_names = Answers(lambda dotted: any(name in self._tasks for name in self.names_through_bases(dotted)))
        self._proxy_names = Answers(lambda dotted: self._first(self._proxies, self.names_through_bases(dotted)))
        self._base_answers: dict[tuple[str, ...], tuple[EntryRow, ...]] = {}

    def _first(self, rows: Mapping[str, Row], names: Iterable[str]) -> Row | None:
        return next((rows[name] for name in names if name in rows), None)

    def _add_names(self, file: FrameworkFile | LibraryFile) -> None:
        self._aliases.update(file.aliases)
        self._bases.update(file.classes)

    def _add_framework(self, framework: FrameworkFile) -> None:
        self._imports[framework.name] = framework.imports
        self.app_classes.update(framework.app_objects)
        if any(row.trigger in REQUESTS for row in framework.entry):
            self.web_classes.update(framework.app_objects)
        self.own_process.update(framework.own_process)
        self.router_classes.update(framework.routers)
        self.request_objects.update(framework.request_objects)
        self._serving.update(framework.startup)
        self._serving_names.update(name.rpartition(".")[2] for name in framework.startup)
        self._proxies.update(framework.proxies)
        for name in self.settings.add(framework):
            self._add_prefixes(name)
        self.watches.update(framework.watches)
        self.loads.update(framework.loads)
        if framework.scripts:
            self.script_imports.update(framework.imports)
        for row in framework.entry:
            self._add_entry(row)
        for mount in framework.mount:
            for name in mount.callables:
                self._mounts[name] = mount
                self._add_prefixes(name)
        for name in (*framework.app_objects, *framework.routers, *framework.request_objects, *framework.proxies):
            self._add_prefixes(name)

    def _add_entry(self, row: EntryRow) -> None:
        match row.form:
            case Form.DECORATOR | Form.CALL | Form.ATTRIBUTE | Form.ITEM:
                for name in row.callables:
                    self._entries.setdefault(name, []).append(row)
                    self._add_prefixes(name)
                if row.form is Form.ATTRIBUTE:
                    self.handler_attributes.update(name.rpartition(".")[2] for name in row.callables)
                if row.callables_pattern:
                    self._entry_patterns.append((re.compile(row.callables_pattern), row))
            case Form.BASE_CLASS:
                self._base_rows.append(row)
            case Form.SIGNATURE:
                self.signature_rows += (row,)
            case Form.SETTING:
                self.setting_rows += (row,)
            case Form.NAMING:
                self.naming_rows += (row,)
            case Form.MARK:
                self.mark_rows += (row,)
            case Form.PUBLIC:
                self.public_rows += (row,)

    def _add_library(self, library: LibraryFile) -> None:
        for type_row in library.type:
            for name in type_row.qualified:
                self._types[name] = type_row
                self._add_prefixes(name)
        for call_row in library.call:
            for name in call_row.callables:
                self._calls[name] = call_row
                self._add_prefixes(name)
        self.origins.add(library)
        for name in (*self.arguments.add(library), *self.recurrence.add(library)):
            self._add_prefixes(name)
        self.browser.update(library.browser)
        self._memo.update(library.memo)
        self._tasks.update((*library.tasks, *library.processes))
        self._processes.update(library.processes)
        self.files.add(library)
        for name in (*library.memo, *library.tasks, *(name for name in library.sources.file if name[-1] != ".")):
            self._add_prefixes(name)

    def _add_prefixes(self, name: str) -> None:
        while name and name not in self._prefixes:
            self._prefixes.add(name)
            name = name.rpartition(".")[0]

    def matters(self, dotted: str) -> bool:
        """Whether some row speaks of this name or of an attribute of it."""
        return self._matters[dotted]

    def describes(self, dotted: str) -> bool:
        """Whether rows or classes of the models speak of this class."""
        return dotted in self._prefixes or dotted in self._bases or bool(self.base_class_rows((dotted,)))

    def learn(self, dotted: str, bases: tuple[str, ...]) -> None:
        """Bases of a class that no row knows; answers that were given without them are forgotten."""
        self._bases[dotted] = bases
        self._forget()
        self.origins.forget()

    def canonical(self, dotted: str) -> str:
        """The name that rows use, for any public name of the same thing."""
        return self._canonical[dotted]

    def _resolve_alias(self, dotted: str) -> str:
        head = dotted
        while head:
            if (alias := self._aliases.get(head)) is not None and alias != head:
                if alias.startswith(f"{head}."):  # `shop` stands for `shop.api`
                    return dotted if dotted.startswith(alias) else alias + dotted[len(head) :]
                return self._resolve_alias(alias + dotted[len(head) :])
            head = head.rpartition(".")[0]
        return dotted

    def bases(self, dotted: str) -> tuple[str, ...]:
        """Every known library base of a library class, nearest first."""
        return self._base_classes[dotted] if dotted in self._bases else ()

    def _find_bases(self, dotted: str) -> tuple[str, ...]:
        direct = self._bases.get(dotted)
        if not direct:
            return ()
        found: dict[str, None] = {}
        for base in direct:
            found[base] = None
            if base != dotted:
                found.update(dict.fromkeys(self.bases(base)))
        return tuple(found)

    def names_through_bases(self, dotted: str) -> tuple[str, ...]:
        """The name itself, then the same member of each base of its class."""
        return self._through_bases[dotted]

    def _find_through_bases(self, dotted: str) -> tuple[str, ...]:
        owner, _, member = dotted.rpartition(".")
        return (dotted, *(f"{base}.{member}" for base in self.bases(owner)))

    def entries_for_callable(self, dotted: str) -> tuple[EntryRow, ...]:
        """Rows that register handlers through this callable."""
        return self._entry_rows[dotted]

    def _find_entry_rows(self, dotted: str) -> tuple[EntryRow, ...]:
        rows = self._first(self._entries, self.names_through_bases(dotted)) or []
        if not rows and not dotted.startswith("builtins."):
            rows = [row for pattern, row in self._entry_patterns if pattern.search(dotted)]
        return tuple(rows)

    def base_class_rows(self, bases: Iterable[str]) -> tuple[EntryRow, ...]:
        """Rows for a class with these library bases."""
        key = tuple(bases)
        known = self._base_answers.get(key)
        if known is None:
            names = set(key)
            known = self._base_answers[key] = tuple(
                row
                for row in self._base_rows
                if not names.isdisjoint(row.bases)
                or (row.bases_pattern and any(re.search(row.bases_pattern, name) for name in names))
            )
        return known

    def call_row(self, dotted: str) -> CallRow | None:
        """What a callable does with its arguments."""
        return self._call_rows[dotted]

    def mount_row(self, dotted: str) -> MountRow | None:
        """Whether a call mounts a router, or makes one with a prefix."""
        return self._mount_rows[dotted]

    def type_row(self, dotted: str) -> TypeRow | None:
        """The type that a constructor makes."""
        return self._type_rows[dotted]

    def is_kept(self, dotted: str) -> bool:
        """Whether what a constructor makes is state as soon as something long-lived keeps it."""
        row = self.type_row(dotted)
        return row is not None and row.kind in KEPT_KINDS

    def is_memo(self, dotted: str) -> bool:
        """Whether a decorator keeps results in process memory."""
        return dotted in self._memo or dotted in self.arguments.memos

    def is_task(self, dotted: str) -> bool:
        """Whether a call starts work that nobody has to wait for."""
        return self._task_names[dotted]

    def is_process(self, dotted: str) -> bool:
        """Whether a call starts a child process."""
        return any(name in self._processes for name in self.names_through_bases(dotted))

    def is_application(self, dotted: str) -> bool:
        """Whether a class or factory makes an application object."""
        return dotted in self.app_classes or any(base in self.app_classes for base in self.bases(dotted))

    def takes_handlers(self, dotted: str) -> bool:
        """Whether handlers are registered with what it makes: an application or a router."""
        return self.is_application(dotted) or dotted in self.router_classes

    def takes_requests(self, dotted: str) -> bool:
        """Whether it makes an application that takes requests or messages."""
        return dotted in self.web_classes or any(base in self.web_classes for base in self.bases(dotted))

    def is_request_object(self, dotted: str) -> bool:
        """Whether a name or class stands for something that belongs to one request."""
        return self._request_names[dotted]

    def _find_request_object(self, dotted: str) -> bool:
        head = dotted
        while head:
            if head in self.request_objects:
                return True
            head = head.rpartition(".")[0]
        return False

    def belongs_to_request(self, dotted: str) -> bool:
        """Whether it does, or is what a framework gives to a handler without a known class."""
        return dotted.startswith(REQUEST) or self.is_request_object(dotted)

    def proxy(self, dotted: str) -> str | None:
        """The application class that a name or attribute stands for."""
        return self._proxy_names[dotted]

    def starts_serving(self, dotted: str) -> bool:
        """Whether a call blocks and serves."""
        return any(name in self._serving for name in self.names_through_bases(dotted))

    def may_start_serving(self, name: str) -> bool:
        """Whether some such call has this last name."""
        return name in self._serving_names

    def frameworks_of(self, imported: Iterable[str]) -> tuple[str, ...]:
        """Names of the frameworks that a program uses which imports these packages."""
        names = frozenset(imported)
        return tuple(sorted(name for name, packages in self._imports.items() if not names.isdisjoint(packages)))

    def is_vendored(self, name: str, defined: frozenset[str]) -> bool:
        """Whether a module of this name that defines these names is a copy of a modelled framework itself."""
        prefix = f"{name}."
        known = [app.removeprefix(prefix) for app in self.app_classes if app.startswith(prefix) and app.count(".") == 1]
        return bool(known) and all(app in defined for app in known)


def _has_state(library: LibraryFile) -> bool:
    return any(row.kind not in STATELESS_KINDS for row in library.type)


def _packages(files: Iterable[FrameworkFile] | Iterable[LibraryFile]) -> frozenset[str]:
    return frozenset(file.package.lower() for file in files)
