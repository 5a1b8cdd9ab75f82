"""Projects inside another one, as far as the deployment files of the latter have to do with them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from statelint.app.places import below
from statelint.domain.findings import Report, State

PYTHON = ".py"


class Inner(msgspec.Struct, frozen=True):
    """Where a project lies, its name, the paths of its code, its states, and whether it has entry points."""

    folder: str
    name: str
    code: tuple[str, ...]
    states: tuple[State, ...]
    is_serving: bool

    def below(self, folder: str) -> Inner:
        """The same with paths from further up."""
        if not folder:
            return self
        code = tuple(f"{folder}/{path}" for path in self.code)
        states = tuple(below(one, folder) for one in self.states)
        return Inner(f"{folder}/{self.folder}".rstrip("/"), self.name, code, states, self.is_serving)


class Insides(msgspec.Struct, frozen=True):
    """All projects inside one, today and at the revision that a report is against."""

    now: tuple[Inner, ...] = ()
    before: tuple[Inner, ...] = ()


def inner_of(name: str, paths: Iterable[str], report: Report) -> Inner:
    """A project as seen from its own root."""
    code = tuple(path for path in paths if path.endswith(PYTHON))
    return Inner("", name, code, report.shared.states, report.shared.is_serving)
