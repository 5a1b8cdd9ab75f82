"""What can be changed at a place in a file, and what comes back: edits by position, or why there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment


class EditRequest(msgspec.Struct, frozen=True):
    """The span of a call, a display or a target counts columns from 1 in bytes of UTF-8, as facts do.

    `name` is the argument, setting or key that gets `value`; `beside` are further ones that are added where they are
    missing, `without` those that go; of those that are in both, one whose value is outside already keeps it, which a
    word of `outside` tells. `imports` are statements that the new code needs.
    """

    kind: str
    line: int
    column: int
    end_line: int
    end_column: int
    name: str = ""
    position: int | None = None
    value: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All new code."""
        return "\n".join((self.value, *(value for _, value in self.beside)))


class Replacement(msgspec.Struct, frozen=True, order=True):
    """Text in the place of a span; lines count from 1, columns from 0, in characters."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


class Written(msgspec.Struct, frozen=True):
    """Replacements that belong together, or why the code has a form that they don't fit."""

    replacements: tuple[Replacement, ...] = ()
    refused: str = ""


class Refused(Exception):
    """The code at the place has another form than the edit needs."""


class EditKind(msgspec.Struct, frozen=True):
    """What each module of `edits/` has as its constant EDIT; `write` raises Refused."""

    kind: str
    write: Callable[[Segment, EditRequest], Iterable[Replacement]]
