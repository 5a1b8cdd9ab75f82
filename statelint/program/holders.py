"""Long-lived objects: who keeps them, under which name, and where they are declared."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator

import msgspec

from statelint.domain.findings import Place
from statelint.domain.words import Holder
from statelint.facts.model import Bind, MakeFunction, SetAttr, Span
from statelint.program.applications import ApplicationParts
from statelint.program.core import DEEPEST_VALUES, CallSite
from statelint.program.linking import Linker
from statelint.program.modules import Module
from statelint.program.objects import (
    SERVING,
    STARTUP,
    ClassObject,
    Container,
    Context,
    External,
    FunctionObject,
    Instance,
    ModuleObject,
    Node,
    Object,
)

PRIORITY = {
    "global": 0,
    "class": 1,
    "attribute": 2,
    "application": 3,
    "default": 4,
    "function": 5,
    "element": 6,
    "closure": 7,
    "option": 8,
}
MOST_OWNERS = 12
WEAK = frozenset({"not-shared", "record"})


class Key(msgspec.Struct, frozen=True):
    """Names one state object: what keeps it, in which module, under which qualified name."""

    holder: Holder
    path: str
    module: str
    name: str

    @property
    def symbol(self) -> str:
        """Dotted name."""
        return f"{self.module}.{self.name}"


class Owner(msgspec.Struct, frozen=True):
    """One reference to an object: the kind of owner, the owner and the name in it."""

    kind: str
    owner: object
    name: str


class Holders:
    """Finds the holder of any long-lived object."""

    def __init__(self, linker: Linker) -> None:
        """Follow every reference from long-lived owners."""
        self.linker = linker
        self._owners: dict[Object, list[Owner]] = defaultdict(list)
        self._escaped: set[Object] = set()
        self.shared_nodes: dict[Node, None] = {}
        self._long_lived: dict[Object, bool] = {}
        self._records: dict[ClassObject, bool] = {}
        self._keys: dict[tuple[Object, str], Key | None] = {}
        self._attributes: dict[tuple[ClassObject, str], tuple[ClassObject, Module, Span]] = {}
        self._parts: dict[Key, tuple[Object, str]] = {}
        self._set_parts = ApplicationParts(linker)
        self._follow()

    # --- who owns what

    def _follow(self) -> None:
        waiting: deque[Object] = deque()
        for owner in self._roots():
            self._note(owner, waiting)
        for context in tuple(self.linker.contexts.values()):
            if context.phase == STARTUP and _has_inner_functions(context):
                for name, node in context.names.items():
                    if name in context.body.names:
                        self._refer("closure", context, name, node, waiting)
        for (cls, options), method in self.linker.handler_options.items():
            for option, node in tuple(options.slots.items()):
                self._refer("option", cls, f"{method}.{option}", node, waiting)
        while waiting:
            self._note(waiting.popleft(), waiting)

    def _roots(self) -> Iterator[Object]:
        linker = self.linker
        yield from linker._module_objects.values()
        yield from linker.classes.values()
        yield from linker.functions.values()
        yield from (obj for obj in linker.instances.values() if obj.phase == STARTUP and not obj.per_request)
        yield from (obj for obj in linker.containers.values() if obj.phase == STARTUP)
        yield from (
            obj for obj in tuple(linker.externals.values()) if obj.phase == STARTUP and isinstance(obj, External)
        )

    def _note(self, owner: Object, waiting: deque[Object]) -> None:
        match owner:
            case ModuleObject():
                self._fields("global", owner, waiting)
            case ClassObject():
                self._fields("class", owner, waiting)
            case FunctionObject() if owner.environment.phase == STARTUP:  # else each call defines one of its own
                self._fields("function", owner, waiting)
                self._defaults(owner, waiting)
            case Instance():
                self._fields("attribute", owner, waiting)
                if owner.content is not None:
                    self._refer("content", owner, "", owner.content.all, waiting)
            case Container():
                self._refer("element", owner, "", owner.all, waiting)
                if owner.phase == STARTUP:
                    self.shared_nodes.update(dict.fromkeys((owner.unknown, owner.keys, *owner.slots.values())))
            case External() if not self._is_context_local(owner):
                self._fields("application", owner, waiting)
                if owner.content is not None:
                    self._refer("application", owner, "[]", owner.content.unknown, waiting)
                    for literal, node in tuple(owner.content.slots.items()):
                        self._refer("application", owner, f"[{literal!r}]", node, waiting)

    def _is_context_local(self, obj: External) -> bool:
        current: Object | None = obj
        while isinstance(current, External):
            row = self.linker.models.type_row(current.dotted)
            if row is not None and row.kind in WEAK:
                return True
            if self.linker.models.belongs_to_request(current.dotted):
                return True
            current = current.base
        return False

    def _fields(self, kind: str, owner: Object, waiting: deque[Object]) -> None:
        for name, node in tuple(owner.fields.items()):
            self._refer(kind, owner, name, node, waiting)

    def _defaults(self, function: FunctionObject, waiting: deque[Object]) -> None:
        for param in function.body.params:
            node = self.linker.node(function.environment, param.default) if param.has_default else None
            if node is not None and not self._is_marker(node):
                self._refer("default", function, param.name, node, waiting)

    def _is_marker(self, node: Node) -> bool:
        """Whether a default says where the value comes from, such as `Depends(user)`: each request is given its own."""
        return any(isinstance(obj, External) and obj.made and self._is_context_local(obj) for obj in node.objects)

    def _refer(self, kind: str, owner: object, name: str, node: Node, waiting: deque[Object]) -> None:
        if getattr(owner, "phase", STARTUP) == STARTUP:
            self.shared_nodes[node] = None
        for obj in tuple(node.objects):
            if not isinstance(obj, Instance | Container | External):
                continue
            owners = self._owners[obj]
            if len(owners) < MOST_OWNERS:
                owners.append(Owner(kind, owner, name))
            if obj.phase == SERVING and obj not in self._escaped and kind != "closure" and self._may_escape(obj):
                self._escaped.add(obj)
                waiting.append(obj)

    def _may_escape(self, obj: Object) -> bool:
        if isinstance(obj, Instance):
            return not obj.per_request
        if isinstance(obj, External):
            return obj.made and self.linker.models.is_kept(obj.dotted)
        return True

    def is_kept_elsewhere(self, obj: External) -> bool:
        """Whether an object of a library was made with a back end that is not, or may not be, in this process."""
        row = self.linker.models.type_row(obj.dotted)
        if row is None or not row.backend or not isinstance(obj.call, CallSite):
            return False
        given = [node for which in row.backend if (node := obj.call.argument(which)) is not None]
        return any(not node.objects or any(self._may_be_elsewhere(inner) for inner in node.objects) for node in given)

    def _may_be_elsewhere(self, obj: Object) -> bool:
        if not isinstance(obj, External) or not obj.made:
            return not isinstance(obj, Container)
        row = self.linker.models.type_row(obj.dotted)
        return row is None or row.kind == "external" or self.is_kept_elsewhere(obj)

    def is_long_lived(self, obj: Object) -> bool:
        """Whether an object outlives the request: made at start-up, or stored into something that was."""
        known = self._long_lived.get(obj)
        if known is None:
            known = self._long_lived[obj] = self._outlives_request(obj)
        return known

    def _outlives_request(self, obj: Object) -> bool:
        match obj:
            case External(level=level) if level >= DEEPEST_VALUES:
                return False
            case Instance(per_request=True):
                return False
            case Instance() if self._is_record(obj.cls):
                return False
            case External() if self._is_context_local(obj):
                return False
            case ModuleObject() | ClassObject() | FunctionObject():
                return True
        return obj.phase == STARTUP or obj in self._escaped

    def is_element(self, obj: Object) -> bool:
        """Whether something keeps the object under a key of its own."""
        return any(isinstance(owner.owner, Container) for owner in self._owners.get(obj, ()))

    def wholes_of(self, obj: Object) -> Iterator[Object]:
        """An object made while serving, and what it is a part of, up to an element of something long-lived."""
        seen: dict[object, None] = {obj: None}
        waiting: list[Object] = [obj]
        while waiting and len(seen) <= MOST_OWNERS:
            whole = waiting.pop()
            yield whole
            for owner in self._owners.get(whole, ()):
                inner = owner.owner
                if isinstance(inner, Instance | Container) and inner.phase == SERVING and inner not in seen:
                    seen[inner] = None
                    waiting.append(inner)

    def _is_record(self, cls: ClassObject) -> bool:
        """Whether a library keeps the instances of a class elsewhere, or copies them for each request."""
        if cls not in self._records:
            rows = (self.linker.models.type_row(base) for base in self.linker.external_bases(cls))
            self._records[cls] = any(row is not None and row.kind in WEAK for row in rows)
        return self._records[cls]

    def keepers(self, obj: Object) -> list[Object]:
        """The objects of the program that have an object as an attribute."""
        owners = self._owners.get(obj, ())
        return [owner.owner for owner in owners if owner.kind == "attribute" and isinstance(owner.owner, Instance)]

    # --- names

    def key_of(self, obj: Object, hint: str = "") -> Key | None:
        """The holder of a container or library object, through its owners; `hint` is the name that the code uses."""
        if (obj, hint) not in self._keys:
            self._keys[obj, hint] = None
            self._keys[obj, hint] = self._find_key(obj, set(), hint)
        return self._keys[obj, hint]

    def _find_key(self, obj: Object, seen: set[Object], hint: str = "") -> Key | None:
        seen.add(obj)
        found: list[tuple[tuple[object, ...], Owner]] = []
        for owner in self._owners.get(obj, ()):
            priority = PRIORITY.get(owner.kind, 9)
            module = owner.owner.module if isinstance(owner.owner, ModuleObject) else None
            is_foreign = module is None or obj.site is None or module is not obj.site.module
            path = module.path if module is not None else ""
            found.append(((is_foreign, bool(hint) and owner.name != hint, priority, owner.name, path), owner))
        for _, owner in sorted(found, key=lambda pair: pair[0]):
            if (key := self._owner_key(owner, seen, hint)) is not None:
                return key
        if isinstance(obj, External) and obj.base is not None and obj.base not in seen:
            return self._child_key(obj)
        return self._local_key(obj)

    def _owner_key(self, owner: Owner, seen: set[Object], hint: str = "") -> Key | None:
        match owner.owner:
            case ModuleObject(module=module):
                return self.global_key(module, owner.name) if owner.name in self.linker.module_names(module) else None
            case ClassObject() as cls if owner.kind == "option":
                return Key(Holder.APP_OBJECT, cls.module.path, cls.module.name, f"{cls.body.qualname}.{owner.name}")
            case ClassObject() as cls:
                return self.class_key(cls, owner.name)
            case Instance() as instance if self._is_record(instance.cls):
                return None
            case Instance() as instance if owner.kind == "attribute":
                return self.attribute_key(instance, owner.name)
            case Instance() as instance:
                return self._find_key(instance, seen, hint) if instance not in seen else None
            case FunctionObject() as function if owner.kind == "default":
                name = f"{function.body.qualname}.{owner.name}"
                return Key(Holder.DEFAULT_ARGUMENT, function.module.path, function.module.name, name)
            case FunctionObject() as function:
                return self.function_key(function, owner.name)
            case Container() as container:
                return self._find_key(container, seen, hint) if container not in seen else None
            case External() as external:
                return self.external_key(external, owner.name)
            case Context() as context:
                return self.closure_key(context, owner.name)
        return None

    def _child_key(self, obj: External) -> Key | None:
        """`app.config`: a part of an object that someone holds."""
        assert obj.base is not None
        return self.external_key(obj.base, obj.dotted.rpartition(".")[2])

    def _local_key(self, obj: Object) -> Key | None:
        if isinstance(obj, External) and self.linker.host_applications.get(obj.dotted) is obj:
            module, _, name = obj.dotted.rpartition(".")
            return Key(Holder.APP_OBJECT, "", module, name)
        context = obj.site.context if obj.site is not None else None
        if context is None or context.body.kind == "class":
            return None
        is_kept = _has_inner_functions(context) or self._owners.get(obj) or self.is_application(obj)
        if context.body.kind != "module" and not is_kept:
            return None  # nothing that lives longer refers to it
        for name, node in context.names.items():
            if obj in node.objects and name in context.body.names:
                if context.body.kind == "module":
                    return self.global_key(context.module, name)
                return self.closure_key(context, name)
        return None

    def global_key(self, module: Module, name: str) -> Key:
        """A module global."""
        return Key(Holder.MODULE_GLOBAL, module.path, module.name, name)

    def class_key(self, cls: ClassObject, name: str) -> Key:
        """A class attribute, under the class whose body binds it."""
        owner = self.linker.defining(cls, name) or cls
        return Key(Holder.CLASS_ATTRIBUTE, owner.module.path, owner.module.name, f"{owner.body.qualname}.{name}")

    def function_key(self, function: FunctionObject, name: str) -> Key:
        """A function attribute."""
        return Key(
            Holder.FUNCTION_ATTRIBUTE, function.module.path, function.module.name, f"{function.body.qualname}.{name}"
        )

    def closure_key(self, context: Context, name: str) -> Key:
        """A variable of a function that made closures."""
        local = f"{context.body.qualname}.<locals>.{name}"
        return Key(Holder.CLOSURE, context.module.path, context.module.name, local)

    def attribute_key(self, instance: Instance, name: str) -> Key:
        """An attribute of a long-lived object, under the class that introduces it."""
        owner, module, _ = self.attribute_place(instance.cls, name)
        holder = Holder.SINGLETON_INSTANCE
        if any(self.linker.models.is_application(base) for base in self.linker.external_bases(instance.cls)):
            holder = Holder.APP_OBJECT
        return Key(holder, module.path, module.name, f"{owner.body.qualname}.{name}")

    def external_key(self, obj: Object, name: str) -> Key | None:
        """A part of a library object: the name under which the program keeps that object, then the part."""
        if isinstance(obj, Instance):
            return self.attribute_key(obj, name)
        base = self.key_of(obj)
        if base is None:
            return None
        if not self.is_application(obj):
            return base if name.startswith("[") else Key(base.holder, base.path, base.module, f"{base.name}.{name}")
        suffix = name if name.startswith("[") else f".{name}"
        key = Key(Holder.APP_OBJECT, base.path, base.module, f"{base.name}{suffix}")
        self._parts.setdefault(key, (obj, name))
        return key

    def part_of(self, key: Key) -> str | None:
        """The part of an application object that a key names; None for other holders."""
        return self._parts[key][1] if key in self._parts else None

    def is_set_up(self, key: Key) -> bool:
        """Whether start-up code sets the part of an application object that a key names."""
        return self._set_parts.place(*self._parts[key]) is not None

    def is_application(self, obj: Object) -> bool:
        """Whether an object is, or is part of, an application object."""
        current: Object | None = obj
        while isinstance(current, External):
            if self.linker.models.takes_handlers(current.dotted):
                return True
            current = current.base
        return isinstance(current, Instance) and any(
            self.linker.models.is_application(base) for base in self.linker.external_bases(current.cls)
        )

    # --- declarations

    def attribute_place(self, cls: ClassObject, name: str) -> tuple[ClassObject, Module, Span]:
        """Where an attribute is first set: in a constructor, in the class body, or anywhere in its methods."""
        key = (cls, name)
        if key not in self._attributes:
            self._attributes[key] = self._find_attribute(cls, name)
        return self._attributes[key]

    def _find_attribute(self, cls: ClassObject, name: str) -> tuple[ClassObject, Module, Span]:
        fallback: tuple[ClassObject, Module, Span] | None = None
        for member in reversed(self.linker.mro(cls)):
            span = self._in_methods(member, name, constructors=True)
            if span is not None:
                return member, member.module, span
            if name in member.body.names and (span := self._in_body(member, name)) is not None:
                return member, member.module, span
            if fallback is None and (span := self._in_methods(member, name, constructors=False)) is not None:
                fallback = (member, member.module, span)
        return fallback or (cls, cls.module, cls.body.span)

    def introduces(self, cls: ClassObject, name: str) -> bool:
        """Whether the class or a base sets the attribute itself."""
        return any(
            name in member.body.names
            or self._in_methods(member, name, constructors=True) is not None
            or self._in_methods(member, name, constructors=False) is not None
            for member in self.linker.mro(cls)
        )

    def _in_body(self, cls: ClassObject, name: str) -> Span | None:
        return next((op.span for op in cls.body.ops if type(op) is Bind and op.name == name), None)

    def _in_methods(self, cls: ClassObject, name: str, *, constructors: bool) -> Span | None:
        index = cls.module.bodies.index(cls.body)
        for body in cls.module.bodies:
            if body.parent != index or not body.params or (body.name in {"__init__", "__new__"}) is not constructors:
                continue
            first = body.params[0].name
            for op in body.ops:
                if type(op) is SetAttr and op.name == name and op.base == first:
                    return op.span
        return None

    def place_of(self, key: Key, obj: Object | None) -> Place | None:
        """Where the holder is declared."""
        span: Span | None = None
        if (
            key.holder is Holder.APP_OBJECT
            and isinstance(obj, Container)
            and obj.phase == STARTUP
            and obj.site is not None
        ):
            return obj.site.place
        if key in self._parts and (place := self._set_parts.place(*self._parts[key])) is not None:
            return place
        match key.holder:
            case Holder.MODULE_GLOBAL:
                span = self._binding_span(key)
            case Holder.CLASS_ATTRIBUTE | Holder.SINGLETON_INSTANCE | Holder.APP_OBJECT:
                span = self._class_span(key)
        if span is None:
            span = self._local_span(key)
        if span is not None:
            return Place(key.path, span.line, span.column, span.end_line, span.end_column)
        return obj.site.place if obj is not None and obj.site is not None and obj.site.module.path == key.path else None

    def module_of(self, key: Key) -> Module | None:
        """The module whose file a key names."""
        return next((module for module in self.linker.modules.all if module.path == key.path), None)

    def _binding_span(self, key: Key) -> Span | None:
        module = self.module_of(key)
        if module is None:
            return None
        name = key.name.partition(".")[0].partition("[")[0]
        for body in module.bodies:
            if body.kind != "module" and name not in body.global_names:
                continue
            for op in body.ops:
                if type(op) is Bind and op.name == name:
                    return op.span
        return None

    def _class_span(self, key: Key) -> Span | None:
        for cls in self.linker.classes.values():
            if cls.module.path == key.path and key.name.startswith(f"{cls.body.qualname}."):
                name = key.name.removeprefix(f"{cls.body.qualname}.").partition(".")[0]
                if key.holder is Holder.CLASS_ATTRIBUTE:
                    return self._in_body(cls, name) or self.attribute_place(cls, name)[2]
                return self.attribute_place(cls, name)[2]
        return self._binding_span(key)

    def _local_span(self, key: Key) -> Span | None:
        module = self.module_of(key)
        function, _, name = key.name.rpartition(".<locals>.")
        if module is None:
            return None
        if key.holder is Holder.DEFAULT_ARGUMENT:
            owner = key.name.rpartition(".")[0]
            return next((_line(body.span) for body in module.bodies if body.qualname == owner), None)
        for body in module.bodies:
            if body.qualname == function:
                for op in body.ops:
                    if type(op) is Bind and op.name == name:
                        return op.span
        return None


def _has_inner_functions(context: Context) -> bool:
    if context.body.kind not in {"function", "lambda"}:
        return False
    return any(type(op) is MakeFunction for op in context.body.ops)


def _line(span: Span) -> Span:
    return Span(span.line, span.column, span.line, span.column + 1)
