"""Which files besides Python code say something about an application."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

INI = ".ini"
INI_LIKE = (INI, ".cfg", ".conf")
TOML = ".toml"
DATA = (TOML, ".yaml", ".yml", ".json")
LARGEST_DATA = 64_000  # bytes; what is larger is no configuration
SECTIONS = re.compile(rb"^\[(app|composite|pipeline|filter|filter-app|server):|^\[handler_", re.MULTILINE)
TABLES = re.compile(rb"^\[[\"']?(app|application|composite|pipeline|filter)[\"']?[.:][^\]\n]+\]", re.MULTILINE)
QUOTES = frozenset({b'"', b"'"})
NAME = re.compile(rb"[\w.-]+$")
LONGEST_NAME = 80


def is_settings_file(data: bytes) -> bool:
    """Whether an ini file configures an application; tools have theirs too."""
    return SECTIONS.search(data) is not None


def configures_application(path: str, data: bytes) -> bool:
    """Whether a file with the name of a deployment file does."""
    if path.endswith(TOML):
        return TABLES.search(data) is not None
    return path.endswith(INI_LIKE) and is_settings_file(data)


def may_hold_settings(path: str, data: bytes) -> bool:
    """Whether a file is read where the code names it."""
    return path.endswith((*DATA, *INI_LIKE)) and len(data) <= LARGEST_DATA


def named_files(paths: Iterable[str], sources: Iterable[bytes]) -> Iterator[str]:
    """The files whose name a source has at the end of a string."""
    by_name: dict[bytes, list[str]] = {}
    for path in paths:
        by_name.setdefault(path.rpartition("/")[2].encode(), []).append(path)
    suffixes = {name[name.rindex(b".") :] for name in by_name}
    named = {name for source in sources for name in _names_in(source, suffixes)}
    yield from (path for name in sorted(named & by_name.keys()) for path in by_name[name])


def _names_in(source: bytes, suffixes: Iterable[bytes]) -> Iterator[bytes]:
    for suffix in suffixes:
        at = source.find(suffix)
        while at >= 0:
            end = at + len(suffix)
            if source[end : end + 1] in QUOTES and (name := NAME.search(source[max(0, end - LONGEST_NAME) : end])):
                yield name[0]
            at = source.find(suffix, end)
