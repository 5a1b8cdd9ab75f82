"""Calls of the program's own functions, methods and classes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection

from statelint.facts.model import Const
from statelint.program.core import CallSite
from statelint.program.definitions import Signature, bound_signature_of, signature_of
from statelint.program.items import is_mapping
from statelint.program.objects import (
    DROPPED,
    SERVING,
    STARTUP,
    Bound,
    Chosen,
    ClassObject,
    Container,
    Context,
    External,
    FunctionObject,
    Instance,
    Node,
    Object,
    Partial,
    Property,
    Super,
    Text,
    Wrapped,
)
from statelint.program.parameters import Parameters

SENT = "<sent>"  # the variable that holds what `send` gave to a generator


class Calls(Parameters):
    """What a call does to arguments, results and the call graph."""

    @abstractmethod
    def call_external(self, callee: External, site: CallSite) -> None:
        """Link a call of a library name."""

    @abstractmethod
    def call_blurred(self, value: External, site: CallSite) -> None:
        """Link a method call on a value deep inside a library."""

    @abstractmethod
    def call_container_method(self, container: Container, name: str, site: CallSite) -> None:
        """Link `container.name(...)`."""

    @abstractmethod
    def class_made(self, cls: ClassObject) -> None:
        """A class statement ran: its bases may make its methods entry points."""

    def call(self, callee: Object, site: CallSite) -> None:
        """Link a call of one object."""
        if isinstance(callee, Text):
            return
        match callee:
            case FunctionObject():
                self.call_function(callee, None, site)
            case Bound(function=function, receiver=receiver):
                self.call_function(function, receiver, site)
            case ClassObject():
                self.instantiate(callee, site)
            case Partial():
                self._call_partial(callee, site)
            case Chosen(callee=chosen):
                guess = site.with_args(site.args)
                guess.likely = True
                self.call(chosen, guess)
            case Instance():
                self._call_instance(callee, site)
            case External(base=Container() as container):
                self.call_container_method(container, callee.dotted.rpartition(".")[2], site)
            case External():
                self.call_external(callee, site)
            case Wrapped(function=inside) | Property(getter=inside):
                if self.first_time("inside", callee, site.context, site.span, site.target):  # `f = staticmethod(f)`
                    self.each(inside, lambda inner: self.call(inner, site))

    def _call_partial(self, callee: Partial, site: CallSite) -> None:
        if not self.first_time("partial", callee, site.context, site.span, site.target):
            return
        inner = site.with_args([*callee.args, *site.args], {**callee.keywords, **site.keywords})
        inner.double_star = self.both(callee.double_star, site.double_star)
        self.each(callee.callee, lambda function: self.call(function, inner))

    def both(self, one: Node | None, other: Node | None) -> Node | None:
        """A node with the objects of two."""
        if one is None or other is None:
            return one or other
        union = Node()
        self.solver.edge(one, union)
        self.solver.edge(other, union)
        return union

    def _call_instance(self, callee: Instance, site: CallSite) -> None:
        if self.defining(callee.cls, "__call__") is not None:
            self.call_method(callee, "__call__", site)

    def call_function(self, function: FunctionObject, receiver: Object | None, site: CallSite) -> None:
        """Bind arguments to parameters, and the result to the target."""
        context = self.context(function, site.phase, receiver, site)
        self.call_edge(site, context)
        self.bind_arguments(context, receiver, site)
        self.give(context, site, 0 if receiver is None else 1)
        body = function.body
        if body.is_generator:
            generator = self.container("generator", context, body.span, site.phase, "calls")
            self.solver.edge(context.yields, generator.all)
            self.solver.edge(generator.keys, context.local(SENT))
            self.solver.add(site.target, generator)
            self.solver.edge(context.result, site.target)
        else:
            self.solver.edge(context.result, site.target)
        if function.memo is not None and site.phase == SERVING:
            self._call_once(function, receiver, site)

    def _call_once(self, function: FunctionObject, receiver: Object | None, site: CallSite) -> None:
        """What a memoised function made for one request is kept for the next: as if start-up code had made it."""
        inner = site.with_args(site.args)
        inner.phase = STARTUP
        context = self.context(function, STARTUP, receiver, inner)
        self.bind_arguments(context, receiver, inner)
        self.solver.edge(context.result, site.target)

    def bind_arguments(self, context: Context, receiver: Object | None, site: CallSite) -> None:
        """Each argument flows to the parameter that takes it."""
        signature = signature_of(context.body)
        positional, variadic = signature.positional, signature.variadic
        if receiver is not None and positional:
            self.solver.add(context.local(positional[0]), receiver)
            signature = bound_signature_of(context.body)
            positional = signature.positional
        elif receiver is not None and variadic is not None:
            rest = self.container("tuple", context, context.body.span, context.phase, variadic)
            self.solver.add(self.slot(rest, 0), receiver)
            self.solver.add(context.local(variadic), rest)
            self._bind_rest(context, variadic, 0, site)
            self._bind_keywords(context, signature, site)
            return
        for name, argument in zip(positional, site.args, strict=False):
            if argument is not None:
                self.solver.edge(argument, context.local(name))
        if variadic is not None:
            self._bind_rest(context, variadic, len(positional), site)
        if site.star is not None:
            for index, name in enumerate(positional[len(site.args) :]):
                target = context.local(name)
                self.each(site.star, lambda obj, at=index, to=target: self._spread_to(obj, at, to, site))  # type: ignore[misc]
        self._bind_keywords(context, signature, site)

    def _spread_to(self, source: Object, index: int, target: Node, site: CallSite) -> None:
        if isinstance(source, Container) and source.kind in {"tuple", "list"}:
            self.load_element(source, Const(index), target)
        else:
            self.iterate(source, target, site.context, site.span)

    def _bind_rest(self, context: Context, variadic: str, taken: int, site: CallSite) -> None:
        """`*args` takes what the first `taken` parameters leave."""
        rest = self.container("tuple", context, context.body.span, context.phase, variadic)
        self.solver.add(context.local(variadic), rest)
        for index, argument in enumerate(site.args[taken:]):
            if argument is not None:
                self.solver.edge(argument, self.slot(rest, index))
        missing = taken - len(site.args)
        if missing >= 0:
            self.each(site.star, lambda obj: self.pour(obj, rest, site, missing))
        else:
            self.each(site.star, lambda obj: self.pour_elements(obj, rest, site))

    def _bind_keywords(self, context: Context, signature: Signature, site: CallSite) -> None:
        named, catch_all = signature.named, signature.catch_all
        rest = None
        if catch_all is not None:
            rest = self.container("dict", context, context.body.span, context.phase, catch_all)
            self.solver.add(context.local(catch_all), rest)
        for name, argument in site.keywords.items():
            if argument is None:
                continue
            if name in named:
                self.solver.edge(argument, context.local(name))
            elif rest is not None:
                self.solver.edge(argument, self.slot(rest, name))
        if site.double_star is not None:
            self.each(site.double_star, lambda obj: self._spread_keywords(obj, context, named, rest))

    def _spread_keywords(
        self, source: Object, context: Context, names: Collection[str], rest: Container | None
    ) -> None:
        if not isinstance(source, Container):
            return
        for name in names:
            if name in source.slots or source.unknown.objects:
                self.solver.edge(self.slot(source, name), context.local(name))
                self.solver.edge(source.unknown, context.local(name))
            elif self.first_time("late keyword", source, context, name):
                self.solver.edge(self.slot(source, name), context.local(name))
        if rest is not None:
            for key, node in tuple(source.slots.items()):
                if key not in names:
                    self.solver.edge(node, self.slot(rest, key))
            self.solver.edge(source.unknown, rest.unknown)

    # --- classes

    def instantiate(self, cls: ClassObject, site: CallSite) -> None:
        """`cls(...)`: an instance made at this place, through `__new__`, `__init__` or generated fields."""
        metaclass_call = self._metaclass_call(cls)
        if metaclass_call is not None:
            self.each(metaclass_call, lambda function: self._call_metaclass(function, cls, site))
            if site.context.function is not None and site.context.function.body.name == "__call__":
                self.construct(cls, site)
            return
        self.construct(cls, site)

    def _metaclass_call(self, cls: ClassObject) -> Node | None:
        for meta in self.metaclasses(cls):
            for value in meta.objects:
                if isinstance(value, ClassObject) and (owner := self.defining(value, "__call__")) is not None:
                    return owner.field("__call__")
        return None

    def _call_metaclass(self, function: Object, cls: ClassObject, site: CallSite) -> None:
        if isinstance(function, FunctionObject):
            self.call_function(function, cls, site)

    def construct(self, cls: ClassObject, site: CallSite) -> None:
        """Make the instance without asking the metaclass."""
        instance = self.instance(cls, site.context, site.span, site.phase)
        new = self.defining(cls, "__new__")
        if new is None:
            self.solver.add(site.target, instance)
            self.initialise(instance, site)
            return
        made = Node()
        inner = site.with_args(site.args)
        inner.target = made
        self.each(self.lookup(cls, "__new__"), lambda function: self._call_new(function, cls, inner))
        self.solver.edge(made, site.target)
        self.each(made, lambda obj: self._initialise_new(obj, cls, site))

    def _call_new(self, function: Object, cls: ClassObject, site: CallSite) -> None:
        inner = function
        if isinstance(function, Wrapped):
            inner = next(iter(function.function.objects), function)
        if isinstance(inner, FunctionObject):
            self.call_function(inner, cls, site)

    def _initialise_new(self, obj: Object, cls: ClassObject, site: CallSite) -> None:
        if isinstance(obj, Instance) and cls in self.mro(obj.cls):
            self.initialise(obj, site)

    def initialise(self, instance: Instance, site: CallSite) -> None:
        """Run `__init__`, or fill the fields of a class whose constructor is generated."""
        cls = instance.cls
        owner = self.defining(cls, "__init__")
        inner = site.with_args(site.args)
        inner.target = DROPPED
        if owner is not None:
            self.each(self.lookup(cls, "__init__"), lambda function: self._call_init(function, instance, inner))
        elif site.phase == STARTUP and (content := self.content_of(instance)) is not None and is_mapping(content):
            self.call_container_method(content, "update", inner)
            self._external_init(instance, inner)
        elif self.has_data_fields(cls):
            self._fill_fields(instance, inner)
            self._external_init(instance, inner)
        elif self._is_described(cls):
            self._external_init(instance, inner)
        if (post := self.defining(cls, "__post_init__")) is not None:
            empty = inner.with_args([], {})
            self.each(post.field("__post_init__"), lambda function: self._call_init(function, instance, empty))

    def _is_described(self, cls: ClassObject) -> bool:
        """Whether a row says what the constructor of the library class does, such as to start a function."""
        return any(self.models.call_row(dotted) is not None for dotted in self.external_bases(cls)[:1])

    def _external_init(self, instance: Instance, site: CallSite) -> None:
        for dotted in self.external_bases(instance.cls)[:1]:
            self.call(self.external(f"{dotted}.__init__", instance), site)

    def _call_init(self, function: Object, instance: Instance, site: CallSite) -> None:
        if isinstance(function, FunctionObject):
            self.call_function(function, instance, site)

    def _fill_fields(self, instance: Instance, site: CallSite) -> None:
        for name, argument in site.keywords.items():
            if argument is not None:
                self.solver.edge(argument, instance.field(name))
        names = self.field_names(instance.cls)
        for name, argument in zip(names, site.args, strict=False):
            if argument is not None:
                self.solver.edge(argument, instance.field(name))
        for name in names:
            self.each(self.lookup(instance.cls, name), lambda value, to=name: self._default(value, instance, to, site))  # type: ignore[misc]

    def _default(self, value: Object, instance: Instance, name: str, site: CallSite) -> None:
        """The default of a generated field: a container is copied, a factory is called for each instance."""
        if isinstance(value, Container):
            copy = self.container(value.kind, site.context, site.span, site.phase, (name, value))
            copy.site = value.site if instance.phase == STARTUP else copy.site
            self.solver.add(instance.field(name), copy)
        elif isinstance(value, External) and isinstance(value.call, CallSite):
            factory = value.call.keywords.get("default_factory") or value.call.keywords.get("factory")
            if factory is not None:
                inner = site.with_args([], {})
                inner.span = value.call.span
                inner.target = instance.field(name)
                self.each(factory, lambda function: self.call(function, inner))
            if (default := value.call.keywords.get("default")) is not None:
                self.solver.edge(default, instance.field(name))
        else:
            self.solver.add(instance.field(name), value)

    # --- super()

    def call_super(self, site: CallSite) -> None:
        """`super()` in a method, `super(Class, self)`."""
        if len(site.args) >= 2 and site.args[0] is not None:  # noqa: PLR2004
            receiver_node = site.args[1]
            self.each(
                site.args[0],
                lambda cls: self.each(receiver_node, lambda obj: self._add_super(cls, obj, site)),
            )
            return
        context: Context | None = site.context
        while context is not None and (context.function is None or context.function.owner is None):
            context = context.environment
        if context is None or context.function is None or context.function.owner is None:
            return
        owner = context.function.owner
        for first in signature_of(context.body).positional[:1]:
            self.each(context.local(first), lambda obj: self._add_super(owner, obj, site))

    def _add_super(self, cls: Object, receiver: Object, site: CallSite) -> None:
        if isinstance(cls, ClassObject) and isinstance(receiver, Instance | ClassObject):
            self.solver.add(site.target, self.special(Super, cls, receiver))
