"""Reads `rules/frameworks` and `rules/libraries`, and keeps them decoded beside the facts cache."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from statelint.domain.errors import CatalogueError
from statelint.models.rows import FrameworkFile, LibraryFile
from statelint.models.tables import Models
from statelint.sources.bundled import rules_folder
from statelint.sources.files import replace_file
from statelint.sources.seal import sealed, unsealed

Kind = TypeVar("Kind", FrameworkFile, LibraryFile)
BUNDLE_VERSION = b"2"


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


def load_models(cache: Path | None = None, extra: Iterable[Path] = ()) -> Models:
    """Our models and those of a project; `cache` is a folder for the decoded form, quicker to read than TOML."""
    folders = (rules_folder(), *extra)
    bundle = read_bundle(*folders) if cache is None else _cached_bundle(folders, cache)
    return Models(bundle.frameworks, bundle.libraries)


def _cached_bundle(folders: tuple[Path, ...], cache: Path) -> Bundle:
    target = cache / f"models-{_stamp(folders)}.msgpack"
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        if (data := unsealed(target.read_bytes())) is not None:
            return msgspec.msgpack.decode(data, type=Bundle)
    bundle = read_bundle(*folders)
    with contextlib.suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        replace_file(target, sealed(msgspec.msgpack.encode(bundle)))
    return bundle


def _stamp(folders: tuple[Path, ...]) -> str:
    digest = hashlib.blake2b(BUNDLE_VERSION, digest_size=10)
    for path in (*_files(folders, "frameworks"), *_files(folders, "libraries")):
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="backslashreplace"))
    return digest.hexdigest()
