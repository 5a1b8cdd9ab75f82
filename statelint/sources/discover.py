"""Which files of a project are read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from pathspec import GitIgnoreSpec

from statelint.settings.options import Options

SKIPPED = frozenset({
    "node_modules", "__pycache__", "site-packages", "build", "dist", "venv", "env", "bower_components",
})  # fmt: skip
TESTS = frozenset({"test", "tests", "testing"})
LARGEST_FILE = 5_000_000


class Source(msgspec.Struct, frozen=True, gc=False):
    """A file of the program. `path` is relative to the root, with `/`."""

    path: str
    file: str


def discover(root: Path, options: Options) -> tuple[Source, ...]:
    """Python files below the root, sorted by path; links out of the root are not followed."""
    own = GitIgnoreSpec.from_lines([*options.exclude, *options.extend_exclude])
    return tuple(sorted(_walk(root, "", (), own, options), key=lambda source: source.path))


Ignores = tuple[tuple[str, GitIgnoreSpec], ...]


def _walk(root: Path, prefix: str, ignores: Ignores, own: GitIgnoreSpec, options: Options) -> Iterator[Source]:
    folder = root / prefix
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    names = {entry.name for entry in entries}
    if "pyvenv.cfg" in names:
        return
    if ".gitignore" in names:
        ignores = (*ignores, (prefix, _read_ignores(folder / ".gitignore")))
    for entry in entries:
        path = f"{prefix}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if _is_read(entry.name, options) and not _is_ignored(f"{path}/", ignores, own):
                yield from _walk(root, f"{path}/", ignores, own, options)
        elif entry.name.endswith(".py") and _is_wanted(entry, root, options) and not _is_ignored(path, ignores, own):
            yield Source(path, entry.path)


def _read_ignores(path: Path) -> GitIgnoreSpec:
    try:
        return GitIgnoreSpec.from_lines(path.read_text(encoding="utf-8", errors="replace").splitlines())
    except OSError:
        return GitIgnoreSpec.from_lines([])


def _is_read(name: str, options: Options) -> bool:
    if name.startswith(".") or name in SKIPPED or name.endswith(".egg-info"):
        return False
    if name in TESTS and not options.include_tests:
        return False
    return name != "migrations" or options.include_migrations


def _is_wanted(entry: os.DirEntry[str], root: Path, options: Options) -> bool:
    name = entry.name
    is_test = name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"
    if is_test and not options.include_tests:
        return False
    if entry.is_symlink():
        return Path(entry.path).resolve().is_relative_to(root.resolve()) and entry.is_file()
    return True


def _is_ignored(path: str, ignores: Ignores, own: GitIgnoreSpec) -> bool:
    if own.match_file(path):
        return True
    return any(spec.match_file(path.removeprefix(prefix)) for prefix, spec in ignores)
