"""Attributes: what `base.name` may be, and what writing it does."""

from __future__ import annotations

from abc import abstractmethod

from statelint.facts.model import Span
from statelint.program.classes import Classes
from statelint.program.core import DEEPEST_VALUES, CallSite
from statelint.program.objects import (
    DROPPED,
    SERVING,
    Bound,
    Chosen,
    ClassObject,
    Container,
    Context,
    External,
    FunctionObject,
    Instance,
    ModuleObject,
    Namespace,
    Node,
    Object,
    Property,
    Super,
    Text,
    Wrapped,
)

DEEPEST_NAME = 5  # parts of an external attribute chain that are still told apart


class Attributes(Classes):
    """Loads and stores of attributes."""

    @abstractmethod
    def content_of(self, base: Object) -> Container | None:
        """The elements of a container-like object."""

    def load_attribute(self, base: Object, name: str, target: Node, context: Context, span: Span) -> None:
        """`target` may be `base.name`."""
        match base:
            case Instance():
                self._load_instance(base, name, target, context, span)
            case External():
                self._load_external(base, name, target)
            case Text():
                pass  # its attributes are methods of strings
            case ModuleObject():
                self._load_module(base, name, target, context, span)
            case ClassObject():
                self._load_class(base, name, target)
            case Super():
                self._load_super(base, name, target, context, span)
            case Property():
                self._load_property(base, name, target)
            case Container():
                if (
                    base.row is None
                    or name in base.row.mutators
                    or name in base.row.readers
                    or name in base.row.elements
                ):
                    self.solver.add(target, self.external(f"{_kind_name(base)}.{name}", base))
            case _ if name == "__dict__":
                self.solver.add(target, self.namespace(base))
            case Bound() if name == "__func__":
                self.solver.add(target, base.function)
            case Bound() if name == "__self__":
                self.solver.add(target, base.receiver)
            case Bound():
                self.solver.edge(base.function.field(name), target)
            case _:
                self.solver.edge(base.field(name), target)

    def namespace(self, owner: Object) -> Namespace:
        """The attributes of an object as the mapping that `vars` gives."""
        return self.special(Namespace, owner)

    def _load_module(self, base: ModuleObject, name: str, target: Node, context: Context, span: Span) -> None:
        module = base.module
        if name == "__dict__":
            self.solver.add(target, self.namespace(base))
            return
        if name == "__name__":
            self.solver.add(target, self.solver.text(module.name))
            return
        self.solver.edge(self.global_node(module, name), target)
        if (child := self.module_at((*module.parts, name))) is not None:
            self.solver.add(target, child)
        elif name not in self.module_names(module) and "__getattr__" in self.module_names(module):
            site = CallSite(context, span, [self.text_node(name)], {}, target)
            self.each(base.field("__getattr__"), lambda function: self.call(function, site))

    def _load_class(self, base: ClassObject, name: str, target: Node) -> None:
        match name:
            case "__dict__":
                self.solver.add(target, self.namespace(base))
                return
            case "__class__":
                self.solver.add(target, self.external("builtins.type"))
                return
            case "__new__" | "__init__" if self.defining(base, name) is None:
                self.solver.add(target, self.external(f"builtins.object.{name}", base))
                return

        def found(value: Object) -> None:
            match value:
                case Wrapped(kind="class", function=function):
                    self.each(function, lambda inner: self._bind(inner, base, target))
                case Wrapped(function=function):
                    self.solver.edge(function, target)
                case _:
                    self.solver.add(target, value)

        self.each(self.lookup(base, name), found)
        if self.defining(base, name) is None:
            for dotted in self.external_bases(base):
                self.solver.add(target, self.external(f"{dotted}.{name}", base))
            for meta in self.metaclasses(base):
                self.each(meta, lambda made_by: self._load_from_metaclass(made_by, base, name, target))

    def _load_from_metaclass(self, metaclass: Object, base: ClassObject, name: str, target: Node) -> None:
        if isinstance(metaclass, ClassObject) and self.defining(metaclass, name) is not None:
            self.each(self.lookup(metaclass, name), lambda value: self._bind(value, base, target))

    def _bind(self, function: Object, receiver: Object, target: Node) -> None:
        if isinstance(function, FunctionObject):
            self.solver.add(target, self.bound(function, receiver))
        else:
            self.solver.add(target, function)

    def bound(self, function: FunctionObject, receiver: Object) -> Bound:
        """The bound method object for a receiver."""
        return self.special(Bound, function, receiver)

    def chosen(self, callee: Object) -> Chosen:
        """A function as what a name may have chosen."""
        return self.special(Chosen, callee)

    def add_alternatives(self, default: Object, target: Node) -> None:
        """Where a name chooses a class, another name may choose another one that derives from the same base."""
        if isinstance(default, ClassObject):
            for base in self.program_bases(default)[:1]:
                for alternative in base.subclasses:
                    if alternative is not default:
                        self.solver.add(target, self.chosen(alternative))

    def _load_instance(self, base: Instance, name: str, target: Node, context: Context, span: Span) -> None:
        cls = base.cls
        if name == "__class__":
            self.solver.add(target, cls)
            return
        if name == "__dict__":
            self.solver.add(target, self.namespace(base))
            return
        self.solver.edge(base.field(name), target)
        owner = self.defining(cls, name)
        if not (owner is not None and self.is_data_field(cls, name)):
            self.load_through_class(base, self.lookup(cls, name), name, target, context, span)
        if owner is None:
            self._load_missing(base, name, target, context, span)

    def _load_missing(self, base: Instance, name: str, target: Node, context: Context, span: Span) -> None:
        cls = base.cls
        for dotted in self.external_bases(cls):
            if (proxied := self.models.proxy(f"{dotted}.{name}")) is not None:
                self.add_application(proxied, target)
                break
        bases = self.external_bases(cls)
        if bases and bases[0] not in {"builtins.object", "abc.ABC"}:
            known = next((dotted for dotted in bases if self.models.matters(f"{dotted}.{name}")), bases[0])
            self.solver.add(target, self.external_child(base, known, name))
        hook = self.defining(cls, "__getattr__")
        if hook is not None and not name.startswith("__") and not self.sets_attribute(cls, name):
            site = CallSite(context, span, [self.text_node(name)], {}, target)
            self.each(
                hook.field("__getattr__"),
                lambda function: (
                    self.call(self.bound(function, base), site) if isinstance(function, FunctionObject) else None
                ),
            )

    def external_child(self, base: Object, prefix: str, name: str) -> External:
        """An attribute of a library object, one per owner and name."""
        if not isinstance(base, External):
            return self.external(f"{prefix}.{name}", base)
        matters = self.models.matters(f"{prefix}.{name}")
        if (base.level >= DEEPEST_VALUES and not matters) or prefix.count(".") >= DEEPEST_NAME or prefix.endswith("[]"):
            return self._deep_child(base, name)
        if base.phase == SERVING and not matters and not self.models.is_request_object(prefix):
            return self._deep_child(base, name)
        child = self.external(f"{prefix}.{name}", base)
        child.level = base.level + 1
        return child

    def _deep_child(self, base: External, name: str) -> External:
        """An attribute deep inside a library's values."""
        dotted = deep_name(base, name)
        return self.external(dotted, base) if self.models.matters(dotted) else self.blurred(base, base.phase)

    def load_through_class(
        self, base: Instance, found: Node, name: str, target: Node, context: Context, span: Span
    ) -> None:
        """What an attribute found in the class is when seen through an instance."""

        def seen(value: Object) -> None:
            match value:
                case FunctionObject():
                    self.solver.add(target, self.bound(value, base))
                case Wrapped(kind="class", function=function):
                    self.each(function, lambda inner: self._bind(inner, base.cls, target))
                case Wrapped(function=function):
                    self.solver.edge(function, target)
                case Property(getter=getter, cached=cached):
                    site = CallSite(context, span, [], {}, target)
                    self.each(getter, lambda function: self._get(function, base, site))
                    if cached:
                        self.solver.edge(target, base.field(name))
                case Instance() if self.defining(value.cls, "__get__") is not None:
                    self._descriptor_get(value, base, target, context, span)
                case External(made=True) if self.derives_from_library(base.cls):
                    self.solver.add(target, self.blurred(value, base.phase, is_data=True))  # a field: each has its own
                case _:
                    self.solver.add(target, value)

        self.each(found, seen)

    def _get(self, function: Object, base: Instance, site: CallSite) -> None:
        if isinstance(function, FunctionObject):
            self.call(self.bound(function, base), site)
        else:
            self.call(function, site)

    def _descriptor_get(self, value: Instance, base: Instance, target: Node, context: Context, span: Span) -> None:
        node = Node()
        self.solver.add(node, base)
        site = CallSite(context, span, [node, None], {}, target)
        self.each(self.lookup(value.cls, "__get__"), lambda function: self._get(function, value, site))

    def _load_super(self, base: Super, name: str, target: Node, context: Context, span: Span) -> None:
        receiver = base.receiver
        cls = receiver.cls if isinstance(receiver, Instance) else receiver
        if not isinstance(cls, ClassObject):
            return
        order = self.mro(cls)
        after = order[order.index(base.cls) + 1 :] if base.cls in order else self.mro(base.cls)[1:]
        for member in after:
            if name in member.body.names:
                if isinstance(receiver, Instance):
                    self.load_through_class(receiver, member.field(name), name, target, context, span)
                else:
                    self.each(member.field(name), lambda value: self._super_class(value, receiver, target))
                return
        for dotted in self.external_bases(base.cls) or ["builtins.object"]:
            self.solver.add(target, self.external(f"{dotted}.{name}", receiver))

    def _super_class(self, value: Object, receiver: Object, target: Node) -> None:
        if isinstance(value, Wrapped):
            bind = value.kind == "class"
            self.each(value.function, lambda inner: self._bind(inner, receiver, target) if bind else None)
        else:
            self.solver.add(target, value)

    def _load_property(self, base: Property, name: str, target: Node) -> None:
        if name in {"setter", "getter", "deleter"}:
            self.solver.add(target, self.external(f"builtins.property.{name}", base))
        elif name == "fget":
            self.solver.edge(base.getter, target)

    def _load_external(self, base: External, name: str, target: Node) -> None:
        self.solver.edge(base.field(name), target)
        if base.made or base.base is not None:
            proxied = self.models.proxy(self.models.canonical(f"{base.dotted}.{name}"))
            if proxied is not None:
                self.add_application(proxied, target)
            else:
                self.solver.add(target, self.external_child(base, base.dotted, name))
        else:
            self.load_library_name(f"{base.dotted}.{name}", target)

    def load_library_name(self, dotted: str, target: Node) -> None:
        """`target` may be a name of a library, or the application that such a name stands for."""
        proxied = self.models.proxy(self.models.canonical(dotted))
        if proxied is not None:
            self.add_application(proxied, target)
        else:
            self.solver.add(target, self.external(dotted))
        self._load_setting(dotted, target)

    def _load_setting(self, dotted: str, target: Node) -> None:
        """An attribute of a library's settings object is a global of the program's settings modules."""
        owner, _, name = dotted.rpartition(".")
        if (modules := self.models.settings.modules_of(owner)) is None:
            return
        for module in self.modules.all:
            if name in module.bodies[0].names and modules.search(module.name):
                self.solver.edge(self.global_node(module, name), target)

    @abstractmethod
    def add_application(self, dotted: str, target: Node) -> None:
        """`target` may be any application object of this class."""

    def store_attribute(self, base: Object, name: str, source: Node | None, context: Context, span: Span) -> None:
        """`base.name = source`."""
        if isinstance(base, Instance):
            self._store_instance(base, name, source, context, span)
            return
        if isinstance(base, Bound):
            base = base.function
        if isinstance(base, FunctionObject):
            base.marks |= {name}
        if source is None:
            base.field(name)
            return
        if isinstance(base, Super):
            base = base.receiver
        if isinstance(base, ModuleObject):
            self.solver.edge(source, self.global_node(base.module, name))
            return
        self.solver.edge(source, base.field(name))
        if isinstance(base, ClassObject):
            self._class_attribute_added(base, name)

    def _class_attribute_added(self, cls: ClassObject, name: str) -> None:
        for member in (cls, *self._subclasses(cls)):
            if name in member.lookups:
                self.refresh(member, name)

    def _store_instance(self, base: Instance, name: str, source: Node | None, context: Context, span: Span) -> None:
        if self.property_of(base.cls, name) is None:
            if source is not None:
                self.solver.edge(source, base.field(name))
            if (hook := self.defining(base.cls, "__setattr__")) is not None:
                site = CallSite(context, span, [self.text_node(name), source], {}, DROPPED)
                self.each(hook.field("__setattr__"), lambda function: self._get(function, base, site))
            return
        site = CallSite(context, span, [source], {}, DROPPED)
        self.each(self.lookup(base.cls, name), lambda value: self._set(value, base, name, source, site))

    def _set(self, value: Object, base: Instance, name: str, source: Node | None, site: CallSite) -> None:
        match value:
            case Property(setter=setter):
                self.each(setter, lambda function: self._get(function, base, site))
            case Instance() if self.defining(value.cls, "__set__") is not None:
                node = Node()
                self.solver.add(node, base)
                inner = site.with_args([node, source])
                self.each(self.lookup(value.cls, "__set__"), lambda function: self._get(function, value, inner))
            case _ if source is not None:
                self.solver.edge(source, base.field(name))

    def property_of(self, cls: ClassObject, name: str) -> ClassObject | None:
        """The class whose property or descriptor takes writes of `name`."""
        owner = self.defining(cls, name)
        if owner is None:
            return None
        for value in owner.field(name).objects:
            if isinstance(value, Property) and not value.cached:
                return owner
            if isinstance(value, Instance) and self.defining(value.cls, "__set__") is not None:
                return owner
        return None


def deep_name(base: External, name: str) -> str:
    """What rows call an attribute deep inside a library's values."""
    return f"{base.dotted.partition('.')[0]}.*.{name}"


def _kind_name(container: Container) -> str:
    return container.kind if "." in container.kind else f"builtins.{container.kind}"
