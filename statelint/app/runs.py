"""Runs over a project with the settings that lie in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from statelint.domain.errors import ConfigurationError, UsageError
from statelint.environment.locate import find_packages
from statelint.settings.options import Options, Overrides, Run, today
from statelint.settings.readers import read_options, settings_files

WHOLE = "configuration"
KEYS = frozenset({WHOLE, *(name.replace("_", "-") for name in Options.__struct_fields__)})


def run_at(root: Path, overrides: Overrides | None = None, **more: Any) -> Run:
    """A run over the whole project at `root`; `overrides` are laid over its settings, `more` are fields of the run."""
    given = overrides or Overrides()
    options = read_options(root, given.flags, given.config, isolated=given.isolated)
    packages = find_packages(root, options.python, os.environ.get("VIRTUAL_ENV"))
    known = {"paths": (), "today": today(), **more}
    return Run(root=str(root), options=options, overrides=given, packages=packages, **known)


@contextmanager
def naming_settings(run: Run) -> Iterator[None]:
    """An error in a value of the settings names their file: a repository may have several."""
    try:
        yield
    except (ConfigurationError, UsageError) as error:
        files = settings_files(Path(run.root), run.overrides.config, isolated=run.overrides.isolated)
        key = error.where.partition(" ")[0]
        if not files or key not in KEYS or not run.overrides.flags.keys().isdisjoint({key, f"extend-{key}"}):
            raise
        named = ", ".join(os.path.relpath(file) for file in files)
        where = named if key == WHOLE else f"{named}: {error.where}"
        raise type(error)(error.what, where, error.do) from error
