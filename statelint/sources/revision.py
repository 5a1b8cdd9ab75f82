"""A revision of the project, read from git into memory: nothing is checked out, no program of the repository runs."""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from statelint.domain.errors import UsageError
from statelint.settings.options import Options
from statelint.settings.roots import has_settings
from statelint.sources.deployment_files import LARGEST
from statelint.sources.discover import discover_in, ignores_of, is_program
from statelint.sources.read import LARGEST_FILE

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

NO_REPOSITORY = (b"not a git repository", b"dubious")  # in what git says of the folder itself
LINK, FILE = b"120000", b"100"  # how the modes of links are written, and how those of files begin


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A file or folder of a revision, with the questions of os.DirEntry."""

    name: str
    path: str
    is_folder: bool

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a folder; links are followed when the revision is read."""
        del follow_symlinks
        return self.is_folder

    def is_file(self) -> bool:
        """Whether it is a file."""
        return not self.is_folder

    def is_symlink(self) -> bool:
        """Never."""
        return False


class Revision:
    """The files of one commit below the root of a project."""

    def __init__(self, root: Path, name: str) -> None:
        """`name` is a branch, tag or commit; what counts is where the present one left it."""
        self._root = root
        self.commit = self._commit(name)
        self._blobs = dict(self._listed())
        self._folders: dict[str, dict[str, Entry]] = defaultdict(dict)
        for path in self._blobs:
            self._add(path)

    def sources(self, options: Options, named: Iterable[str]) -> dict[str, bytes]:
        """The contents of what a run would read, by path."""
        found = discover_in(self, self._root, options, named)
        wanted = {one.path: self._blobs[one.path] for one in found.sources}
        return self._contents(dict(self._not_too_large(wanted)))

    def scan(self, prefix: str) -> list[Entry]:
        """What lies in a folder."""
        return list(self._folders[prefix].values())

    def ignores(self, path: str) -> GitIgnoreSpec:
        """The patterns of one .gitignore."""
        return ignores_of(self._contents({path: self._blobs[path]})[path].decode(errors="replace"))

    def is_folder(self, path: str) -> bool:
        """Whether a path is a folder of the revision."""
        return f"{path}/" in self._folders

    def is_file(self, path: str) -> bool:
        """Whether a path is a file of the revision."""
        return path in self._blobs

    def is_project(self, prefix: str, names: set[str]) -> bool:
        """Whether a folder has settings of its own today; whether it had them then does not count."""
        del names
        return has_settings(self._root / prefix)

    def _commit(self, name: str) -> str:
        found = self._answer("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if not found:
            raise UsageError(
                f"no revision `{name}`", f"git in {self._root}", "name a branch, tag or commit; fetch it if it is new"
            )
        commit = found.decode().strip()
        return self._answer("merge-base", commit, "HEAD").decode().strip() or commit

    def _listed(self) -> Iterator[tuple[str, bytes]]:
        links: dict[str, bytes] = {}
        blobs: dict[str, bytes] = {}
        for row in self._git("ls-tree", "-r", "-z", self.commit).split(b"\0"):
            head, _, name = row.partition(b"\t")
            path = os.fsdecode(name)
            match head.split():
                case [mode, b"blob", blob] if mode.startswith(FILE):
                    blobs[path] = blob
                case [mode, b"blob", blob] if mode == LINK:
                    links[path] = blob
        yield from blobs.items()
        for path, target in self._contents(links).items():
            leads_to = posixpath.normpath(posixpath.join(posixpath.dirname(path), os.fsdecode(target)))
            if leads_to in blobs:
                yield path, blobs[leads_to]

    def _add(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        prefix = f"{folder}/" if folder else ""
        self._folders[prefix][name] = Entry(name, path, is_folder=False)
        while prefix:
            folder = prefix[:-1]
            outer, _, name = folder.rpartition("/")
            prefix = f"{outer}/" if outer else ""
            if name in self._folders[prefix]:
                return
            self._folders[prefix][name] = Entry(name, folder, is_folder=True)

    def _not_too_large(self, blobs: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
        answer = self._git("cat-file", "--batch-check", given=_lines(blobs)).splitlines()
        for path, row in zip(blobs, answer, strict=True):
            if _size(row, path) <= _largest(path):
                yield path, blobs[path]

    def _contents(self, blobs: Mapping[str, bytes]) -> dict[str, bytes]:
        if not blobs:
            return {}
        answer = self._git("cat-file", "--batch", given=_lines(blobs))
        found: dict[str, bytes] = {}
        at = 0
        for path in blobs:
            end = answer.index(b"\n", at)
            start, size = end + 1, _size(answer[at:end], path)
            found[path] = answer[start : start + size]
            at = start + size + 1
        return found

    def _git(self, *arguments: str, given: bytes = b"") -> bytes:
        done = self._run(arguments, given)
        if done.returncode:
            raise self._refused(done)
        return done.stdout

    def _answer(self, *arguments: str) -> bytes:
        """What git finds; nothing where it doesn't."""
        done = self._run(arguments, b"")
        if done.returncode and any(sign in done.stderr for sign in NO_REPOSITORY):
            raise self._refused(done)
        return b"" if done.returncode else done.stdout

    def _refused(self, done: subprocess.CompletedProcess[bytes]) -> UsageError:
        said = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        return UsageError(f"git: {said}", str(self._root), "run it inside a git repository")

    def _run(self, arguments: tuple[str, ...], given: bytes) -> subprocess.CompletedProcess[bytes]:
        # Variables that a hook of git sets are about its own folder; a lazy fetch would run what the repository names.
        outer = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        try:
            return subprocess.run(
                ["git", "-C", str(self._root), *arguments],
                input=given, capture_output=True, check=False, env={**outer, "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"},
            )  # fmt: skip
        except OSError as error:
            raise UsageError(f"git can't be run: {error.strerror}", "--since", "install git") from error


def _lines(blobs: Mapping[str, bytes]) -> bytes:
    return b"".join(blob + b"\n" for blob in blobs.values())


def _size(head: bytes, path: str) -> int:
    """Of a blob, from what git says of it: `<object> blob <size>`, or `<object> missing`."""
    match head.split():
        case [_, b"blob", size]:
            return int(size)
    raise UsageError("git has not the content of this file in the other revision", path, "fetch the whole history")


def _largest(path: str) -> int:
    return LARGEST_FILE if is_program(path) else LARGEST
