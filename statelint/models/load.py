"""Reads `rules/frameworks` and `rules/libraries`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from statelint.models.rows import FrameworkFile, LibraryFile
from statelint.models.tables import Models
from statelint.sources.bundled import rules_folder
from statelint.sources.decoded import decode_toml, decoded


class Bundle(msgspec.Struct, frozen=True):
    """Every framework and library file."""

    frameworks: tuple[FrameworkFile, ...]
    libraries: tuple[LibraryFile, ...]


def read_bundle(*folders: Path) -> Bundle:
    """Decode every row file below `folders`."""
    return Bundle(
        tuple(decode_toml(path, FrameworkFile) for path in _files(folders, "frameworks")),
        tuple(decode_toml(path, LibraryFile) for path in _files(folders, "libraries")),
    )


def _files(folders: Iterable[Path], kind: str) -> list[Path]:
    return [path for folder in folders for path in sorted((folder / kind).glob("*.toml"))]


def load_models(extra: Iterable[Path] = ()) -> Models:
    """Our models and those of a project's folders."""
    ours = rules_folder()
    own = decoded("models", _rows(ours), Bundle, lambda: read_bundle(ours))
    added = read_bundle(*extra)
    return Models((*own.frameworks, *added.frameworks), (*own.libraries, *added.libraries))


def _rows(folder: Path) -> list[Path]:
    return [*_files((folder,), "frameworks"), *_files((folder,), "libraries")]
