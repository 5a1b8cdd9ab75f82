"""Finds the folders with installed packages of a Python environment, without running its interpreter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

CONFIGURATION = "pyvenv.cfg"
PROJECT_FOLDERS = (".venv", "venv")
PROGRAM_FOLDERS = frozenset({"bin", "Scripts"})
PATTERNS = ("lib*/python{}/site-packages", "lib*/python{}/dist-packages", "local/lib/python{}/dist-packages")
VERSION = re.compile(r"\d+\.\d+")


def find_packages(root: Path, chosen: str | None, active: str | None) -> tuple[str, ...]:
    """Folders with the packages of the environment that is `chosen` ("" for none), in the project, or `active`."""
    if chosen is not None:
        return packages_of(root / chosen) if chosen else ()
    for name in PROJECT_FOLDERS:
        if (root / name / CONFIGURATION).is_file():
            return packages_of(root / name)
    return packages_of(Path(active)) if active else ()


def packages_of(place: Path) -> tuple[str, ...]:
    """Folders with the packages of an interpreter, or of an environment given by its folder."""
    for prefix, version in _prefixes(place):
        found: dict[Path, str] = {}
        for folder in _folders(prefix, version):
            found.setdefault(folder.resolve(), str(folder))  # `lib64` is a link to `lib`
        if found:
            return tuple(found.values())
    return ()


def _prefixes(place: Path) -> Iterator[tuple[Path, str]]:
    """Where an environment may begin, with the version of its Python if a name tells; links are followed last."""
    if place.is_dir():
        yield place, ""
    elif place.is_file():
        program = place.resolve()
        version = match[0] if (match := VERSION.search(program.name)) else ""
        for path in (place.absolute(), program):
            yield path.parent.parent if path.parent.name in PROGRAM_FOLDERS else path.parent, version


def _folders(prefix: Path, version: str) -> Iterator[Path]:
    settings = _configuration(prefix)
    if match := VERSION.match(settings.get("version_info", settings.get("version", ""))):
        version = match[0]
    yield from _packages_below(prefix, version)
    if settings.get("include-system-site-packages", "").lower() == "true" and (home := settings.get("home")):
        base = Path(home)
        yield from _packages_below(base.parent if base.name in PROGRAM_FOLDERS else base, version)


def _packages_below(prefix: Path, version: str) -> Iterator[Path]:
    for pattern in PATTERNS:
        yield from _newest(prefix, pattern, version)
    for folder in (prefix / "lib" / "python3" / "dist-packages", prefix / "Lib" / "site-packages"):
        if folder.is_dir():
            yield folder


def _newest(prefix: Path, pattern: str, version: str) -> list[Path]:
    """The folders of one version, of the newest where none is known."""
    try:
        found = [path for path in prefix.glob(pattern.format(version or "3.*")) if path.is_dir()]
    except OSError:
        return []
    newest = max((_number(path.parent.name) for path in found), default=())
    return sorted(path for path in found if _number(path.parent.name) == newest)


def _number(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", name))


def _configuration(prefix: Path) -> dict[str, str]:
    try:
        text = (prefix / CONFIGURATION).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    pairs = (line.partition("=") for line in text.splitlines())
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
