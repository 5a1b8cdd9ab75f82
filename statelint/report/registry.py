"""Finds the formats by walking their package."""

from __future__ import annotations

import importlib
import pkgutil

from statelint.report import formats
from statelint.report.context import Format


def format_names() -> tuple[str, ...]:
    """Every format; each has the name of its module."""
    return tuple(sorted(info.name for info in pkgutil.iter_modules(formats.__path__)))


def format_of(name: str) -> Format:
    """One format; only its module is imported."""
    found: Format = importlib.import_module(f"{formats.__name__}.{name}").FORMAT
    return found
