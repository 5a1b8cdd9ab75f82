"""Finds the formats by walking their package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from statelint.report import formats
from statelint.report.context import Format


def renderers() -> Mapping[str, Format]:
    """Every format by name."""
    found: dict[str, Format] = {}
    for info in pkgutil.iter_modules(formats.__path__):
        known = importlib.import_module(f"{formats.__name__}.{info.name}").FORMAT
        found[known.name] = known
    return found
