"""Folders of a project, as deployment files write them."""

from __future__ import annotations

import posixpath


def folder_of(path: str) -> str:
    """The folder of a file; empty for the root of the project."""
    return posixpath.dirname(path)


def folder_from(path: str, *parts: str) -> str | None:
    """A folder that a file names, below the root; None where it leads outside or is computed."""
    if any("$" in part or part.startswith(("/", "~")) or "://" in part for part in parts):
        return None
    found = posixpath.normpath(posixpath.join(folder_of(path), *parts))
    if found.startswith(".."):
        return None
    return "" if found == "." else found


def is_below(path: str, folder: str) -> bool:
    """Whether a file or folder is a folder itself or below it."""
    return not folder or path == folder or path.startswith(f"{folder}/")
