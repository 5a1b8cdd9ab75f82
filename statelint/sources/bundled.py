"""Where our own rules lie: in the checkout, or inside the installed package."""

from __future__ import annotations

from pathlib import Path


def rules_folder() -> Path:
    """The checkout's `rules/`, since an editable install leaves a stale copy; else the packaged ones."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent / "rules"
    if (checkout / "frameworks").is_dir() and (package.parent / "pyproject.toml").is_file():
        return checkout
    return package / "_rules"
