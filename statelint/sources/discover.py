"""Which files of a project are read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Protocol

import msgspec
from pathspec import GitIgnoreSpec

from statelint.domain.errors import ConfigurationError
from statelint.settings.options import Options
from statelint.settings.readers import READERS
from statelint.settings.roots import has_settings
from statelint.sources.deployment_files import has_deployment_name
from statelint.sources.settings_files import INI

PROGRAM = (".py", INI)
PATTERN_ERRORS = (ValueError, re.error)
SETTINGS = frozenset(reader.name for reader in READERS)
TESTS = frozenset({"test", "tests", "testing"})


class Source(msgspec.Struct, frozen=True, gc=False):
    """A file of the program. `path` is relative to the root, with `/`."""

    path: str
    file: str


class Ignores(msgspec.Struct, frozen=True):
    """One .gitignore: how a path below the root becomes one that its patterns are about, and its patterns."""

    cut: int
    added: str
    spec: GitIgnoreSpec

    def decides(self, path: str) -> bool | None:
        """Whether the file ignores a path, keeps it with `!`, or says nothing."""
        return self.spec.check_file(f"{self.added}{path[self.cut :]}").include


class Found(msgspec.Struct, frozen=True):
    """Files to read, sorted by path, folders that can't be listed, with the reason, and projects inside this one."""

    sources: tuple[Source, ...]
    unlisted: tuple[tuple[str, str], ...]
    inner: tuple[str, ...] = ()  # folders with settings of their own, which are projects of their own


class _Own:
    """The patterns of the settings; those that end in `/` are only asked about folders."""

    def __init__(self, patterns: Iterable[str]) -> None:
        known = tuple(patterns)
        self._all = patterns_of(known, "exclude")
        self._general = GitIgnoreSpec.from_lines([one for one in known if not one.rstrip().endswith("/")])

    def excludes_folder(self, path: str) -> bool:
        return self._all.match_file(f"{path}/")

    def excludes_file(self, path: str) -> bool:
        return bool(self._general.patterns) and self._general.match_file(path)


