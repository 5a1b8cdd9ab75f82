"""Rows of `rules/affinity`: settings of load balancers and platforms, and what their values mean."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec

from statelint.domain.errors import CatalogueError
from statelint.domain.words import Consequence
from statelint.sources.bundled import rules_folder
from statelint.sources.files import replace_file
from statelint.sources.seal import sealed, unsealed

FOLDER = "affinity"


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Another setting of the same object: `beside` in the same mapping, `inside` below it, or `where` from the top.

    It holds where that setting has one of `values`, any value without them, or with `absent` none of them.
    """

    beside: str = ""
    inside: str = ""
    where: str = ""
    values: tuple[str, ...] = ()
    absent: bool = False


class AffinityRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One setting. `pins` and `harmless` are patterns of its value: `*` every value but off, `{}` a mapping or list."""

    id: str
    rule: Annotated[str, msgspec.Meta(pattern=r"^STL\d{3}$")]
    formats: tuple[str, ...]
    where: tuple[str, ...]
    pins: tuple[str, ...]
    file: str  # the name that the examples have
    example: str  # with `expect: STL###` in a comment on the line of the finding
    silent: str
    default: str
    source: str
    verified: bool
    objects: tuple[str, ...] = ()  # kinds of object; any without
    harmless: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()  # all of them hold
    once: bool = False  # one finding for an object, at the first of its settings
    weak: bool = False  # likely rather than sure
    quiet: bool = False  # on without being asked for: information rather than a warning
    fallback: bool = False  # only where no other row speaks of the setting
    consequence: Consequence | None = None
    why: str = ""
    instead: str = ""
    note: str = ""


class AffinityFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One product: `rules/affinity/<product>.toml`. Names and ports are of systems that keep data on purpose."""

    product: str
    setting: tuple[AffinityRow, ...] = ()
    names: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()


def load_affinity(cache: Path | None = None, extra: Iterable[Path] = ()) -> tuple[AffinityFile, ...]:
    """Our files and those of a project; `cache` is a folder for the decoded form, quicker to read than TOML."""
    files = [path for folder in (rules_folder(), *extra) for path in sorted((folder / FOLDER).glob("*.toml"))]
    target = None if cache is None else cache / f"affinity-{_stamp(files)}.msgpack"
    if target is not None:
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            if (data := unsealed(target.read_bytes())) is not None:
                return msgspec.msgpack.decode(data, type=tuple[AffinityFile, ...])
    found = tuple(_read(path) for path in files)
    if target is not None:
        with contextlib.suppress(OSError):
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_file(target, sealed(msgspec.msgpack.encode(found)))
    return found


def _read(path: Path) -> AffinityFile:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=AffinityFile)
    except (msgspec.MsgspecError, ValueError) as error:
        raise CatalogueError(str(error), str(path), "compare it with the other files of its folder") from error


def _stamp(files: Iterable[Path]) -> str:
    digest = hashlib.blake2b(b"1", digest_size=10)
    for path in files:
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="backslashreplace"))
    return digest.hexdigest()
