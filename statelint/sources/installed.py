"""Packages of other distributions with rules and questions, registered in the entry-point group `statelint.rules`."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path

GROUP = "statelint.rules"


def installed_packages() -> Mapping[str, str]:
    """Package by the name it is registered under. Takes 40 ms: asked only where a name is not one of ours."""
    from importlib.metadata import entry_points

    return {point.name: point.value for point in sorted(entry_points(group=GROUP))}


def folder_of(package: str) -> Path | None:
    """Where a package lies, without running it."""
    try:
        found = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None
    places = found.submodule_search_locations if found is not None else None
    return Path(places[0]) if places else None
