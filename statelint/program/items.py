"""Items and iteration: elements of containers, by literal key where there is one."""

from __future__ import annotations

from functools import cache

from statelint.facts.model import Const, FileFacts, Operand, Span
from statelint.models.tables import REQUEST, Models
from statelint.program.attributes import Attributes
from statelint.program.core import EMPTY_BODY, NOWHERE, CallSite
from statelint.program.modules import Module, Modules
from statelint.program.objects import (
    DROPPED,
    SERVING,
    STARTUP,
    ClassObject,
    Container,
    Context,
    External,
    FunctionObject,
    Instance,
    Namespace,
    Node,
    Object,
    Site,
    Text,
)

NO_SITE = Site(Module("", FileFacts(0, (EMPTY_BODY,))), NOWHERE, None)
MOST_SLOTS = 64  # literal keys that are told apart in one container
CONTAINER_BASES = frozenset({"container", "abc", "queue", "cache"})


class Items(Attributes):
    """Loads and stores of elements."""

    unknown_items: list[tuple[External, Container, Node]]

    def __init__(self, modules: Modules, models: Models) -> None:
        """No container copied yet."""
        super().__init__(modules, models)
        self._later_slots: dict[Container, Node] = {}

    def content_of(self, base: Object) -> Container | None:
        """The elements of a container, of an instance that derives from one, or of a library object."""
        match base:
            case Container():
                return base
            case External(content=None) if self._keeps_elements(base):
                base.content = self._content(base)
                return base.content
            case External():
                return base.content
            case Instance(content=None):
                if self._derives_from_container(base):
                    base.content = self._content(base)
                return base.content
            case Instance():
                return base.content
        return None

    def _keeps_elements(self, base: External) -> bool:
        """Not values deep inside a library, methods, nor what a request makes of a library without a model."""
        if base.is_blurred or isinstance(base.base, Container):
            return False
        return base.phase == STARTUP or base.dotted == REQUEST or self.models.matters(base.dotted)

    def _derives_from_container(self, base: Instance) -> bool:
        rows = (self.models.type_row(dotted) for dotted in self.external_bases(base.cls))
        return any(row is not None and row.kind in CONTAINER_BASES for row in rows)

    def _content(self, base: Object) -> Container:
        kind = "dict"
        if isinstance(base, Instance):
            rows = (self.models.type_row(dotted) for dotted in self.external_bases(base.cls))
            kind = next((row.qualified[0] for row in rows if row and row.kind in CONTAINER_BASES), "dict")
        content = Container(
            kind, base.site or NO_SITE, base.phase, self.models.type_row(kind if "." in kind else "builtins.dict")
        )
        self.solver.edge(content.unknown, content.all)
        return content

    def slot(self, container: Container, key: object) -> Node:
        """The node of one literal key."""
        node = container.slots.get(key)
        if node is None:
            if len(container.slots) >= MOST_SLOTS:
                return container.unknown
            node = container.slots[key] = Node()
            self.solver.edge(node, container.all)
            if (later := self._later_slots.get(container)) is not None:
                self.solver.edge(node, later)
        return node

    def later_slots(self, container: Container) -> Node:
        """The elements of slots that are made from now on."""
        node = self._later_slots.get(container)
        if node is None:
            node = self._later_slots[container] = Node()
        return node

    def load_element(self, container: Container, key: Operand, target: Node) -> None:
        """`target` may be `container[key]`."""
        if isinstance(key, Const) and _is_slot(container, key) and "generator" not in container.kind:
            self.solver.edge(self.slot(container, key.value), target)
            self.solver.edge(container.unknown, target)
        else:
            self.solver.edge(container.all, target)

    def store_element(self, container: Container, key: Operand, key_node: Node | None, source: Node | None) -> None:
        """`container[key] = source`."""
        if key_node is not None:
            self.solver.edge(key_node, container.keys)
        if source is None:
            return
        if isinstance(key, Const) and _is_slot(container, key):
            self.solver.edge(source, self.slot(container, key.value))
        else:
            self.solver.edge(source, container.unknown)

    def load_item(self, base: Object, key: Operand, target: Node, context: Context, span: Span) -> None:
        """`target` may be `base[key]`."""
        if isinstance(base, Text):
            return
        match base:
            case Instance() if self.defining(base.cls, "__getitem__") is not None:
                site = CallSite(context, span, [self.node(context, key)], {}, target)
                self.call_method(base, "__getitem__", site)
            case Namespace(owner=owner):
                self.each_name(context, key, lambda name: self.load_attribute(owner, name, target, context, span))
            case ClassObject() if self.is_of_records(base):
                self.solver.add(target, self.instance(base, context, span, context.phase))
            case ClassObject():
                self.solver.add(target, base)
                if (hook := self.defining(base, "__class_getitem__")) is None:
                    return
                site = CallSite(context, span, [self.node(context, key)], {}, target)
                self.each(hook.field("__class_getitem__"), lambda function: self._get(function, base, site))  # type: ignore[arg-type]
            case External(made=False, base=None):
                self._load_external_item(base, key, target, context)
            case _:
                if (content := self.content_of(base)) is not None:
                    self.load_element(content, key, target)
                if isinstance(base, External) and (content is None or not content.all.objects):
                    self._load_unknown_item(base, content, target)

    def is_of_records(self, cls: ClassObject) -> bool:
        """Whether `cls[key]` is a row of a table."""
        rows = (self.models.type_row(base) for base in self.external_bases(cls))
        return any(row is not None and row.kind == "record" for row in rows)

    def _load_unknown_item(self, base: External, content: Container | None, target: Node) -> None:
        """An item that only a library may have put there; of a long-lived object this is known in the end."""
        if content is not None and base.phase == STARTUP:
            self.unknown_items.append((base, content, target))
        else:
            self.solver.add(target, self.external_child(base, base.dotted, "[]"))

    def add_unknown_items(self) -> None:
        """Items of long-lived objects into which no code of the program puts anything."""
        for base, content, target in self.unknown_items:
            if not content.all.objects:
                self.solver.add(target, self.external_child(base, base.dotted, "[]"))
        self.unknown_items.clear()

    def _load_external_item(self, base: External, key: Operand, target: Node, context: Context) -> None:
        content = self.content_of(base)
        if content is not None:
            self.load_element(content, key, target)
        if base.dotted == "typing.Annotated":
            self.each(self.node(context, key), lambda parts: self._elements(parts, target))
            return
        if base.dotted == "sys.modules":
            self._load_module_named(key, target, context)
            return
        self.solver.add(target, base)

    def _load_module_named(self, key: Operand, target: Node, context: Context) -> None:
        """`sys.modules[__name__]`."""
        if key == "__name__":
            self.solver.add(target, self.module_object(context.module))
            return
        self.each_name(context, key, lambda name: self._add_module(name, target, context))

    def _add_module(self, name: str, target: Node, context: Context) -> None:
        self.solver.add(target, self.import_target(context.module, name, 0) or self.external(name))

    def _elements(self, parts: Object, target: Node) -> None:
        if isinstance(parts, Container):
            self.solver.edge(parts.all, target)

    def store_item(self, base: Object, key: Operand, source: Node | None, context: Context, span: Span) -> None:
        """`base[key] = source`."""
        key_node = self.node(context, key)
        match base:
            case Instance() if self.defining(base.cls, "__setitem__") is not None:
                self.call_method(base, "__setitem__", CallSite(context, span, [key_node, source], {}, DROPPED))
            case Namespace(owner=owner):
                self.each_name(context, key, lambda name: self.store_attribute(owner, name, source, context, span))
            case _:
                if (content := self.content_of(base)) is not None:
                    self.store_element(content, key, key_node, source)

    def each_name(self, context: Context, key: Operand, use: object) -> None:
        """Call `use` with every string that the key may be."""

        def named(value: Object) -> None:
            if isinstance(value, Text):
                use(value.value)  # type: ignore[operator]

        if isinstance(key, Const):
            if isinstance(key.value, str):
                use(key.value)  # type: ignore[operator]
            return
        self.each(self.node(context, key), named)

    def call_method(self, base: Instance, name: str, site: CallSite) -> None:
        """Call a method that the class of `base` may define."""

        def found(function: Object) -> None:
            if isinstance(function, FunctionObject):
                self.call(self.bound(function, base), site)
            else:
                self.call(function, site)

        self.each(self.lookup(base.cls, name), found)

    def iterate(self, base: Object, target: Node, context: Context, span: Span) -> None:
        """`target` may be an element of `base`."""
        if isinstance(base, Text) or not self.first_time("iterate", base, target):
            return
        match base:
            case Container():
                self.solver.edge(base.keys if is_mapping(base) else base.all, target)
            case Instance() if (method := self._iteration_method(base)) is not None:
                made = Node()
                self.call_method(base, method, CallSite(context, span, [], {}, made))
                if method in {"__iter__", "__aiter__"}:
                    self.each(made, lambda iterator: self._advance(iterator, base, target, context, span))
                else:
                    self.solver.edge(made, target)
            case External() | Instance():
                content = self.content_of(base)
                if content is not None:
                    self.solver.edge(content.all, target)
                if isinstance(base, External):
                    self.solver.add(target, self.external_child(base, base.dotted, "[]"))
            case Namespace(owner=owner):
                del owner

    def _iteration_method(self, base: Instance) -> str | None:
        return next(
            (name for name in ("__iter__", "__aiter__", "__getitem__") if self.defining(base.cls, name) is not None),
            None,
        )

    def _advance(self, iterator: Object, owner: Instance, target: Node, context: Context, span: Span) -> None:
        if isinstance(iterator, Instance):
            for name in ("__next__", "__anext__"):
                if self.defining(iterator.cls, name) is not None:
                    self.call_method(iterator, name, CallSite(context, span, [], {}, target))
                    return
            if iterator is owner:
                return
        self.iterate(iterator, target, context, span)

    def enter(self, base: Object, target: Node, context: Context, span: Span) -> None:
        """`with base as target`."""
        match base:
            case Container(kind="generator"):
                self.solver.edge(base.all, target)
            case Instance():
                known = [name for name in ("__enter__", "__aenter__") if self.defining(base.cls, name) is not None]
                for name in known:
                    self.call_method(base, name, CallSite(context, span, [], {}, target))
                for name in ("__exit__", "__aexit__"):
                    if self.defining(base.cls, name) is not None:
                        self.call_method(base, name, CallSite(context, span, [None, None, None], {}, DROPPED))
                if not known:
                    self.solver.add(target, base)
            case _:
                self.solver.add(target, base)


def _is_slot(container: Container, key: Const) -> bool:
    """Whether a literal key always means the same element: an index from the end does not."""
    if isinstance(key.value, int) and key.value < 0:
        return is_mapping(container)
    return isinstance(key.value, str | int)


def is_mapping(container: Container) -> bool:
    """Whether iterating over the container gives its keys."""
    return _names_mapping(container.row.qualified[0] if container.row else container.kind)


@cache
def _names_mapping(name: str) -> bool:
    return "dict" in name.lower() or "mapping" in name.lower() or "Counter" in name or "ChainMap" in name


__all__ = ["SERVING", "Items", "is_mapping"]
