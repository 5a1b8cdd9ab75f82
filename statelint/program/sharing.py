"""Which operands may stand for an object that was looked up in a shared place, rather than made a moment ago.

An object that serving code makes is its own until it is stored (ownership, as in RacerD): filling it before it is
put into a shared container changes nothing that another request could see.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from statelint.facts.model import Attr, Invoke, Item, SetAttr, SetItem
from statelint.program.linking import Linker
from statelint.program.objects import Context, Node

Receiving = Attr | Invoke | Item | SetAttr | SetItem


class Sharing:
    """The nodes that values reach from shared places, through copies and as receivers of methods."""

    def __init__(self, linker: Linker, contexts: Iterable[Context], shared: Iterable[Node]) -> None:
        """`shared` are the nodes of fields and elements of long-lived objects."""
        self._linker = linker
        self._known: set[Node] = set()
        self._receiving: dict[Node, list[tuple[Context, Receiving]]] = defaultdict(list)
        for context in contexts:
            for op in context.body.ops:
                if isinstance(op, Receiving) and (node := linker.node(context, op.base)) is not None:
                    self._receiving[node].append((context, op))
        self._spread(deque(shared))

    def _spread(self, waiting: deque[Node]) -> None:
        while waiting:
            node = waiting.popleft()
            if node in self._known:
                continue
            self._known.add(node)
            waiting.extend(node.edges)
            for context, op in self._receiving.get(node, ()):
                waiting.extend(self._receivers(context, op))

    def _receivers(self, context: Context, op: Receiving) -> Iterable[Node]:
        """The `self` of every method that an operation on a shared object may call."""
        line, column = (op.line, op.column) if isinstance(op, Attr | Item) else (op.span.line, op.span.column)
        for callee, span in context.calls:
            if (span.line, span.column) == (line, column) and callee.function is not None and callee.body.params:
                if callee.function.owner is not None:
                    yield callee.local(callee.body.params[0].name)

    def has(self, node: Node | None) -> bool:
        """Whether what `node` stands for may have been looked up in a shared place."""
        return node is not None and node in self._known
