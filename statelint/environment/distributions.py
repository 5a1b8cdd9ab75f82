"""Installed distributions: their versions, what they need, and which of them a package belongs to."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import msgspec

SUFFIX = ".dist-info"
SEPARATORS = re.compile(r"[-_.]+")
REQUIREMENT = re.compile(r"Requires-Dist:\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
OPTIONAL = re.compile(r";.*\bextra\b")
LARGEST_RECORD = 4_000_000  # bytes


def normalised(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return SEPARATORS.sub("-", name).lower()


class Distribution(msgspec.Struct, frozen=True):
    """What `name-version.dist-info` says; `modified` is the time of its RECORD."""

    name: str
    version: str
    folder: str
    modified: int

    @property
    def stamp(self) -> str:
        """Changes when another version is installed, or the same version again."""
        return f"{self.folder}\0{self.name}\0{self.version}\0{self.modified}"


class Distributions:
    """The distributions below some folders; an earlier folder wins, as on `sys.path`."""

    def __init__(self, folders: tuple[str, ...]) -> None:
        """Nothing is read yet."""
        self.folders = tuple(map(Path, folders))
        self._tops: dict[Distribution, frozenset[str]] = {}
        self._needs: dict[str, frozenset[str]] = {}

    @cached_property
    def all(self) -> tuple[Distribution, ...]:
        """Every distribution, by folder and name."""
        return tuple(found for folder in self.folders for found in sorted(_listed(folder), key=lambda one: one.folder))

    @cached_property
    def _by_name(self) -> dict[str, Distribution]:
        return {one.name: one for one in reversed(self.all)}

    def owners(self, top: str) -> tuple[Distribution, ...]:
        """The distributions that a top-level package belongs to: several where it is a namespace."""
        place = next((folder for folder in self.folders if has_module(folder, top)), None)
        if place is None:
            return ()
        here = [one for one in self.all if Path(one.folder).parent == place]
        if (place / top).is_dir() and not (place / top / "__init__.py").is_file():
            return tuple(one for one in here if top in self._top_names(one))
        named = (one for one in here if one.name == normalised(top))  # most often, and it spares reading every RECORD
        owner = next(named, None) or next((one for one in here if top in self._top_names(one)), None)
        return (owner,) if owner is not None else ()

    def needs(self, top: str) -> frozenset[str]:
        """Names of the distributions of a package, and of all that they require."""
        found = self._needs.get(top)
        if found is None:
            waiting = [one.name for one in self.owners(top)]
            names: dict[str, None] = {}
            while waiting:
                name = waiting.pop()
                if name not in names:
                    names[name] = None
                    waiting.extend(self._requirements(name))
            found = self._needs[top] = frozenset(names)
        return found

    def _requirements(self, name: str) -> list[str]:
        one = self._by_name.get(name)
        if one is None:
            return []
        head, _, _ = _text(Path(one.folder, "METADATA")).replace("\r\n", "\n").partition("\n\n")
        wanted = (line for line in head.splitlines() if not OPTIONAL.search(line))
        return [normalised(match[1]) for line in wanted if (match := REQUIREMENT.match(line))]

    def _top_names(self, one: Distribution) -> frozenset[str]:
        names = self._tops.get(one)
        if names is None:
            names = frozenset(_text(Path(one.folder, "top_level.txt")).split())
            if not names:
                files = (line.partition(",")[0] for line in _text(Path(one.folder, "RECORD")).splitlines())
                names = frozenset(file.partition("/")[0].removesuffix(".py") for file in files)
            self._tops[one] = names
        return names


def has_module(folder: Path, name: str) -> bool:
    """Whether a folder holds a package or module of this name."""
    return (folder / name).is_dir() or (folder / f"{name}.py").is_file()


def _listed(folder: Path) -> Iterator[Distribution]:
    try:
        names = [path.name for path in folder.iterdir() if path.name.endswith(SUFFIX)]
    except OSError:
        return
    for full in names:
        name, _, version = full.removesuffix(SUFFIX).partition("-")
        yield Distribution(normalised(name), version, str(folder / full), _modified(folder / full))


def _modified(folder: Path) -> int:
    """The time of RECORD; of METADATA where a system's package manager leaves RECORD out."""
    for path in (folder / "RECORD", folder / "METADATA"):
        with contextlib.suppress(OSError):
            return path.stat().st_mtime_ns
    return 0


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_RECORD or not path.is_file():
            return ""
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
