"""Inclusion constraints, solved with a worklist (Andersen-style, with the call graph found on the fly)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from statelint.program.objects import DROPPED, Container, External, Node, Object, Text

MOST_TEXTS = 32  # a node with more string constants is data, not names
MOST_VALUES = 48  # a node with more containers and library values says nothing of any one of them
PATIENCE = ((400_000, 24), (1_000_000, 12), (2_000_000, 6))  # after so many steps that limit falls to this
VALUES = (Container, External)


class Solver:
    """Adds objects to nodes and tells everyone who listens."""

    def __init__(self) -> None:
        """Nothing to do yet."""
        self._queue: deque[Node] = deque()
        self.tasks: deque[Callable[[], None]] = deque()  # bodies still to be linked: never linked recursively
        self.texts: dict[str, Text] = {}
        self._steps = 0
        self._most_values = MOST_VALUES

    def text(self, value: str) -> Text:
        """The one object that stands for a string constant."""
        text = self.texts.get(value)
        if text is None:
            text = self.texts[value] = Text(value)
        return text

    def add(self, node: Node, obj: Object) -> None:
        """`node` may stand for `obj`."""
        if obj in node.objects:
            return
        size = len(node.objects)
        if (size > self._most_values and type(obj) in VALUES) or (size > MOST_TEXTS and type(obj) is Text):
            return
        node.objects[obj] = None
        if node.delta is None:
            node.delta = [obj]
            self._queue.append(node)
        else:
            node.delta.append(obj)

    def add_all(self, node: Node, objects: Iterable[Object]) -> None:
        """`node` may stand for each of `objects`."""
        for obj in objects:
            self.add(node, obj)

    def edge(self, source: Node, target: Node) -> None:
        """Everything that `source` may stand for, `target` may too."""
        if source is target or target is DROPPED or target in source.edges:
            return
        source.edges[target] = None
        if source.objects:
            self.add_all(target, tuple(source.objects))

    def listen(self, node: Node, trigger: Callable[[Object], None]) -> None:
        """Call `trigger` for every object of `node`, now and later."""
        node.triggers.append(trigger)
        if node.objects:
            pending = node.delta
            known = [obj for obj in node.objects if pending is None or obj not in pending]
            if known:
                self.tasks.append(lambda: _replay(trigger, known))

    def solve(self) -> None:
        """Run until nothing grows."""
        queue = self._queue
        tasks = self.tasks
        while queue or tasks:
            while tasks:
                tasks.popleft()()
            if not queue:
                continue
            node = queue.popleft()
            delta = node.delta
            node.delta = None
            if delta is None:
                continue
            self._steps += len(delta) * (len(node.edges) + len(node.triggers) + 1)
            if self._steps > PATIENCE[0][0]:
                self._lose_patience()
            for target in tuple(node.edges):
                known = target.objects
                for obj in delta:
                    if obj not in known:
                        self.add(target, obj)
            for trigger in tuple(node.triggers):
                for obj in delta:
                    trigger(obj)

    def _lose_patience(self) -> None:
        for steps, most in PATIENCE:
            if self._steps > steps:
                self._most_values = most


def _replay(trigger: Callable[[Object], None], known: list[Object]) -> None:
    for obj in known:
        trigger(obj)
