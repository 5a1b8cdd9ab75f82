"""Writing files that other runs may read at the same time, and the folder of the cache."""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(target: Path, data: bytes) -> None:
    """Replace a file in one step, so that a concurrent run never sees half of it."""
    import tempfile  # dear to import, and most runs write nothing

    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).replace(target)


def make_cache_folder(folder: Path) -> None:
    """Make a folder that git leaves out."""
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")
