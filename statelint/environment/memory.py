"""Outlines by distribution, kept beside the facts until another version is installed."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

import msgspec

from statelint import __version__
from statelint.environment.outline import Outline
from statelint.sources.files import replace_file
from statelint.sources.seal import sealed, unsealed

OUTLINE_VERSION = 1


class Remembered(msgspec.Struct):
    """The outlines of one distribution by module; None for a module that can't be read."""

    key: str
    modules: dict[str, Outline | None]


class OutlineMemory:
    """One file for each distribution; whatever is wrong with it, the run goes on without it."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` is made when the first outline is written; None remembers nothing."""
        self._folder = folder
        self._known: dict[str, Remembered] = {}
        self._changed: set[str] = set()

    def modules(self, stamp: str) -> dict[str, Outline | None]:
        """What is known of a distribution."""
        if stamp not in self._known:
            self._known[stamp] = self._read(stamp)
        return self._known[stamp].modules

    def add(self, stamp: str, module: str, outline: Outline | None) -> None:
        """Remember a module."""
        self.modules(stamp)[module] = outline
        self._changed.add(stamp)

    def save(self) -> None:
        """Write what is new."""
        if self._folder is None:
            return
        for stamp in sorted(self._changed):
            with contextlib.suppress(OSError, UnicodeError):
                self._folder.mkdir(parents=True, exist_ok=True)
                replace_file(self._path(self._folder, stamp), sealed(msgspec.msgpack.encode(self._known[stamp])))
        self._changed.clear()

    def _read(self, stamp: str) -> Remembered:
        key = f"{OUTLINE_VERSION} {__version__} {stamp}"
        if self._folder is not None:
            with contextlib.suppress(OSError, msgspec.MsgspecError):
                data = unsealed(self._path(self._folder, stamp).read_bytes())
                known = msgspec.msgpack.decode(data or b"", type=Remembered)
                if known.key == key:
                    return known
        return Remembered(key, {})

    @staticmethod
    def _path(folder: Path, stamp: str) -> Path:
        name = hashlib.blake2b(stamp.encode(errors="backslashreplace"), digest_size=8).hexdigest()
        return folder / f"installed-{name}.msgpack"
