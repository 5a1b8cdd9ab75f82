"""Which operands may stand for an object that was looked up in a shared place, rather than made a moment ago.

An object that serving code makes is its own until it is stored (ownership, as in RacerD): filling it before it is
put into a shared container changes nothing that another request could see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from statelint.facts.model import Attr, Call, Invoke, Item, Iterate, SetAttr, SetItem
from statelint.program.linking import Linker
from statelint.program.objects import Context, External, Node

USING = (Attr, Invoke, Item, Iterate, SetAttr, SetItem)
Using = Attr | Invoke | Item | Iterate | SetAttr | SetItem


class Sharing:
    """The nodes that values reach from shared places: through copies, parts, elements and receivers of methods."""

    def __init__(self, linker: Linker, contexts: Iterable[Context], shared: Iterable[Node]) -> None:
        """`shared` are the nodes of fields and elements of objects made at start-up."""
        self._linker = linker
        self._contexts = contexts
        self._shared = shared
        self._uses: dict[Node, list[tuple[Context, Using]]] = defaultdict(list)
        self._makings: dict[Node, list[tuple[Context, Call]]] = defaultdict(list)
        self._starts: dict[Context, dict[tuple[int, int], list[Context]]] = {}

    @cached_property
    def _known(self) -> set[Node]:
        for context in self._contexts:
            self._note(context)
        return self._spread()

    def _note(self, context: Context) -> None:
        node_of = self._linker.node
        for op in context.body.ops:
            if type(op) is Call:
                if (node := node_of(context, op.callee)) is not None and node.objects:
                    self._makings[node].append((context, op))
            elif isinstance(op, USING):
                used = op.source if isinstance(op, Iterate) else op.base
                if (node := node_of(context, used)) is not None and node.objects:
                    self._uses[node].append((context, op))

    def _spread(self) -> set[Node]:
        known = set(self._shared)
        waiting = [*known]
        while waiting:
            node = waiting.pop()
            reached = [*node.edges]
            for context, op in self._uses.get(node, ()):
                reached += self._parts(context, op)
                reached += self._receivers(context, op)
            for context, making in self._makings.get(node, ()):
                reached += self._classes(context, making)
            for target in reached:
                if target not in known:
                    known.add(target)
                    waiting.append(target)
        return known

    def _parts(self, context: Context, op: Using) -> Iterable[Node]:
        """What an operation takes out of a shared object."""
        if isinstance(op, SetAttr | SetItem):
            return
        if isinstance(op, Invoke) and (self._receiver_contexts(context, op) or not self._hands_out(context, op)):
            return
        yield context.temporary(op.target)

    def _hands_out(self, context: Context, op: Invoke) -> bool:
        """Whether a method may give an element of its receiver; a library's method makes what it gives."""
        for obj in self._linker.objects(context, op.base):
            if not isinstance(obj, External):
                return True
            row = self._linker.models.type_row(obj.dotted)
            if obj.content is not None or (row is not None and op.name in row.elements):
                return True
        return False

    def _receivers(self, context: Context, op: Using) -> Iterable[Node]:
        """The `self` of every method that an operation on a shared object may call."""
        for callee in self._receiver_contexts(context, op):
            yield callee.local(callee.body.params[0].name)

    def _classes(self, context: Context, op: Call) -> Iterable[Node]:
        """The `cls` of a `__new__` that a call of a shared class runs: it may give what the class keeps."""
        for edge in context.calls_at.get(op.span, ()):
            callee = edge.callee
            if callee.body.name == "__new__" and callee.body.params:
                yield callee.local(callee.body.params[0].name)

    def _receiver_contexts(self, context: Context, op: Using) -> list[Context]:
        if isinstance(op, Attr | Item):
            line, column = op.line, op.column
        elif isinstance(op, Iterate):
            return []
        else:
            line, column = op.span.line, op.span.column
        if context not in self._starts:
            self._starts[context] = _methods_by_start(context)
        return self._starts[context].get((line, column), [])

    def has(self, node: Node | None) -> bool:
        """Whether what `node` stands for may have been looked up in a shared place."""
        return node is not None and node in self._known


def _methods_by_start(context: Context) -> dict[tuple[int, int], list[Context]]:
    """Methods that the calls of a context may run, by the place where the call begins."""
    found: dict[tuple[int, int], list[Context]] = defaultdict(list)
    for callee, span in context.calls:
        if callee.function is not None and callee.body.params and callee.function.owner is not None:
            found[span.line, span.column].append(callee)
    return found
