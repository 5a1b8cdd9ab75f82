"""Where our own rules lie: in the checkout, or inside the installed package."""

from __future__ import annotations

from pathlib import Path


def rules_folder() -> Path:
    """The checkout's `rules/` where there is one, since an editable install leaves a stale copy; else the packaged one."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent / "rules"
    if (checkout / "frameworks").is_dir() and (package.parent / "pyproject.toml").is_file():
        return checkout
    return package / "_rules"
