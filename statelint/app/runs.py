"""Runs of tools that hand over files one by one, with the settings of the project that they lie in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from statelint.environment.locate import find_packages
from statelint.settings.options import Run, today
from statelint.settings.readers import read_options


def run_at(
    root: Path, flags: Mapping[str, Any], stdin: tuple[str, bytes] | None = None,
    unsaved: Iterable[tuple[str, bytes]] = (),
) -> Run:  # fmt: skip
    """A run over the whole project at `root`; `flags` are options that settings don't decide."""
    options = read_options(root, flags)
    packages = find_packages(root, options.python, os.environ.get("VIRTUAL_ENV"))
    return Run(
        root=str(root), paths=(), options=options, packages=packages, stdin=stdin, unsaved=tuple(unsaved),
        today=today(),
    )  # fmt: skip
