"""Reads `rules/frameworks` and `rules/libraries`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from statelint.domain.errors import CatalogueError
from statelint.models.rows import FrameworkFile, LibraryFile
from statelint.models.tables import Models
from statelint.sources.bundled import rules_folder
from statelint.sources.decoded import decoded

Kind = TypeVar("Kind", FrameworkFile, LibraryFile)


class Bundle(msgspec.Struct, frozen=True):
    """Every framework and library file."""

    frameworks: tuple[FrameworkFile, ...]
    libraries: tuple[LibraryFile, ...]


def decode_toml(data: bytes, kind: type[Kind], where: str) -> Kind:
    """One file of rows; a mistake in it names the file and the field."""
    try:
        return msgspec.toml.decode(data, type=kind)
    except (msgspec.ValidationError, msgspec.DecodeError, ValueError) as error:
        raise CatalogueError(str(error), where, "compare it with the other files of its folder") from error


def read_bundle(*folders: Path) -> Bundle:
    """Decode every row file below `folders`."""
    return Bundle(
        tuple(decode_toml(path.read_bytes(), FrameworkFile, str(path)) for path in _files(folders, "frameworks")),
        tuple(decode_toml(path.read_bytes(), LibraryFile, str(path)) for path in _files(folders, "libraries")),
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
