"""What the server knows of each project: the last report, and the texts that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from statelint.catalogue.load import rules_of
from statelint.catalogue.rule import Rule
from statelint.domain.findings import Finding, Problem
from statelint.server.analyst import Analyst, Wanted
from statelint.sources.read import encode, lines_of, read


class Project:
    """A root, analysed as a whole with the buffers of the editor in the place of files."""

    def __init__(self, analyst: Analyst, root: Path, unsaved: Mapping[Path, str], edited: Path) -> None:
        """Have it analysed; raises `StatelintError` for settings that can't be used."""
        self.root = root
        path = edited.relative_to(root).as_posix() if edited.is_relative_to(root) else ""
        self._checked = analyst.check(Wanted(root, tuple(_as_bytes(root, unsaved)), path))
        self._folders = self._checked.runs[0].options.rules

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that something is said about."""
        report = self._checked.report
        places = [*(one.place for one in report.findings), *(one.place for one in report.problems)]
        return tuple(dict.fromkeys(self.root / place.path for place in places))

    def findings(self, file: Path) -> list[Finding]:
        """Findings whose object is in a file."""
        return [one for one in self._checked.report.findings if self.root / one.place.path == file]

    def problems(self, file: Path) -> list[Problem]:
        """What is wrong with a file, its suppressions or its baseline."""
        return [one for one in self._checked.report.problems if self.root / one.place.path == file]

    def lines(self, path: str) -> list[str]:
        """The lines of a file as they were analysed."""
        return self._checked.lines_of(path)

    def is_current(self, file: Path, text: str) -> bool:
        """Whether a buffer still holds what was analysed."""
        return file.is_relative_to(self.root) and lines_of(text) == self.lines(file.relative_to(self.root).as_posix())

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The catalogue with the project's own rules, by code."""
        return rules_of(self.root, self._folders)


def _as_bytes(root: Path, unsaved: Mapping[Path, str]) -> Iterable[tuple[str, bytes]]:
    for file, text in unsaved.items():
        on_disk = read(file)
        like = on_disk if isinstance(on_disk, bytes) else b""
        data = encode(text, like)
        if data is not None and file.is_relative_to(root):
            yield file.relative_to(root).as_posix(), data
