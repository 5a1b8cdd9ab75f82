"""A function as analysed in one situation: its phase, its receiver and the variables it closes over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from statelint.facts.model import Body, Span
from statelint.program.objects import Instance, Node

if TYPE_CHECKING:
    from statelint.program.modules import Module
    from statelint.program.objects import ClassObject, FunctionObject, Object


class Edge:
    """One call: where it stands and what it may call."""

    __slots__ = ("callee", "caller", "likely", "span")

    def __init__(self, caller: Context, callee: Context, span: Span, *, likely: bool = False) -> None:
        """`likely` where the target is a guess."""
        self.caller = caller
        self.callee = callee
        self.span = span
        self.likely = likely


class Context:
    """One function, class body or module body in one phase, for one long-lived receiver or for all others."""

    __slots__ = (
        "body", "calls", "cls", "depth", "environment", "function", "linked", "module", "names", "phase", "receiver",
        "result", "temporaries", "yields",
    )  # fmt: skip

    def __init__(
        self, body: Body, module: Module, phase: int, environment: Context | None, receiver: Instance | None
    ) -> None:
        """No constraints yet; `environment` is the enclosing scope's context."""
        self.body = body
        self.module = module
        self.phase = phase
        self.environment = environment
        self.receiver = receiver
        self.function: FunctionObject | None = None
        self.cls: ClassObject | None = None
        self.depth = 0
        self.names: dict[str, Node] = {}
        self.temporaries: list[Node | None] = [None] * body.temporaries
        self.result = Node()
        self.yields = Node()
        self.calls: dict[tuple[Context, Span], Edge] = {}
        self.linked: set[object] = set()

    @property
    def symbol(self) -> str:
        """Dotted name of the function."""
        return self.module.name if self.body.kind == "module" else f"{self.module.name}.{self.body.qualname}"

    def temporary(self, number: int) -> Node:
        """The node of a temporary."""
        node = self.temporaries[number]
        if node is None:
            node = self.temporaries[number] = Node()
        return node

    def local(self, name: str) -> Node:
        """The node of a local variable."""
        node = self.names.get(name)
        if node is None:
            node = self.names[name] = Node()
        return node


def is_method_context(context: Context, obj: Object) -> bool:
    """Whether `obj` is the receiver that this context was made for."""
    return context.receiver is obj
