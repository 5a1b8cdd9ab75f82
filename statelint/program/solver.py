"""Inclusion constraints, solved with a worklist (Andersen-style, with the call graph found on the fly)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Sequence
from functools import partial

from statelint.program.objects import DROPPED, SERVING, Container, External, Node, Object, Text, TextPrefix

SHORT = 4  # objects or edges of a node that are a tuple; beyond, looking one up takes a dict
MOST_PASSING = 16  # a node with more values of one request says nothing of any one of them
MOST_VALUES = 48  # likewise for names, containers and library values that live longer
MOST_OBJECTS = 10_000  # likewise for everything
PATIENCE = (  # steps per operation, and what the three limits above fall to
    (12, 16, 24, 1_000), (30, 16, 12, 128), (40, 4, 4, 16), (60, 2, 2, 4), (80, 1, 1, 2),
)  # fmt: skip
MOST_PATIENCE = 200  # steps per operation, then linking stops: the program is not understood, whatever the time
SMALL_PROGRAM = 20_000  # operations; smaller ones are given as much patience
LIMITED = frozenset({Container, External, Text, TextPrefix})


class Solver:
    """Adds objects to nodes and tells everyone who listens."""

    def __init__(self) -> None:
        """Nothing to do yet."""
        self._queue: deque[Node] = deque()
        self.tasks: deque[Callable[[], None]] = deque()  # bodies still to be linked: never linked recursively
        self.texts: dict[str, Text] = {}
        self._prefixes: dict[str, TextPrefix] = {}
        self.any_name = TextPrefix("")  # the name of any member of an object
        self._steps = 0
        self.operations = SMALL_PROGRAM  # of the program that is linked
        self.gave_up = False
        self._most_passing = MOST_PASSING
        self._most_values = MOST_VALUES
        self._most_objects = MOST_OBJECTS
        self._next_patience = 0

    def text(self, value: str) -> Text:
        """The one object that stands for a string constant."""
        text = self.texts.get(value)
        if text is None:
            text = self.texts[value] = Text(value)
        return text

    def prefix(self, value: str) -> TextPrefix:
        """The one object that stands for strings that begin so."""
        prefix = self._prefixes.get(value)
        if prefix is None:
            prefix = self._prefixes[value] = TextPrefix(value)
        return prefix

    def add(self, node: Node, obj: Object) -> None:
        """`node` may stand for `obj`."""
        if obj not in node.objects:
            self._take(obj, node)

    def edge(self, source: Node, target: Node) -> None:
        """Everything that `source` may stand for, `target` may too."""
        edges = source.edges
        if target in edges or source is target or target is DROPPED:
            return
        if not edges:
            source.edges = (target,)
        elif type(edges) is dict:
            edges[target] = None
        else:
            source.edges = (*edges, target) if len(edges) < SHORT else dict.fromkeys((*edges, target))
        if source.objects:
            self._flow(source.objects, target)

    def listen(self, node: Node, trigger: Callable[[Object], None]) -> None:
        """Call `trigger` for every object of `node`, now and later."""
        if isinstance(node.triggers, list):
            node.triggers.append(trigger)
        else:
            node.triggers = [trigger]
        if node.objects:
            pending = node.delta
            known = [obj for obj in node.objects if obj not in pending] if pending else [*node.objects]
            if len(known) == 1:
                self.tasks.append(partial(trigger, known[0]))
            elif known:
                self.tasks.append(partial(_replay, trigger, known))

    def solve(self) -> None:
        """Run until nothing grows."""
        queue = self._queue
        tasks = self.tasks
        most_steps = MOST_PATIENCE * max(self.operations, SMALL_PROGRAM)
        spread = self._spread
        while queue or tasks:
            while queue and self._steps <= most_steps:
                spread(queue.popleft())
            while tasks and self._steps <= most_steps:
                self._steps += 1
                tasks.popleft()()
            if self._steps > most_steps:
                self.gave_up = True
                queue.clear()
                tasks.clear()
                return

    def _spread(self, node: Node) -> None:
        """Pass on what is new in a node."""
        delta = node.delta
        node.delta = None
        if delta is None:
            return
        edges, triggers, size = node.edges, node.triggers, len(delta)
        self._steps += size * (len(edges) + len(triggers) + 1)
        if self._steps > self._next_patience:
            self._lose_patience()
        if size == 1:
            only = delta[0]
            for target in edges:
                if only not in target.objects:
                    self._take(only, target)
            for trigger in tuple(triggers):
                trigger(only)
            return
        for target in edges:
            self._flow(delta, target)
        for trigger in tuple(triggers):
            for obj in delta:
                trigger(obj)

    def _take(self, obj: Object, target: Node) -> None:
        """`target`, which doesn't have `obj`, may stand for it."""
        known = target.objects
        size = len(known)
        if size > self._most_passing and not self._admitted([obj], size):
            return
        if not size:
            target.objects = (obj,)
        elif type(known) is dict:
            known[obj] = None
        else:
            target.objects = (*known, obj) if size < SHORT else dict.fromkeys((*known, obj))
        if target.delta is None:
            target.delta = [obj]
            self._queue.append(target)
        else:
            target.delta.append(obj)

    def _flow(self, delta: Collection[Object], target: Node) -> None:
        """`target` may stand for each object of `delta`: most of the time is spent here."""
        known = target.objects
        if known:
            new = [obj for obj in delta if obj not in known]
            if new and len(known) + len(new) > self._most_passing + 1:
                new = self._admitted(new, len(known))
            if not new:
                return
            if type(known) is dict:
                known.update(dict.fromkeys(new))
            else:
                target.objects = _collected((*known, *new))
        else:
            new = [*delta] if len(delta) <= self._most_passing else self._admitted(delta, 0)
            target.objects = _collected(new)
        if target.delta is None:
            target.delta = new
            self._queue.append(target)
        else:
            target.delta += new

    def _admitted(self, new: Collection[Object], size: int) -> list[Object]:
        """What a node that is or becomes full still takes."""
        admitted: list[Object] = []
        most_passing, most_values, most_objects = self._most_passing, self._most_values, self._most_objects
        for obj in new:
            if size > most_passing and (type(obj) in LIMITED or size > most_objects):
                if size > most_values or obj.phase == SERVING:
                    continue
            admitted.append(obj)
            size += 1
        return admitted

    def _lose_patience(self) -> None:
        """Lower the limits, for a program in which everything flows everywhere."""
        operations = max(self.operations, SMALL_PROGRAM)
        for steps, passing, values, objects in PATIENCE:
            if self._steps > steps * operations:
                self._most_passing, self._most_values, self._most_objects = passing, values, objects
        later = [steps * operations for steps, *_ in PATIENCE if steps * operations >= self._steps]
        self._next_patience = min(later, default=MOST_PATIENCE * operations)


def _collected(objects: Sequence[Object]) -> tuple[Object, ...] | dict[Object, None]:
    return tuple(objects) if len(objects) <= SHORT else dict.fromkeys(objects)


def _replay(trigger: Callable[[Object], None], known: list[Object]) -> None:
    for obj in known:
        trigger(obj)
