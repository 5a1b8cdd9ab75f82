"""Which folder is the root of a project."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from statelint.settings.readers import READERS

MARKERS = (*(reader.name for reader in READERS), ".git")


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` that has our settings, up to the repository; else any project's."""
    nearest: Path | None = None
    for folder in (start, *start.parents):
        if has_settings(folder):
            return folder
        if nearest is None and any((folder / marker).exists() for marker in MARKERS):
            nearest = folder
        if (folder / ".git").exists():
            break
    return nearest or start


def root_of(chosen: Sequence[Path], here: Path) -> Path:
    """The root of the project that absolute paths belong to; that of the working directory where there are none."""
    if not chosen:
        return find_root(here)
    common = Path(os.path.commonpath([str(path if path.is_dir() else path.parent) for path in chosen]))
    root = find_root(common)
    is_project = any((root / marker).exists() for marker in MARKERS)
    return here if root == common and here in common.parents and not is_project else root


def root_of_file(file: Path, here: Path) -> Path:
    """The root that a file is analysed from when a tool hands over files one by one: the nearest folder with settings,
    else the project of the working directory, else the project around the file."""
    nearest = find_root(file.parent)
    around = find_root(here)
    return nearest if has_settings(nearest) or around not in file.parents else around


def has_settings(folder: Path) -> bool:
    """Whether a folder has settings of ours."""
    return any(reader.has_settings(folder / reader.name) for reader in READERS)
