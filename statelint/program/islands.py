"""Parts of a program that neither import nor name one another, so that each can be linked by itself.

A repository may hold several services side by side. What links them by mistake, such as a method name that one of them
guesses at, is no gain; so the program is parted the same way whether the parts are linked one after the other or beside
each other. Too little costs a finding and too much only time: whatever may lead from one part to another joins them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from statelint.facts.model import Import, ImportFrom, ImportStar
from statelint.program.modules import Module, Modules

LEAST_LINES = 1_000  # of a part that is worth a link of its own
IMPORTS = frozenset({Import, ImportFrom, ImportStar})
QUOTED = re.compile(rb"[\"']((?:\.{1,2}/)*\w[\w./:\\-]*)")  # a path from the root of a server is no name of code
SEPARATORS = re.compile(rb"[./:\\]+")

Folder = tuple[str, ...]


def islands(modules: Iterable[Module], sources: Mapping[str, bytes]) -> list[list[Module]]:
    """The modules of each part, largest part first; `sources` are the files by path. Small parts go to the largest."""
    every = Modules(modules)
    ground = _Ground(every)
    for join in (ground.join_imports, lambda: ground.join_names(sources)):
        if len(ground.large()) < 2:  # noqa: PLR2004
            return [[*every.all]]
        join()
    largest, *others = ground.large()
    found: dict[Folder, list[Module]] = {one: [] for one in (largest, *others)}
    for module in every.all:
        part = ground.part_of(module)
        found[part if part in found else largest].append(module)
    return [*found.values()]


class _Ground:
    """Outermost packages, and folders of modules that stand alone, as far as they are known to belong together."""

    def __init__(self, modules: Modules) -> None:
        """A module that stands alone can import all that lies beside and below it."""
        self._modules = modules
        self._packages = {module.parts for module in modules.all if module.is_package}
        self._folders = {module.path: self._folder(module) for module in modules.all}
        self._parents: dict[Folder, Folder] = {folder: folder for folder in self._folders.values()}
        alone = {folder for folder in self._parents if folder not in self._packages}
        for folder in self._parents:
            for size in range(len(folder)):
                if folder[:size] in alone:
                    self._join(folder, folder[:size])

    def _folder(self, module: Module) -> Folder:
        """The outermost package, else the folder; what is written in a file of data may be about all around its own."""
        for size in range(1, len(module.parts) + 1):
            if module.parts[:size] in self._packages:
                return module.parts[:size]
        return module.parts[:-1] if module.is_code else module.parts[:-2]

    # --- parts

    def part_of(self, module: Module) -> Folder:
        """The folder that stands for the part of a module."""
        return self._root(self._folders[module.path])

    def large(self) -> list[Folder]:
        """Parts that are worth a link of their own, largest first."""
        lines: dict[Folder, int] = defaultdict(int)
        for module in self._modules.all:
            lines[self.part_of(module)] += module.facts.lines
        return sorted((one for one, size in lines.items() if size >= LEAST_LINES), key=lambda one: (-lines[one], one))

    def _root(self, folder: Folder) -> Folder:
        while (parent := self._parents[folder]) != folder:
            self._parents[folder] = folder = self._parents[parent]
        return folder

    def _join(self, one: Folder, other: Folder) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        self._parents[second] = first

    # --- imports

    def join_imports(self) -> None:
        """A module belongs to what it imports."""
        known: set[tuple[Folder, str, int]] = set()
        for module in self._modules.all:
            for name, level in _imports(module):
                key = (module.parts[:-1], name, level)
                if key not in known:
                    known.add(key)
                    for folder in self._imported(module, name, level):
                        self._join(self._folders[module.path], folder)

    def _imported(self, module: Module, name: str, level: int) -> Iterator[Folder]:
        if level:
            yield from self._around(self._modules.relative(module, name, level))
            return
        parts = name.split(".")
        for size in range(1, len(parts) + 1):
            dotted = ".".join(parts[:size])
            if (found := self._modules.find(module, dotted)) is not None:
                yield self._folders[found.path]
                return
            if not self._modules.has_package(module, dotted):
                return
        for folder in self._modules.packages(module, name):
            yield from self._around(folder)

    def _around(self, parts: Folder) -> Iterator[Folder]:
        """The folder that holds some module, or all below it."""
        for size in range(len(parts), 0, -1):
            if parts[:size] in self._parents:
                yield parts[:size]
                return
        yield from (folder for folder in self._parents if folder[: len(parts)] == parts)

    # --- names in strings

    def join_names(self, sources: Mapping[str, bytes]) -> None:
        """A module belongs to what it may import by name, or run by path: `"shop.tasks"`, `"../shop/worker.py"`."""
        named = self._names()
        for module in self._modules.all:
            data = sources.get(module.path, b"")
            own = self.part_of(module)
            others = {
                name: folders
                for name, folders in named.items()
                if name in data and any(self._root(folder) != own for folder in folders)
            }
            if others:
                for folder in chain.from_iterable(others[word] for word in _words(data) & others.keys()):
                    self._join(self._folders[module.path], folder)

    def _names(self) -> dict[bytes, set[Folder]]:
        """Folders by their last name, and by those of modules that can be imported from anywhere."""
        found: dict[bytes, set[Folder]] = defaultdict(set)
        for module in self._modules.all:
            folder = self._folders[module.path]
            names = [*folder[-1:], *([] if "." in module.name else [module.name])]
            for name in filter(None, names):
                found[name.encode(errors="surrogateescape")].add(folder)
        return found


def _imports(module: Module) -> Iterator[tuple[str, int]]:
    """Dotted names that a module imports, in any of its functions, with the levels of relative imports."""
    for body in module.bodies:
        for op in [op for op in body.ops if type(op) in IMPORTS]:
            if isinstance(op, ImportFrom):
                yield f"{op.module}.{op.member}".strip("."), op.level
            elif isinstance(op, ImportStar):
                yield op.module, op.level
            elif isinstance(op, Import):
                yield op.module.rstrip(), 0


def _words(data: bytes) -> set[bytes]:
    """Parts of dotted names and of paths in strings."""
    return {word for quoted in set(QUOTED.findall(data)) for word in SEPARATORS.split(quoted)}
