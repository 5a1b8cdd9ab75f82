"""Applies fixes round by round, and writes the files that have changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import diff_bytes, unified_diff
from pathlib import Path

import msgspec

from statelint.domain.errors import UsageError
from statelint.domain.findings import Finding, Fix
from statelint.domain.words import Applicability
from statelint.fixes.apply import apply

MOST_ROUNDS = 20  # a fix that makes room for another is applied in the next one
NO_END = b"\n\\ No newline at end of file\n"


class Change(msgspec.Struct, frozen=True):
    """A file before and after."""

    path: str
    before: bytes
    after: bytes


class Fixed(msgspec.Struct, frozen=True):
    """The changed files, and the fixes that were applied."""

    changes: tuple[Change, ...]
    fixes: tuple[Fix, ...]

    @property
    def count(self) -> int:
        """How many findings had their fix applied."""
        return len(self.fixes)


class Fixing:
    """Sources of a program while they are fixed; `only` is the one file that may change."""

    def __init__(self, sources: dict[str, bytes], wanted: frozenset[Applicability], only: str | None = None) -> None:
        """Nothing applied yet."""
        self.sources = dict(sources)
        self._original = sources
        self._wanted = wanted
        self._only = only
        self._applied: list[Fix] = []
        self._rounds = 0
        self._seen: set[str] = set()

    def apply(self, findings: Iterable[Finding]) -> bool:
        """Apply what these findings offer; whether anything has changed."""
        self._rounds += 1
        if self._rounds > MOST_ROUNDS:
            return False
        offered = [one for one in findings if one.fix is not None and one.fix.applicability in self._wanted]
        fresh = [one for one in offered if one.fingerprint not in self._seen]  # what a fix has not ended, none ends
        allowed = {path: data for path, data in self.sources.items() if self._only in {None, path}}
        applied = apply([one.fix for one in fresh if one.fix is not None], allowed)
        self._seen.update(one.fingerprint for one in fresh if one.fix in applied.fixes)
        self._applied.extend(applied.fixes)
        self.sources.update(applied.sources)
        return bool(applied.sources)

    @property
    def fixed(self) -> Fixed:
        """What has been done so far."""
        changes = (
            Change(path, before, self.sources[path])
            for path, before in sorted(self._original.items())
            if self.sources[path] != before
        )
        return Fixed(tuple(changes), tuple(self._applied))


def write_changes(root: Path, fixed: Fixed) -> None:
    """Write the files in place, so that they keep their permissions and links."""
    for change in fixed.changes:
        path = root / change.path
        try:
            path.write_bytes(change.after)
        except OSError as error:
            raise UsageError(f"can't be written: {error.strerror}", str(path), "see who may write it") from error


def diff(change: Change, name: str) -> bytes:
    """A unified diff of one file, which `patch` and `git apply` understand."""
    lines = diff_bytes(
        unified_diff, _lines(change.before), _lines(change.after), name.encode(errors="replace"),
        name.encode(errors="replace"),
    )  # fmt: skip
    return b"".join(line if line.endswith(b"\n") else line + NO_END for line in lines)


def _lines(data: bytes) -> list[bytes]:
    return list(_split(data))


def _split(data: bytes) -> Iterator[bytes]:
    *lines, last = data.split(b"\n")
    yield from (line + b"\n" for line in lines)
    if last:
        yield last