class Entry(Protocol):
    """What os.DirEntry says of a file or folder."""

    @property
    def name(self) -> str:
        """Without folders."""

    @property
    def path(self) -> str:
        """Where it is read from."""

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a folder."""

    def is_file(self) -> bool:
        """Whether it is a file, or a link to one."""

    def is_symlink(self) -> bool:
        """Whether it is a link."""


class Tree(Protocol):
    """Where files are looked for; paths are below its root."""

    def scan(self, prefix: str) -> Iterable[Entry]:
        """What lies in a folder, whose name ends in `/` or is empty."""

    def ignores(self, path: str) -> GitIgnoreSpec:
        """The patterns of one .gitignore."""

    def is_folder(self, path: str) -> bool:
        """Whether there is such a folder."""

    def is_file(self, path: str) -> bool:
        """Whether there is such a file."""

    def is_project(self, prefix: str, names: set[str]) -> bool:
        """Whether a folder in which these names lie has settings of its own today."""


class _Walked(msgspec.Struct):
    """What is met on the way."""

    unlisted: dict[str, str]
    inner: set[str]


class OnDisk:
    """The folders of the file system."""

    def __init__(self, root: Path) -> None:
        """Nothing is read yet."""
        self._root = root

    def scan(self, prefix: str) -> Iterable[Entry]:
        """What lies in a folder."""
        return os.scandir(self._root / prefix)

    def ignores(self, path: str) -> GitIgnoreSpec:
        """The patterns of one .gitignore."""
        return _read_ignores(self._root / path)

    def is_folder(self, path: str) -> bool:
        """Whether there is such a folder."""
        return (self._root / path).is_dir()

    def is_file(self, path: str) -> bool:
        """Whether there is such a file."""
        return (self._root / path).is_file()

    def is_project(self, prefix: str, names: set[str]) -> bool:
        """Whether a folder has settings of its own."""
        return not names.isdisjoint(SETTINGS) and has_settings(self._root / prefix)


def discover(root: Path, options: Options, named: Iterable[str] = ()) -> Found:
    """Files to read below the root, and below the paths `named` by the user even where excluded."""
    return discover_in(OnDisk(root), root, options, named)


def discover_in(tree: Tree, root: Path, options: Options, named: Iterable[str] = ()) -> Found:
    """The same in any tree; what is ignored above the root, and which folders are projects, is read from the disk."""
    walked = _Walked({}, set())
    sources = {source.path: source for source in _walk(tree, root, "", _outer_ignores(root), options, walked)}
    is_project = cache(lambda folder: has_settings(root / folder))
    for path in named:
        if (project := _project_around(PurePosixPath(path), is_project)) is not None:
            walked.inner.add(project)
        elif tree.is_folder(path) and not any(known.startswith(f"{path}/") for known in sources):
            sources.update((source.path, source) for source in _walk(tree, root, f"{path}/", (), options, walked))
        elif _has_read_name(path.rpartition("/")[2]) and tree.is_file(path):
            sources.setdefault(path, Source(path, str(root / path)))
    unlisted = tuple(sorted(walked.unlisted.items()))
    return Found(tuple(sources[path] for path in sorted(sources)), unlisted, tuple(sorted(walked.inner)))


def _project_around(path: PurePosixPath, is_project: Callable[[PurePosixPath], bool]) -> str | None:
    """The outermost project inside this one that a path lies in."""
    folders = (*reversed(path.parents), path)
    return next((str(folder) for folder in folders if folder.parts and is_project(folder)), None)


def _walk(
    tree: Tree, root: Path, start: str, outer: tuple[Ignores, ...], options: Options, walked: _Walked
) -> Iterator[Source]:
    own = _Own([*options.exclude, *options.extend_exclude])
    real = root.resolve()
    waiting = [(start, outer)]
    while waiting:
        prefix, ignores = waiting.pop()
        try:
            entries = list(tree.scan(prefix))
        except OSError as error:
            walked.unlisted[prefix.rstrip("/") or "."] = error.strerror or type(error).__name__
            continue
        names = {entry.name for entry in entries}
        if "pyvenv.cfg" in names:
            continue
        if prefix and tree.is_project(prefix, names):
            walked.inner.add(prefix.rstrip("/"))
            continue
        if ".gitignore" in names:
            ignores = (*ignores, Ignores(len(prefix), "", tree.ignores(f"{prefix}.gitignore")))
        for entry in entries:
            path = f"{prefix}{entry.name}"
            below = path[len(start) :]
            if entry.is_dir(follow_symlinks=False):
                if _is_read(entry.name, options) and not own.excludes_folder(below):
                    if not _is_ignored(f"{path}/", ignores):
                        waiting.append((f"{path}/", ignores))
            elif _has_read_name(entry.name) and _is_wanted(entry, real, options) and not own.excludes_file(below):
                if not _is_ignored(path, ignores):
                    yield Source(path, entry.path)


def _outer_ignores(root: Path) -> tuple[Ignores, ...]:
    """What the repository around the root ignores; nothing where it ignores the root itself."""
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    if top is None:
        return ()
    found: list[Ignores] = []
    below = f"{root.relative_to(top).as_posix()}/" if root != top else ""
    if (exclude := top / ".git" / "info" / "exclude").is_file():
        found.append(Ignores(0, below, _read_ignores(exclude)))
    for folder in reversed([folder for folder in root.parents if folder.is_relative_to(top)]):
        if (path := folder / ".gitignore").is_file():
            found.append(Ignores(0, f"{root.relative_to(folder).as_posix()}/", _read_ignores(path)))
    return () if below and _is_ignored("", tuple(found)) else tuple(found)


def _read_ignores(path: Path) -> GitIgnoreSpec:
    try:
        return ignores_of(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ignores_of("")


def ignores_of(text: str) -> GitIgnoreSpec:
    """The patterns of a .gitignore; lines that are none are left out."""
    lines = text.splitlines()
    try:
        return GitIgnoreSpec.from_lines(lines)
    except PATTERN_ERRORS:
        return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def patterns_of(lines: Iterable[str], key: str) -> GitIgnoreSpec:
    """The patterns of a setting; what is none is an error."""
    known = tuple(lines)
    for line in known:
        if not _is_pattern(line):
            raise ConfigurationError(f"`{line}` is no pattern", key, "write it as in a .gitignore")
    return GitIgnoreSpec.from_lines(known)


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except PATTERN_ERRORS:
        return False
    return True


def is_program(path: str) -> bool:
    """Whether a file holds code or settings of code, rather than how that is deployed."""
    return not has_deployment_name(path.rpartition("/")[2])


def _has_read_name(name: str) -> bool:
    return name.endswith(PROGRAM) or has_deployment_name(name)


def _is_read(name: str, options: Options) -> bool:
    if name in TESTS and not options.include_tests:
        return False
    return name != "migrations" or options.include_migrations


def _is_wanted(entry: Entry, root: Path, options: Options) -> bool:
    name = entry.name
    is_test = name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"
    if is_test and not options.include_tests:
        return False
    if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root):
        return False
    return entry.is_file()


def _is_ignored(path: str, ignores: tuple[Ignores, ...]) -> bool:
    """The deepest .gitignore that says something decides, as in git."""
    return next((decided for one in reversed(ignores) if (decided := one.decides(path)) is not None), False)
