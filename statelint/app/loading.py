"""Reads the sources of a run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from statelint.app.inner import Inner
from statelint.domain.errors import ConfigurationError
from statelint.domain.findings import Place, Problem
from statelint.facts.suppressions import mentions_us
from statelint.settings.options import Run
from statelint.sources.deployment_files import LARGEST, is_always_read
from statelint.sources.discover import Found, discover, is_program
from statelint.sources.read import read
from statelint.sources.settings_files import (
    configures_application,
    is_settings_file,
    may_hold_settings,
    named_files,
)

if TYPE_CHECKING:
    from statelint.deployment.recognition import Recognition

PYTHON = ".py"


class Loaded(msgspec.Struct):
    """Sources by path, with what could not be read, the day of the run, the name of the root, what is accepted,
    folders inside that are projects of their own, and what is known of these and of those inside them."""

    sources: dict[str, bytes]
    problems: list[Problem]
    today: str = ""
    name: str = ""
    baseline: tuple[str, bytes] | None = None  # its path below the root, and its bytes
    inner: tuple[str, ...] = ()
    inside: tuple[Inner, ...] = ()

    @property
    def has_dates(self) -> bool:
        """Whether the report may be another one tomorrow."""
        baseline = self.baseline is not None and b'"until"' in self.baseline[1]
        return baseline or any(b"until=" in data and mentions_us(data) for data in self.sources.values())


def load(run: Run, found: Found | None = None) -> Loaded:
    """Every file of the project, with standard input and unsaved buffers in the place of some; `found` where it is
    known which these are."""
    loaded = Loaded({}, [], run.today, Path(run.root).resolve().name, _baseline(run))
    choice = Choice(Path(folder) for folder in run.options.rules)
    unsaved = dict(run.unsaved)
    undecided: dict[str, bytes] = {}
    found = found or discover(Path(run.root), run.options, run.chosen)
    loaded.inner = found.inner
    for folder, reason in found.unlisted:
        loaded.problems.append(unreadable(folder, 1, f"this folder can't be listed: {reason}"))
    for source in found.sources:
        file = Path(source.file)
        if loaded.baseline is not None and source.path == loaded.baseline[0]:
            continue
        if not is_program(source.path) and _is_too_large(file):
            continue  # data with the name of a deployment file
        data = unsaved[source.path] if source.path in unsaved else read(file)
        if isinstance(data, str):
            loaded.problems.append(unreadable(source.path, 1, data))
        elif choice.is_read(source.path, data):
            loaded.sources[source.path] = data
        elif may_hold_settings(source.path, data):
            undecided[source.path] = data
    loaded.sources.update(named_by_code(undecided, loaded.sources))
    if run.stdin is not None:
        path, data = run.stdin
        loaded.sources[path] = data
    return loaded


def _baseline(run: Run) -> tuple[str, bytes] | None:
    if not run.options.baseline:
        return None
    file = Path(run.root, run.options.baseline)
    try:
        return os.path.relpath(file, run.root).replace(os.sep, "/"), file.read_bytes()
    except OSError as error:
        what = f"the baseline can't be read: {error.strerror}"
        raise ConfigurationError(what, str(file), "write it with `statelint baseline`") from error


class Choice:
    """Which files say something about the application; rows are loaded for the first that only they can judge."""

    def __init__(self, added: Iterable[Path] = ()) -> None:
        """`added` are a project's own folders of rules."""
        self._added = tuple(added)

    @cached_property
    def _recognition(self) -> Recognition:
        from statelint.deployment.recognition import Recognition
        from statelint.deployment.rows import load_affinity

        return Recognition(load_affinity(self._added))

    def is_read(self, path: str, data: bytes) -> bool:
        """Whether a file does by what it holds."""
        if is_program(path):
            return path.endswith(PYTHON) or is_settings_file(data)
        if len(data) > LARGEST:
            return False
        if is_always_read(path.rpartition("/")[2]) or mentions_us(data) or configures_application(path, data):
            return True
        return self._recognition.may_matter(data)

    def of(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Those of `files` that do, by what they hold or because the code names them."""
        read = {path: data for path, data in files.items() if self.is_read(path, data)}
        rest = {path: data for path, data in files.items() if path not in read and may_hold_settings(path, data)}
        return {**read, **named_by_code(rest, read)}


def named_by_code(files: Mapping[str, bytes], sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those of `files` whose names stand in the code among `sources`."""
    code = (data for path, data in sources.items() if path.endswith(PYTHON))
    return {path: files[path] for path in named_files(files, code)}


def _is_too_large(file: Path) -> bool:
    try:
        return file.stat().st_size > LARGEST
    except OSError:
        return False


def unreadable(path: str, line: int, reason: str) -> Problem:
    """A file or folder that is left out."""
    return Problem("STL001", Place(path, line, 1, line, 1), reason)
