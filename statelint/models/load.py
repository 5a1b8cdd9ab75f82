"""Reads `rules/frameworks` and `rules/libraries`, and keeps them decoded beside the facts cache."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TypeVar

import msgspec

from statelint.domain.errors import CatalogueError
from statelint.models.rows import FrameworkFile, LibraryFile
from statelint.models.tables import Models
from statelint.sources.bundled import rules_folder
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


def read_bundle(folder: Path) -> Bundle:
    """Decode every row file below `folder`."""
    return Bundle(
        tuple(decode_toml(path.read_bytes(), FrameworkFile, str(path)) for path in _files(folder / "frameworks")),
        tuple(decode_toml(path.read_bytes(), LibraryFile, str(path)) for path in _files(folder / "libraries")),
    )


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))


def load_models(cache: Path | None = None) -> Models:
    """The bundled models; `cache` is a folder for the decoded form (TOML takes ten times as long to read)."""
    folder = rules_folder()
    bundle = read_bundle(folder) if cache is None else _cached_bundle(folder, cache)
    return Models(bundle.frameworks, bundle.libraries)


def _cached_bundle(folder: Path, cache: Path) -> Bundle:
    target = cache / f"models-{_stamp(folder)}.msgpack"
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        if (data := unsealed(target.read_bytes())) is not None:
            return msgspec.msgpack.decode(data, type=Bundle)
    bundle = read_bundle(folder)
    with contextlib.suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        _write(target, sealed(msgspec.msgpack.encode(bundle)))
    return bundle


def _write(target: Path, data: bytes) -> None:
    """Replace a file in one step, so that a concurrent run never sees half of it."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).replace(target)


def _stamp(folder: Path) -> str:
    digest = hashlib.blake2b(BUNDLE_VERSION, digest_size=10)
    for path in (*_files(folder / "frameworks"), *_files(folder / "libraries")):
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="backslashreplace"))
    return digest.hexdigest()
