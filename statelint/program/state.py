"""State objects: what serving code changes, with every write and read of it."""

from __future__ import annotations

from statelint.facts.model import Op, Operand, Span
from statelint.program.holders import Key
from statelint.program.objects import Context, Object


class Write:
    """One operation that changes a holder."""

    __slots__ = ("context", "how", "key", "key_operand", "obj", "op", "span", "value")

    def __init__(self, key: Key, obj: Object | None, context: Context, op: Op, span: Span, how: str) -> None:
        """`how` is rebind, augment, delete, attribute, item or the name of the mutating method."""
        self.key = key
        self.obj = obj
        self.context = context
        self.op = op
        self.span = span
        self.how = how
        self.value: Operand = None
        self.key_operand: Operand = None


class State:
    """One state object: its writes and reads while serving."""

    __slots__ = ("key", "objects", "reads", "scans", "writes")

    def __init__(self, key: Key) -> None:
        """Nothing seen yet."""
        self.key = key
        self.objects: dict[Object, None] = {}
        self.writes: list[Write] = []
        self.reads: list[tuple[Context, Span]] = []
        self.scans: list[tuple[Context, Span]] = []  # reads of all elements
