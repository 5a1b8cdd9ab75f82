"""Modules of the program: names, packages, and what an import in one of them means."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, islice

from statelint.domain.findings import Place
from statelint.facts.model import (
    Bind,
    Body,
    Const,
    FileFacts,
    Import,
    ImportFrom,
    ImportStar,
    Invoke,
    New,
    Return,
    Span,
)
from statelint.sources.settings_files import DATA

CODE = ".py"
SOURCE_FOLDERS = frozenset({"src", "lib", "python", "source", "app_src"})


class Module:
    """One file as the program imports it. `parts` are its path below the root without the suffix."""

    __slots__ = ("all_names", "bodies", "enclosing", "facts", "imported", "is_package", "name", "parts", "path")

    def __init__(self, path: str, facts: FileFacts) -> None:
        """`path` is relative to the root, with `/`."""
        parts = tuple(path.removesuffix(CODE).split("/"))
        self.is_package = parts[-1] == "__init__"
        self.parts = parts[:-1] if self.is_package else parts
        self.path = path
        self.name = ".".join(self.parts).removesuffix(self.suffix)
        self.renew(facts)

    def renew(self, facts: FileFacts) -> None:
        """Take the facts of another version of the file."""
        self.facts = facts
        self.bodies: tuple[Body, ...] = facts.bodies
        self.enclosing = _closure_makers(facts.bodies)
        self.all_names = _all_names(facts.bodies[0])
        self.imported = _imported(facts.bodies[0])

    @property
    def is_code(self) -> bool:
        """Whether it is Python, and no file of settings."""
        return self.path.endswith(CODE)

    @property
    def suffix(self) -> str:
        """What the names of settings leave out of that of a file of data."""
        return next((suffix for suffix in DATA if self.path.endswith(suffix)), "")

    def offers(self, name: str) -> bool:
        """Whether `from module import *` may bind `name`."""
        if self.all_names:
            return name in self.all_names
        return "__all__" in self.bodies[0].names or not name.startswith("_")

    def place(self, span: Span) -> Place:
        """A span of its code as a place."""
        return Place(self.path, span.line, span.column, span.end_line, span.end_column)

    @property
    def package(self) -> tuple[str, ...]:
        """Parts of the package that relative imports start from."""
        return self.parts if self.is_package else self.parts[:-1]


def _places(parts: tuple[str, ...], name: str) -> Iterator[int]:
    """After how many parts a part of this name has been seen."""
    return (place + 1 for place, part in enumerate(parts) if part == name)


def _imported(body: Body) -> frozenset[str]:
    """First parts of what a module imports at its top level, relative imports left aside."""
    return frozenset(
        op.module.partition(".")[0].rstrip()
        for op in body.ops
        if isinstance(op, Import) or (isinstance(op, ImportFrom | ImportStar) and not op.level)
    )


def _all_names(body: Body) -> frozenset[str]:
    """The literal `__all__` of a module; empty where there is none or it is computed."""
    if "__all__" not in body.names:
        return frozenset()
    bindings = [op for op in body.ops if isinstance(op, Bind) and op.name == "__all__"]
    made = [op for op in body.ops if isinstance(op, New) and len(bindings) == 1 and op.target == bindings[0].source]
    if len(made) != 1 or any(isinstance(op, Invoke) and op.base == "__all__" for op in body.ops):
        return frozenset()
    names = [value.value for value in made[0].values if isinstance(value, Const) and isinstance(value.value, str)]
    return frozenset(names) if len(names) == len(made[0].values) else frozenset()


def _closure_makers(bodies: tuple[Body, ...]) -> frozenset[int]:
    """Functions that return a function defined in them, such as decorators."""
    inner: dict[int, set[str]] = defaultdict(set)
    for body in bodies:
        if body.kind == "function":
            inner[body.parent].add(body.name)
    return frozenset(
        index
        for index, names in inner.items()
        if any(type(op) is Return and op.source in names for op in bodies[index].ops)
    )


class Modules:
    """All modules, found by the dotted names that imports use.

    An absolute import may start at the root, at a source folder such as `src`, or at any folder above the
    importing file: the nearest one that has the module wins, as it would on `sys.path`. A package that the program
    imports as such is no such folder, and nothing there stands for a module of the standard library.
    """

    def __init__(self, modules: Iterable[Module]) -> None:
        """Give each module the shortest name by which it is imported."""
        self.all = tuple(sorted(modules, key=lambda module: module.path))
        self._by_parts = {module.parts: module for module in self.all}
        self._folders = {module.parts[:size] for module in self.all for size in range(len(module.parts))}
        packages = self._packages = {module.parts for module in self.all if module.is_package}
        for module in self.all:
            name = ".".join(module.parts[self._first_part(module.parts, packages) :])
            module.name = name.removesuffix(module.suffix) or module.name
        self._tops = self._top_folders(packages)

    @cached_property
    def imported(self) -> frozenset[str]:
        """First parts of what modules import at their top level."""
        return frozenset().union(*(module.imported for module in self.all))

    def _first_part(self, parts: tuple[str, ...], packages: set[tuple[str, ...]]) -> int:
        """How many leading folders are not part of the dotted name."""
        for size in range(1, len(parts) + 1):
            if parts[:size] in packages:
                return size - 1
        return 1 if len(parts) > 1 and parts[0] in SOURCE_FOLDERS else 0

    def _top_folders(self, packages: set[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
        tops = {module.parts[: self._first_part(module.parts, packages)] for module in self.all}
        return ((), *sorted(tops - {()}))

    def find(self, importer: Module, dotted: str) -> Module | None:
        """The module that an absolute import of `dotted` in `importer` means."""
        wanted = tuple(dotted.split("."))
        for folder in self._own_folders(importer, wanted):
            if (found := self._by_parts.get(folder + wanted)) and found is not importer:
                if len(wanted) == 1 and dotted in found.imported and not found.is_package:
                    return None  # that module imports a library of its own name
                if folder not in self._packages or importer.parts[: len(found.parts)] != found.parts:
                    return found  # else a part of a package would import that package as if it stood alone
        return None if wanted[0] in sys.builtin_module_names else self.find_anywhere(dotted)

    def _own_folders(self, importer: Module, wanted: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Folders above a file in which its absolute imports may start, nearest first."""
        if wanted[0] in sys.stdlib_module_names:
            return
        folder = importer.parts[:-1]
        for size in range(len(folder), 0, -1):
            if folder[:size] not in self._imported_packages:
                yield folder[:size]

    @cached_property
    def _imported_packages(self) -> frozenset[tuple[str, ...]]:
        """Packages whose modules import one another relatively, or by the name of the package."""
        found: set[tuple[str, ...]] = set()
        for module in self.all:
            if any(isinstance(op, ImportFrom | ImportStar) and op.level for op in module.bodies[0].ops):
                found.add(module.package)
            for head in module.imported:
                found.update(module.parts[:size] for size in _places(module.package, head))
        return frozenset(one for one in found & self._packages if not self._is_path_too(one))

    def _is_path_too(self, folder: tuple[str, ...]) -> bool:
        """Whether the modules below a package import several folders of it by their own names, as from `sys.path`."""
        below = (module.imported for module in self.all if module.parts[: len(folder)] == folder)
        heads = frozenset().union(*below)
        own = [head for head in heads if (*folder, head) in self._folders and head not in sys.stdlib_module_names]
        return len([head for head in own if not any((*top, head) in self._folders for top in self._tops)]) > 1

    def find_anywhere(self, dotted: str) -> Module | None:
        """The module of a dotted name that stands in a setting or string."""
        wanted = tuple(dotted.split("."))
        for top in self._tops:
            if found := self._by_parts.get(top + wanted):
                return found
        return None

    def files_named(self, name: str, near: Module) -> list[Module]:
        """The files that a path at the end of `name` may mean; those in the folder of `near` where several do."""
        wanted = tuple(part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."})
        found = self._by_file.get(wanted[-1], []) if wanted else []
        exact = [module for module in found if tuple(module.path.split("/"))[-len(wanted) :] == wanted]
        beside = [module for module in exact or found if module.parts[:-1] == near.parts[:-1]]
        return beside or exact or found

    @cached_property
    def _by_file(self) -> dict[str, list[Module]]:
        found: dict[str, list[Module]] = {}
        for module in self.all:
            found.setdefault(module.path.rpartition("/")[2], []).append(module)
        return found

    def has_package(self, importer: Module, dotted: str) -> bool:
        """Whether `dotted` is a folder of the program, perhaps without `__init__.py`."""
        return any(True for _ in self.packages(importer, dotted))

    def packages(self, importer: Module, dotted: str) -> Iterator[tuple[str, ...]]:
        """Folders of the program that an absolute import of `dotted` in `importer` may mean."""
        wanted = tuple(dotted.split("."))
        folders = chain(self._tops, islice(self._own_folders(importer, wanted), 1))
        return (folder + wanted for folder in folders if folder + wanted in self._folders)

    def package_name(self, importer: Module, level: int) -> str:
        """The dotted name of the package that a relative import of a module starts from; empty at the top."""
        below = level if not importer.is_package else level - 1
        parts = importer.name.split(".")
        return ".".join(parts[: len(parts) - below])

    def relative(self, importer: Module, module: str, level: int) -> tuple[str, ...]:
        """Parts of the module that a relative import names."""
        package = importer.package
        base = package[: len(package) - (level - 1)] if level > 1 else package
        return base + (tuple(module.split(".")) if module else ())

    def at(self, parts: tuple[str, ...]) -> Module | None:
        """The module with these parts."""
        return self._by_parts.get(parts)

    def is_folder(self, parts: tuple[str, ...]) -> bool:
        """Whether modules lie below these parts."""
        return parts in self._folders
