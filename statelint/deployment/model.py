"""What a deployment file says, in one shape for all formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property

import msgspec

from statelint.domain.findings import Place

STRANGE_LINE_END = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
Path = tuple[str, ...]  # keys from the object down; items of a list are `[0]`, `[1]`


class Setting(msgspec.Struct, frozen=True, gc=False):
    """One value, or a mapping or list (`value` is None then), at its exact place.

    `decided_by` names the variable or input that gives the value where the file alone does not, `given_at` the place
    where another file gives it.
    """

    path: Path
    value: str | None
    place: Place
    decided_by: str = ""
    given_at: Place | None = None


def ports_of(settings: Iterable[Setting]) -> tuple[int, ...]:
    """The ports that settings give, where their values are some."""
    return tuple(int(one.value) for one in settings if one.value and one.value.isdecimal())


class Runs(msgspec.Struct, frozen=True, gc=False):
    """What an object runs: its images, what they are built from where the file says so, its labels.

    `folder` is the build context below the root of the project, empty for the root itself, and `dockerfile` a path.
    """

    images: tuple[str, ...] = ()
    folder: str | None = None
    dockerfile: str = ""
    labels: frozenset[str] = frozenset()


class Part(msgspec.Struct, frozen=True, gc=False):
    """One object of a file: a Kubernetes resource, a service of Compose, an `upstream` of nginx, a HAProxy section.

    `subjects` are names and images that show what stands behind it, `ports` where that listens, and `servers` how many
    the file itself lists (0 where it doesn't). `links` are names of what it sends requests to, `selects` labels of it.
    `of` are the objects that it changes, where it is a patch.
    """

    kind: str
    name: str
    settings: tuple[Setting, ...]
    subjects: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    servers: int = 0
    runs: Runs | None = None
    links: tuple[str, ...] = ()
    selects: frozenset[str] = frozenset()
    of: tuple[Part, ...] = ()

    @property
    def title(self) -> str:
        """`Service/web`, `upstream backend`."""
        if not self.name:
            return self.kind
        return f"{self.kind}/{self.name}" if self.kind[:1].isupper() else f"{self.kind} {self.name}"


class Refused(Exception):
    """A file that is of a format and that its parser can't read."""

    def __init__(self, line: int, reason: str) -> None:
        """Both are for the report."""
        super().__init__(line, reason)
        self.line = line
        self.reason = reason


class Text:
    """A file to parse: its path below the root, its text and whether it is a template of a configuration."""

    def __init__(self, path: str, text: str, *, templated: bool) -> None:
        """Lines are split when the first place asks for them."""
        self.path = path
        self.text = text
        self.templated = templated
        self._counts_alike = text.isascii()

    @cached_property
    def lines(self) -> list[str]:
        """The lines, as YAML and the scanners count them."""
        return self.text.split("\n")

    @cached_property
    def has_strange_line_ends(self) -> bool:
        """Whether formats don't agree on which lines there are."""
        return STRANGE_LINE_END.search(self.text) is not None

    def place(self, line: int, column: int, end_line: int, end_column: int) -> Place:
        """A place from lines and columns in characters, counted from 1; reports count bytes until the end."""
        if self._counts_alike:
            return Place(self.path, line, column, end_line, end_column)
        return Place(self.path, line, self._bytes(line, column), end_line, self._bytes(end_line, end_column))

    def _bytes(self, line: int, column: int) -> int:
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return len(text[: column - 1].encode(errors="surrogatepass")) + 1


class Change(msgspec.Struct, frozen=True, order=True):
    """Text in the place of a span of a file; lines count from 1, columns from 0, in characters."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str = ""


class Wanted(msgspec.Struct, frozen=True):
    """Settings of one object that get another value, or none at all; `replace` changes parts of the present one.

    With `add`, a line is added below each, which is a block.
    """

    settings: tuple[Setting, ...]
    value: str | None = None
    replace: dict[str, str] = {}
    add: str = ""

    def replaced(self, present: str) -> str:
        """The present value with the parts that change."""
        for old, new in self.replace.items():
            present = present.replace(old, new)
        return present


class Unfit(Exception):
    """The file is written in a way that a change does not fit."""


class Format(msgspec.Struct, frozen=True):
    """A name, whether a text is of the format, and its objects; `parse` raises Refused.

    `change` finds where a text has to be changed, and raises Unfit. `assigns` stands between a name and its value.
    """

    name: str
    recognise: Callable[[str, str], bool]  # path and text
    parse: Callable[[Text], Iterable[Part]]
    change: Callable[[Text, Wanted], Iterable[Change]] | None = None
    assigns: str = ": "


class Document(msgspec.Struct, frozen=True):
    """A parsed file."""

    path: str
    format: str
    parts: tuple[Part, ...]
    assigns: str = ": "
