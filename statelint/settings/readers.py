"""Where settings come from: one row per source, later rows win."""

from __future__ import annotations

import difflib
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


def _pyproject(data: Table) -> Table:
    tool = data.get("tool", {})
    return tool.get("statelint", {}) if isinstance(tool, dict) else {}


def _own(data: Table) -> Table:
    return data


READERS: tuple[tuple[str, Callable[[Table], Table]], ...] = (("pyproject.toml", _pyproject), ("statelint.toml", _own))
MARKERS = ("statelint.toml", "pyproject.toml", ".git")


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` with statelint.toml, pyproject.toml or .git; else `start`."""
    for folder in (start, *start.parents):
        if any((folder / marker).exists() for marker in MARKERS):
            return folder
    return start


def read_options(root: Path, flags: Table, config: Path | None = None, *, isolated: bool = False) -> Options:
    """Merge defaults, configuration files and flags; flags win."""
    merged: dict[str, Any] = {}
    if config is not None:
        merged.update(_checked(config, _pyproject if config.name == "pyproject.toml" else _own))
    elif not isolated:
        for name, section in READERS:
            path = root / name
            if path.is_file():
                merged.update(_checked(path, section))
    merged.update(flags)
    return msgspec.convert(merged, Options, strict=False)


def _checked(path: Path, section: Callable[[Table], Table]) -> Table:
    try:
        text = path.read_text(encoding="utf-8")
        table = section(tomllib.loads(text))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(str(error), str(path), "mend the file, or run with --isolated") from error
    if not isinstance(table, dict):
        raise ConfigurationError("`tool.statelint` must be a table", str(path), "write `[tool.statelint]`")
    for key, value in table.items():
        _check_key(key, value, path, text)
    return table


def _check_key(key: str, value: object, path: Path, text: str) -> None:
    known = {field.encode_name: field for field in msgspec.structs.fields(Options)}
    where = f"{path}:{_line_of(key, text)}"
    if key not in known:
        nearest = difflib.get_close_matches(key, known, n=1)
        do = f"did you mean `{nearest[0]}`?" if nearest else f"known keys: {', '.join(sorted(known))}"
        raise ConfigurationError(f"unknown key `{key}`", where, do)
    try:
        msgspec.convert(value, known[key].type)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"`{key}`: {error}", where, "see README.md, section Configuration") from error


def _line_of(key: str, text: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if line.partition("=")[0].strip().strip('"') == key:
            return number
    return 1
