"""Methods of built-in and library containers: what goes in, what comes out."""

from __future__ import annotations

from statelint.facts.model import Const
from statelint.program.core import CallSite
from statelint.program.items import is_mapping
from statelint.program.objects import Container, Node, Object
from statelint.program.operations import Operations

PUTS_FIRST = frozenset({"append", "add", "appendleft", "put", "put_nowait", "push", "set_result", "send"})
MERGES = frozenset({"update", "extend", "extendleft", "union", "difference_update", "intersection_update"})
TAKES = frozenset({"get", "pop", "popitem", "popleft", "get_nowait", "popright", "result", "__getitem__", "__next__"})
MOVES = frozenset({
    "insert", "pop", "remove", "reverse", "sort", "appendleft", "popleft", "extendleft", "rotate",
})  # fmt: skip
COPIES = frozenset({"copy", "union", "difference", "intersection", "symmetric_difference", "fromkeys", "new_child"})


class Containers(Operations):
    """Links calls of container methods."""

    def call_container_method(self, container: Container, name: str, site: CallSite) -> None:
        """Link `container.name(...)`."""
        if container.kind == "generator":
            self._call_generator(container, name, site)
        elif name in PUTS_FIRST:
            self._put(container, site.argument(0))
        elif name == "insert":
            self._put(container, site.argument(1))
        elif name in {"setdefault", "__setitem__"}:
            self._set_default(container, name, site)
        elif name in TAKES:
            self._take(container, name, site)
        elif name in {"items", "values", "keys"}:
            self._view(container, name, site)
        if name in MERGES:
            self._merge(container, site)
        if name in COPIES:
            self.solver.add(site.target, self._copy(container, site))
        if name in MOVES and container.row is not None and name in container.row.mutators:
            self.lose_places(container)
        if name == "sort" and (key := site.argument("key")) is not None:
            inner = site.with_args([container.all], {})
            inner.target = Node()
            self.each(key, lambda function: self.call(function, inner))
        if name in {"get", "pop", "setdefault"} and (default := site.argument(1)) is not None:
            self.solver.edge(default, site.target)

    def _call_generator(self, generator: Container, name: str, site: CallSite) -> None:
        if name in {"send", "asend"} and (argument := site.argument(0)) is not None:
            self.solver.edge(argument, generator.keys)
        if name in {"send", "asend", "__next__", "__anext__"}:
            self.solver.edge(generator.all, site.target)

    def _put(self, container: Container, argument: Node | None) -> None:
        if argument is not None:
            self.solver.edge(argument, container.unknown)

    def _set_default(self, container: Container, name: str, site: CallSite) -> None:
        key = site.argument(0)
        value = site.argument(1)
        if key is not None:
            self.solver.edge(key, container.keys)
        self._put(container, value)
        if name == "setdefault":
            self.solver.edge(container.all, site.target)

    def _take(self, container: Container, name: str, site: CallSite) -> None:
        if name == "popitem":
            pair = self.container("tuple", site.context, site.span, tag="popped")
            self.solver.edge(container.keys, self.slot(pair, 0))
            self.solver.edge(container.all, self.slot(pair, 1))
            self.solver.add(site.target, pair)
            return
        key = site.argument(0)
        texts = list(key.objects) if key is not None else []
        literal = [getattr(obj, "value", None) for obj in texts]
        if is_mapping(container) and literal and all(isinstance(value, str) for value in literal):
            for value in literal:
                self.load_element(container, Const(str(value)), site.target)
        else:
            self.solver.edge(container.all, site.target)

    def _view(self, container: Container, name: str, site: CallSite) -> None:
        view = self.container("list", site.context, site.span, tag=name)
        if name == "keys":
            self.solver.edge(container.keys, view.unknown)
        elif name == "values":
            self.solver.edge(container.all, view.unknown)
        else:
            pair = self.container("tuple", site.context, site.span, tag="pair")
            self.solver.edge(container.keys, self.slot(pair, 0))
            self.solver.edge(container.all, self.slot(pair, 1))
            self.solver.add(view.unknown, pair)
        self.solver.add(site.target, view)

    def _merge(self, container: Container, site: CallSite) -> None:
        for argument in site.args:
            self.each(argument, lambda obj: self._merge_one(obj, container, site))
        for name, value in site.keywords.items():
            if value is not None:
                self.solver.edge(value, self.slot(container, name))
        self.each(site.double_star, lambda obj: self._merge_one(obj, container, site))

    def _merge_one(self, source: Object, container: Container, site: CallSite) -> None:
        if source is not container:
            self.merge(source, container, site)

    def _copy(self, container: Container, site: CallSite) -> Container:
        new = self.container(container.kind, site.context, site.span, tag="copy")
        self.pour(container, new, site)
        return new
