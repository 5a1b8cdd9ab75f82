"""Finds the formats of a report, or of the inventory, by walking their package."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from statelint.report import formats
from statelint.report.context import Format


def format_names(package: ModuleType = formats) -> tuple[str, ...]:
    """Every format; each has the name of its module."""
    return tuple(sorted(info.name for info in pkgutil.iter_modules(package.__path__)))


def format_of(name: str, package: ModuleType = formats) -> Format:
    """One format; only its module is imported."""
    found: Format = importlib.import_module(f"{package.__name__}.{name}").FORMAT
    return found
