"""Runs over a project with the settings that lie in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from statelint.environment.locate import find_packages
from statelint.settings.options import Overrides, Run, today
from statelint.settings.readers import read_options


def run_at(root: Path, overrides: Overrides | None = None, **more: Any) -> Run:
    """A run over the whole project at `root`; `overrides` are laid over its settings, `more` are fields of the run."""
    given = overrides or Overrides()
    options = read_options(root, given.flags, given.config, isolated=given.isolated)
    packages = find_packages(root, options.python, os.environ.get("VIRTUAL_ENV"))
    known = {"paths": (), "today": today(), **more}
    return Run(root=str(root), options=options, overrides=given, packages=packages, **known)
