"""Parts of a program that neither import nor name one another, so that each can be linked by itself.

A repository may hold several services side by side. What links them by mistake, such as a method name that one of them
guesses at, is no gain; so the program is parted the same way whether the parts are linked one after the other or beside
each other. Too little costs a finding and too much only time: whatever may lead from one part to another joins them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from statelint.facts.model import Import, ImportFrom, ImportStar
from statelint.program.modules import CODE, Module, Modules

LEAST_LINES = 1_000  # of a part that is worth a link of its own
IMPORTS = frozenset({Import, ImportFrom, ImportStar})
QUOTED = re.compile(rb"[\"'](?:\.{1,2}/)*(\w[\w./:\\-]*)")  # a path from the root of a server is no name of code
SEPARATORS = re.compile(r"[./:\\]+")

Folder = tuple[str, ...]


def islands(modules: Iterable[Module], sources: Mapping[str, bytes]) -> list[list[Module]]:
    """The modules of each part, largest part first, then all that is small; `sources` are the files by path."""
    every = Modules(modules)
    ground = _Ground(every)
    if len(ground.large()) > 1:
        ground.join_imports()
    if len(ground.large()) > 1:
        ground.join_names(sources)
    found: dict[Folder, list[Module]] = {one: [] for one in ground.large()}
    if len(found) <= 1:
        return [[*every.all]]
    rest: list[Module] = []
    for module in every.all:
        found.get(ground.part_of(module), rest).append(module)
    return [*found.values(), *([rest] if rest else [])]


class _Place(NamedTuple):
    """A folder that stands for all around it, and the path by which it, or a module in it, is named."""

    folder: Folder
    path: Folder


class _Ground:
    """Outermost packages, and folders of modules that stand alone, as far as they are known to belong together."""

    def __init__(self, modules: Modules) -> None:
        """A module that stands alone can import all that lies beside and below it."""
        self._modules = modules
        self._packages = {module.parts for module in modules.all if module.is_package}
        code = [module.parts for module in modules.all if module.is_code]
        self._of_code = {parts[:size] for parts in code for size in range(len(parts) + 1)}
        self._folders = {module.path: self._folder(module) for module in modules.all}
        self._parents: dict[Folder, Folder] = {folder: folder for folder in self._folders.values()}
        alone = {folder for folder in self._parents if folder not in self._packages}
        for folder in self._parents:
            for size in range(len(folder)):
                if folder[:size] in alone:
                    self._join(folder, folder[:size])

    def _folder(self, module: Module) -> Folder:
        """The outermost package, else the folder; what is written in a file of data may be about all around it."""
        for size in range(1, len(module.parts) + 1):
            if module.parts[:size] in self._packages:
                return module.parts[:size]
        folder = module.parts[:-1]
        while folder and folder not in self._of_code:
            folder = folder[:-1]
        return folder

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
        """A module belongs to what it may import by name, or run by path: `"shop.tasks"`, `"../shop/worker.py"`. A name
        by itself, which may be any word, means what can be imported from where the module lies."""
        named = self._names()
        for module in self._modules.all:
            data = sources.get(module.path, b"")
            own = self.part_of(module)
            others = [
                place
                for name, places in named.items()
                if name in data
                for place in places
                if self._root(place.folder) != own
            ]
            if others:
                texts = _names_in(data)
                for place in others:
                    if any(self._means(text, place, module) for text in texts):
                        self._join(self._folders[module.path], place.folder)

    def _names(self) -> dict[bytes, set[_Place]]:
        """Folders by their last name, and by those of modules that can be imported from anywhere."""
        found: dict[bytes, set[_Place]] = defaultdict(set)
        for module in self._modules.all:
            folder = self._folders[module.path]
            paths = {folder} | ({module.parts} if "." not in module.name and folder not in self._packages else set())
            for path in filter(None, paths):
                found[path[-1].encode(errors="surrogateescape")].add(_Place(folder, path))
        return found

    def _means(self, text: Folder, place: _Place, module: Module) -> bool:
        """Whether a text names a path, as far as the text has it, and something that lies there."""
        *above, name = place.path
        if text == (name,):
            return module.parts[: len(above)] == tuple(above)
        for at, part in enumerate(text):
            if part == name and at <= len(above) and tuple(above[len(above) - at :]) == text[:at]:
                return at + 1 == len(text) or self._has(place.path, text[at + 1])
        return False

    def _has(self, path: Folder, name: str) -> bool:
        """Whether a module or folder, or a name of the package or module itself, is so called; empty stands for any."""
        if not name or self._modules.at((*path, name)) is not None or self._modules.is_folder((*path, name)):
            return True
        here = self._modules.at(path)
        return here is not None and (name in here.bodies[0].names or name == CODE.lstrip("."))


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


def _names_in(data: bytes) -> set[Folder]:
    """Dotted names and paths in strings, in parts; the last part is empty where more follows at run time."""
    quoted = (one.decode(errors="surrogateescape") for one in set(QUOTED.findall(data)))
    return {tuple(SEPARATORS.split(one)) for one in quoted}
