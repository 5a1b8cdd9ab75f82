"""Handlers of every kind: functions, classes, instances, names in strings, and containers of them."""

from __future__ import annotations

from statelint.domain.words import Phase
from statelint.models.rows import EntryRow
from statelint.program.core import CallSite
from statelint.program.entry_points import pattern
from statelint.program.handler_classes import HANDLER_METHODS, HandlerClasses
from statelint.program.modules import Module
from statelint.program.objects import (
    DROPPED,
    STARTUP,
    Bound,
    ClassObject,
    Container,
    External,
    FunctionObject,
    Instance,
    ModuleObject,
    Namespace,
    Node,
    Object,
    Partial,
    Property,
    Text,
    Wrapped,
)
from statelint.program.wrappers import is_unknown_wrapper, wrapped_function

DEEPEST_NESTING = 6
Handler = FunctionObject | Bound | Partial | ClassObject | Instance


class Handlers(HandlerClasses):
    """Makes an entry point of whatever a framework is given to call."""

    waiting_classes: list[tuple[ClassObject, EntryRow, CallSite, str]]

    def register(
        self, handler: Object, row: EntryRow, site: CallSite, route: str = "", method: str = "", depth: int = 0
    ) -> None:
        """A handler object of any kind becomes an entry point, once per row."""
        if row.phase is Phase.COMMAND_LINE:
            return
        match handler:
            case Container() if depth < DEEPEST_NESTING:
                if self.first_time("dig", handler, row.id, depth):
                    self._dig(handler, row, site, route, method, depth)
            case Text() if ("." in handler.value or ":" in handler.value) and depth < DEEPEST_NESTING:
                if (named := self.named(handler.value)) is not None:
                    self.each(named, lambda obj: self.register(obj, row, site, route, method, depth + 1))
            case Wrapped(function=inside) | Property(getter=inside) if depth < DEEPEST_NESTING:
                self.each(inside, lambda obj: self.register(obj, row, site, route, method, depth + 1))
            case FunctionObject() | Bound() | Partial() if row.factory and depth <= DEEPEST_NESTING:
                self._register_product(handler, row, site, route, method)
            case FunctionObject() | Bound() | Partial():
                self.register_function(handler, row, site, route, method)
            case ClassObject():
                if self.first_time("class handler", handler, row.id, route):
                    self.waiting_classes.append((handler, row, site, route))
            case Instance():
                self._register_instance(handler, row, site, route, method)
            case External(base=ClassObject() as cls):
                self.register(cls, row, site, route, method, depth)
            case Namespace(owner=ModuleObject(module=module)) if row.handler_methods:
                self._register_by_name(module, row, site)

    def _register_by_name(self, module: Module, row: EntryRow, site: CallSite) -> None:
        """Handler classes named in a flat table of routes, looked up in `globals()`."""
        table = next((names for which in row.route if (names := self.literals_given(site, which))), [])
        for route, name in zip(table[::2], table[1::2], strict=False):
            if name in self.module_names(module):
                self.each(
                    self.global_node(module, name),
                    lambda obj, at=route: self.register(obj, row, site, at, "", DEEPEST_NESTING),  # type: ignore[misc]
                )

    def _register_product(self, factory: Object, row: EntryRow, site: CallSite, route: str, method: str) -> None:
        """What a factory returns at start-up is the handler."""
        if not self.first_time("factory", factory, row.id):
            return
        inner = site.with_args([], {})
        inner.target = Node()
        inner.phase = STARTUP
        self.call(factory, inner)
        self.each(inner.target, lambda obj: self.register(obj, row, site, route, method, DEEPEST_NESTING + 1))

    def _dig(self, found: Container, row: EntryRow, site: CallSite, route: str, method: str, depth: int) -> None:
        own_route = next((op for op in self.display_texts(found)), route)

        def element(obj: Object) -> None:
            self.register(obj, row, site, own_route, method, depth + 1)
            if row.init_method and isinstance(obj, ClassObject):
                self.each(found.all, lambda options: self.initialise_with(obj, options, row, site))

        self.each(found.all, element)

    def register_function(
        self, handler: FunctionObject | Bound | Partial, row: EntryRow, site: CallSite, route: str, method: str
    ) -> None:
        """A function becomes an entry point, once it is known what it wraps."""
        self.note_start(handler, row, row, site)
        if isinstance(handler, Partial):
            for inner in tuple(handler.callee.objects):
                if isinstance(inner, FunctionObject | Bound):
                    function = inner if isinstance(inner, FunctionObject) else inner.function
                    server = self.entry(row, function.body, function.module, function.symbol, route, method)
                    self.call(handler, CallSite(server, function.body.span, [], {}, DROPPED))
            return
        function = handler.function if isinstance(handler, Bound) else handler
        if not self.first_time("entry", handler, row.id, route):
            return
        if is_unknown_wrapper(function):
            self.waiting_handlers.append(lambda: self._register_known(handler, row, route, method))
        else:
            self._register_known(handler, row, route, method)

    def _register_known(self, handler: FunctionObject | Bound, row: EntryRow, route: str, method: str) -> None:
        function = handler.function if isinstance(handler, Bound) else handler
        if isinstance(handler, FunctionObject) and function.owner is not None and function.takes_self:
            self.register_method(function.owner, function, row, route, method)
            return
        declared = wrapped_function(function)
        server = self.entry(row, declared.body, declared.module, declared.symbol, route, method)
        receiver = handler.receiver if isinstance(handler, Bound) else None
        self.serve(function, receiver, row, server)

    def _register_instance(self, handler: Instance, row: EntryRow, site: CallSite, route: str, method: str) -> None:
        if not self.first_time("instance handler", handler, row.id, route):
            return
        wanted = pattern(row.handler_methods) if row.handler_methods else HANDLER_METHODS
        for member in self.mro(handler.cls):
            for name in sorted(member.body.names):
                if row.factory_methods and pattern(row.factory_methods).fullmatch(name):
                    self._register_member_product(handler, member, name, row, site)
                elif wanted.fullmatch(name):
                    self._serve_member(handler, member, name, row, route, method)

    def _register_member_product(
        self, handler: Instance, member: ClassObject, name: str, row: EntryRow, site: CallSite
    ) -> None:
        def found(value: Object) -> None:
            if isinstance(value, FunctionObject):
                self._register_product(self.bound(value, handler), row, site, "", "")

        self.each(member.field(name), found)

    def _serve_member(
        self, handler: Instance, member: ClassObject, name: str, row: EntryRow, route: str, method: str
    ) -> None:
        def found(value: Object) -> None:
            if isinstance(value, FunctionObject):
                verb = method or self.verb(row, name)
                declared = wrapped_function(value)
                server = self.entry(row, declared.body, declared.module, declared.symbol, route, verb)
                self.serve(value, handler, row, server)

        self.each(member.field(name), found)
