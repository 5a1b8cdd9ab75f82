"""Where settings come from: one row per source, later rows win."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from statelint.domain.errors import ConfigurationError
from statelint.settings.options import Options

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Table = Mapping[str, Any]
HEADER = re.compile(r"\s*\[\[?\s*(?P<name>[^\[\]]+?)\s*\]")
KEY = re.compile(r"""\s*["']?(?P<name>[^"'=]+?)["']?\s*=""")
ADDED = frozenset({"extend-exclude"})  # keys whose values from several sources are put together
INHERITED = ADDED | {"extend-select"}  # the same for a file and the one that it extends
EXTEND = "extend"


class Reader(msgspec.Struct, frozen=True):
    """A file that may hold settings: its name, the table with our keys, and where that table is."""

    name: str
    table: tuple[str, ...]
    has_settings: Callable[[Path], bool]


def _reads_pyproject(path: Path) -> bool:
    try:
        return "tool.statelint" in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


READERS = (
    Reader("pyproject.toml", ("tool", "statelint"), _reads_pyproject),
    Reader("statelint.toml", (), Path.is_file),
)


def settings_files(root: Path, config: Path | None = None, *, isolated: bool = False) -> tuple[Path, ...]:
    """The files that a run takes settings from, in the order of `READERS`."""
    if config is not None:
        return (config,)
    return () if isolated else tuple(path for reader in READERS if (path := root / reader.name).is_file())


def read_options(root: Path, flags: Table, config: Path | None = None, *, isolated: bool = False) -> Options:
    """Merge defaults, configuration files and flags; flags win."""
    merged: dict[str, Any] = {}
    for path in settings_files(root, config, isolated=isolated):
        merged.update(_inherited(path, ()))
    for key, value in flags.items():
        merged[key] = (*merged.get(key, ()), *value) if key in ADDED else value
    return msgspec.convert(merged, Options)


def extended_files(path: Path) -> tuple[Path, ...]:
    """The files that one extends, nearest first."""
    above = _checked(path, _reader_of(path)).get(EXTEND)
    if not above:
        return ()
    parent = _above(path, above)
    return (parent, *extended_files(parent))


def _inherited(path: Path, below: tuple[Path, ...]) -> dict[str, Any]:
    """The settings of a file, over those of the file that it extends."""
    table = dict(_checked(path, _reader_of(path)))
    if below and "rules" in table:  # folders are meant from the file that names them
        table["rules"] = tuple(_own_folder(path, name) for name in table["rules"])
    above = table.pop(EXTEND, None)
    if not above:
        return table
    parent = _above(path, above)
    if parent.resolve() in {known.resolve() for known in (path, *below)}:
        raise ConfigurationError(f"`{EXTEND}` leads back to {parent}", str(path), "name another file")
    if not parent.is_file():
        raise ConfigurationError(f"there is no {parent} to extend", str(path), "write its path from this file's folder")
    merged = _inherited(parent, (path, *below))
    for key, value in table.items():
        if key in INHERITED:
            merged[key] = (*merged.get(key, ()), *value)
        elif isinstance(value, dict):
            merged[key] = {**merged.get(key, {}), **value}
        else:
            merged[key] = value
    return merged


def _reader_of(path: Path) -> Reader:
    return next((reader for reader in READERS if reader.name == path.name), READERS[-1])


def _above(path: Path, name: str) -> Path:
    return path.parent / Path(name).expanduser()


def _own_folder(path: Path, name: str) -> str:
    folder = path.parent.resolve() / name
    return str(folder) if folder.is_dir() else name


def _checked(path: Path, reader: Reader) -> Table:
    try:
        text = path.read_text(encoding="utf-8")
        table: Any = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(str(error), str(path), "mend the file, or run with --isolated") from error
    for at, part in enumerate(reader.table, 1):
        table = table.get(part, {})
        if not isinstance(table, dict):
            name = ".".join(reader.table[:at])
            where = f"{path}:{_line_of(part, text, reader.table[: at - 1])}"
            raise ConfigurationError(f"`{name}` must be a table", where, f"write `[{'.'.join(reader.table)}]`")
    for key, value in table.items():
        _check_key(key, value, f"{path}:{_line_of(key, text, reader.table)}")
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _check_key(key: str, value: object, where: str) -> None:
    known = {field.encode_name: field for field in msgspec.structs.fields(Options)}
    if key not in known:
        nearest = difflib.get_close_matches(key.replace("_", "-").lower(), known, n=1)
        do = f"did you mean `{nearest[0]}`?" if nearest else f"known keys: {', '.join(sorted(known))}"
        raise ConfigurationError(f"unknown key `{key}`", where, do)
    try:
        msgspec.convert(value, known[key].type)
    except msgspec.ValidationError as error:
        raise ConfigurationError(
            f"`{key}`: {str(error).replace(' | null', '')}", where, f"write {_shape(known[key].type)}"
        ) from error


def _shape(kind: Any) -> str:
    if kind is bool:
        return "`true` or `false`"
    if "dict" in str(kind):
        return "a table of patterns, each with a list of codes"
    if "tuple" in str(kind):
        return "a list of texts in quotes"
    return "a text in quotes" if "str" in str(kind) else "a whole number from 0"


def _line_of(key: str, text: str, table: tuple[str, ...]) -> int:
    """The line of a key of a table, of its header where the key is written in another way, or 1."""
    current = ""
    found = 1
    wanted = ".".join(table)
    for number, line in enumerate(text.splitlines(), 1):
        if (match := HEADER.match(line)) is not None:
            current = re.sub(r"\s|[\"']", "", match["name"])
            if current == f"{wanted}.{key}".strip("."):
                return number
            found = number if current == wanted else found
        elif current == wanted and (match := KEY.match(line)) is not None and match["name"] == key:
            return number
    return found
