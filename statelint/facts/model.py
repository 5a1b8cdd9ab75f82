"""Facts of one file: every scope as a list of small operations over names and temporaries.

Nothing is resolved here, so facts depend on the bytes of the file alone and are cached by digest. An operand
is a temporary (`int`), a name as written (`str`), a `Const`, or None for a value that nothing can be done with.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Union

import msgspec

FACTS_VERSION = 8


class Const(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A literal."""

    value: str | int | float | bool | None


Operand = Union[int, str, Const, None]


class How(IntEnum):
    """How a name, attribute or item is written."""

    ASSIGN = 0
    AUGMENT = 1
    DELETE = 2
    DECLARE = 3  # by def, class, import, for, with, except


class Role(IntEnum):
    """What a call is for."""

    PLAIN = 0
    DECORATOR = 1
    AWAITED = 2
    STATEMENT = 3  # its value is dropped


class Span(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Lines and columns count from 1; the end column is the one after the last character."""

    line: int
    column: int
    end_line: int
    end_column: int

    def holds(self, inner: Span) -> bool:
        """Whether another span lies inside this one, or is the same."""
        return (self.line, self.column) <= (inner.line, inner.column) and (inner.end_line, inner.end_column) <= (
            self.end_line,
            self.end_column,
        )


class _Op(msgspec.Struct, frozen=True, array_like=True, gc=False):
    pass


class Bind(_Op, frozen=True, tag=0):
    """`name = source`."""

    name: str
    source: Operand
    span: Span
    how: int


class Move(_Op, frozen=True, tag=1):
    """The temporary may also be `source`."""

    target: int
    source: Operand


class Attr(_Op, frozen=True, tag=2):
    target: int
    base: Operand
    name: str
    line: int
    column: int


class SetAttr(_Op, frozen=True, tag=3):
    base: Operand
    name: str
    source: Operand
    span: Span
    how: int


class Item(_Op, frozen=True, tag=4):
    target: int
    base: Operand
    key: Operand
    line: int
    column: int


class SetItem(_Op, frozen=True, tag=5):
    base: Operand
    key: Operand
    source: Operand
    span: Span
    how: int


class Call(_Op, frozen=True, tag=6):
    target: int
    callee: Operand
    args: tuple[Operand, ...]
    keywords: tuple[tuple[str, Operand], ...]
    star: Operand
    double_star: Operand
    span: Span
    role: int


class Invoke(_Op, frozen=True, tag=7):
    """`base.name(...)`."""

    target: int
    base: Operand
    name: str
    args: tuple[Operand, ...]
    keywords: tuple[tuple[str, Operand], ...]
    star: Operand
    double_star: Operand
    span: Span
    role: int


class New(_Op, frozen=True, tag=8):
    """A display or comprehension: list, dict, set, tuple, generator, slice."""

    target: int
    kind: str
    keys: tuple[Operand, ...]
    values: tuple[Operand, ...]
    span: Span


class MakeFunction(_Op, frozen=True, tag=9):
    target: int
    body: int


class MakeClass(_Op, frozen=True, tag=10):
    target: int
    body: int
    bases: tuple[Operand, ...]
    keywords: tuple[tuple[str, Operand], ...]


class Return(_Op, frozen=True, tag=11):
    source: Operand
    line: int


class Yield(_Op, frozen=True, tag=12):
    target: int
    source: Operand
    line: int


class YieldFrom(_Op, frozen=True, tag=13):
    target: int
    source: Operand
    line: int


class Iterate(_Op, frozen=True, tag=14):
    """`target` is an element of `source`."""

    target: int
    source: Operand
    line: int


class Enter(_Op, frozen=True, tag=15):
    """`with source as target`."""

    target: int
    source: Operand
    span: Span


class Import(_Op, frozen=True, tag=16):
    """`import module` binds its first part; `import module as name` binds the module."""

    name: str
    module: str  # with a space at its end where no name was given
    line: int

    @property
    def bound(self) -> str:
        """The module that the name stands for."""
        return self.module.partition(".")[0].rstrip() if self.module.endswith(" ") else self.module


class ImportFrom(_Op, frozen=True, tag=17):
    name: str
    module: str
    member: str
    level: int
    line: int


class ImportStar(_Op, frozen=True, tag=18):
    module: str
    level: int
    line: int


class Combine(_Op, frozen=True, tag=19):
    """An operator, f-string or comparison: a value computed from its operands."""

    target: int
    operator: str
    operands: tuple[Operand, ...]
    line: int
    column: int

    @property
    def is_in_place(self) -> bool:
        """Whether it is an assignment such as `+=`; comparisons have names."""
        return self.operator.endswith("=")


class Spread(_Op, frozen=True, tag=20):
    """`[*source]` or `{**source}`: the elements of `source` go into the container `target`."""

    target: int
    source: Operand


class Declare(_Op, frozen=True, tag=21):
    """`name: annotation` or `base.name: annotation`, with a value or without."""

    base: Operand
    name: str
    annotation: Operand


class Raise(_Op, frozen=True, tag=22):
    """`raise source`: a class is instantiated."""

    source: Operand
    span: Span


class Catch(_Op, frozen=True, tag=23):
    """`except source as target`."""

    target: int
    source: Operand


Op = Union[
    Bind, Move, Attr, SetAttr, Item, SetItem, Call, Invoke, New, MakeFunction, MakeClass, Return, Yield, YieldFrom,
    Iterate, Enter, Import, ImportFrom, ImportStar, Combine, Spread, Declare,
    Raise, Catch,
]  # fmt: skip


class Param(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One parameter; `default` and `annotation` are operands of the enclosing scope."""

    name: str
    kind: int  # 0 positional only, 1 positional or keyword, 2 *args, 3 keyword only, 4 **kwargs
    has_default: bool
    default: Operand
    annotation: Operand


class Body(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One scope: a module, class, function or lambda (comprehensions belong to their scope)."""

    kind: str  # module | class | function | lambda
    name: str
    qualname: str
    parent: int
    span: Span
    params: tuple[Param, ...]
    names: frozenset[str]
    global_names: frozenset[str]
    nonlocal_names: frozenset[str]
    annotated: tuple[str, ...]  # names with an annotation in a class body, in order
    is_generator: bool
    is_async: bool
    decorators: tuple[str, ...]
    temporaries: int
    ops: tuple[Op, ...]
    returns: Operand = None  # the annotation, an operand of the enclosing scope
    aliases: tuple[tuple[int, str], ...] = ()  # temporaries whose only use is to be bound to a name
    endless: tuple[Span, ...] = ()  # loops that nothing but an exception ends


class FileFacts(msgspec.Struct, frozen=True, gc=False):
    """All that the program needs to know about one file."""

    lines: int
    bodies: tuple[Body, ...]


class Unreadable(msgspec.Struct, frozen=True, gc=False):
    """A file that can't be parsed, and why."""

    line: int
    reason: str
