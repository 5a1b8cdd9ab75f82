"""Entry points: how frameworks are told of code that they will call, from the rows of `rules/frameworks`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

import msgspec

from statelint.domain.findings import Entry, Place
from statelint.domain.words import Phase, Trigger
from statelint.facts.model import Bind, Body, Call, Const, Invoke, Move, New, Op, Operand, SetAttr, Span
from statelint.models.rows import CallRow, EntryRow, Form
from statelint.models.rows import Instance as Lifetime
from statelint.program.classes import PLAIN_BASES
from statelint.program.core import EMPTY_BODY, NOWHERE, CallSite
from statelint.program.definitions import calls_at, definitions_of
from statelint.program.items import is_mapping
from statelint.program.modules import Module
from statelint.program.objects import (
    DROPPED,
    SERVING,
    STARTUP,
    Bound,
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
    Partial,
    Property,
    Text,
    Wrapped,
)
from statelint.program.routes import Routes

HANDLER_KEYWORDS = ("handler", "callback", "view_func", "f", "func", "dependencies")
DEEPEST_COPIES = 4  # assignments between an operand and its use
DEEPEST_NESTING = 6
VERB = r"(get|post|put|patch|delete|head|options|trace)"
NAMED_AFTER_VERB = re.compile(rf"{VERB}|(?:on_|do_){VERB}(?:_\w+)?")
HANDLER_METHODS = re.compile(r"__call__|dispatch|get|post|put|patch|delete|head|options")
Handler = FunctionObject | Bound | Partial | ClassObject | Instance


@lru_cache(maxsize=512)
def pattern(text: str) -> re.Pattern[str]:
    """A compiled pattern of a row."""
    return re.compile(text)


class EntryPoint:
    """A handler, what triggers it, and the pseudo-context from which the server calls it."""

    __slots__ = ("context", "method", "place", "route", "row", "symbol")

    def __init__(self, context: Context, row: EntryRow, symbol: str, place: Place, route: str, method: str) -> None:
        """`context` has one call edge for each function that the server may call."""
        self.context = context
        self.row = row
        self.symbol = symbol
        self.place = place
        self.route = route
        self.method = method

    @property
    def entry(self) -> Entry:
        """The entry point as reported."""
        return Entry(self.row.trigger, self.place, self.symbol, self.method, self.route)


class Registration(Routes):
    """Finds entry points while calls are linked."""

    entries: dict[tuple[object, ...], EntryPoint]
    shared_handlers: dict[ClassObject, None]
    provided: dict[ClassObject, Node]
    handler_instances: dict[ClassObject, Node]
    class_routes: dict[tuple[str, ClassObject], str]
    applications: dict[str, Node]
    templates: dict[Instance, None]
    hosts: dict[Context, None]
    waiting_handlers: list[Callable[[], None]]
    waiting_classes: list[tuple[ClassObject, EntryRow, CallSite, str]]
    background: dict[tuple[object, ...], None]

    # --- calls of library names

    def register_call(self, callee: External, site: CallSite) -> bool:
        """Whether a call registers handlers; if so they are entry points from now on."""
        self.note_mount(callee, site)
        rows = self.models.entries_for_callable(callee.dotted)
        if not rows:
            return False
        handled = False
        for row in rows:
            if row.form is Form.DECORATOR:
                handled = self._register_decorator(callee, row, site) or handled
            elif row.form is Form.CALL and not callee.made:
                site.registers = True
                self._register_arguments(callee, row, site)
        return handled

    def _register_decorator(self, callee: External, row: EntryRow, site: CallSite) -> bool:
        if callee.made:
            origin = callee.call if isinstance(callee.call, CallSite) else site
            route, method = self._route(row, origin, callee.dotted)
            self._decorate(row, site, route, method)
            return True
        first = site.argument(0)
        if site.role == 1 or (first is not None and any(isinstance(obj, Handler) for obj in first.objects)):
            route, method = self._route(row, site, callee.dotted)
            self._decorate(row, site, route, method)
        self.solver.add(site.target, self.made_here(callee.dotted, site))
        for name, argument in site.keywords.items():
            if name in (row.handler or HANDLER_KEYWORDS):
                route, method = self._route(row, site, callee.dotted)
                self.each(argument, lambda obj: self.register(obj, row, site, route, method))  # noqa: B023
        return True

    def _decorate(self, row: EntryRow, site: CallSite, route: str, method: str) -> None:
        def decorated(obj: Object) -> None:
            if isinstance(obj, Handler | Wrapped | Property):
                self.solver.add(site.target, obj)
                self.register(obj, row, site, route, method)

        self.each(site.argument(0), decorated)

    def _register_arguments(self, callee: External, row: EntryRow, site: CallSite) -> None:
        if row.provides:
            for which in row.handler:
                self.each(site.argument(which), lambda obj: self._offer(obj, site))
            return
        route, method = self._route(row, site, callee.dotted)
        nodes: Iterable[Node | None]
        if "*" in row.handler:
            nodes = (*site.args, *site.keywords.values())
        else:
            nodes = (site.argument(which) for which in row.handler)
        for node in nodes:
            self.each(node, lambda obj: self.register(obj, row, site, route, method))
            if row.init_args or row.init_kwargs:
                self.each(node, lambda obj: self._make_with(obj, row, site))
        if row.trigger is Trigger.DEPENDENCY:
            inner = site.with_args([self._request_given(row, site)] if row.adds_to else [], {})
            inner.phase = SERVING
            inner.target = Node()
            if row.adds_to:
                self._add_to_requests(row, site, inner)
            for which in row.handler:
                self.each(site.argument(which), lambda obj: self._call_dependency(obj, inner))
            self.each(inner.target, lambda obj: self._provide(obj, site))

    def _request_given(self, row: EntryRow, site: CallSite) -> Node:
        node = Node()
        self.solver.add(node, self.request_object(row.adds_to, site.context, "request"))
        return node

    def _add_to_requests(self, row: EntryRow, site: CallSite, call: CallSite) -> None:
        """`add_request_method(function, name)`: from now on `request.name`."""
        request = self.request_object(row.adds_to, site.context, "request")
        given = next((text for which in row.adds_name if (text := self.text_given(site, which))), "")
        is_value = any(self.operand(site, which) == Const(value=True) for which in row.adds_value)

        def add(obj: Object) -> None:
            function = obj.function if isinstance(obj, Bound) else obj
            name = given or (function.body.name if isinstance(function, FunctionObject) else "")
            if is_value:
                self.solver.edge(call.target, request.field(name))
            else:
                callee = Node()
                self.solver.add(callee, obj)
                method = Partial(
                    callee, [node for node in call.args if node], {}, self.site(site.context, site.span), 0
                )
                self.solver.add(request.field(name), method)

        for which in row.handler:
            self.each(site.argument(which), add)

    def _offer(self, provided: Object, site: CallSite) -> None:
        """One object for every handler that asks for its class."""
        if isinstance(provided, Instance):
            for cls in (provided.cls, *self.program_bases(provided.cls)):
                self.solver.add(self.provided.setdefault(cls, Node()), provided)
        elif isinstance(provided, ClassObject):
            inner = site.with_args([], {})
            inner.target = Node()
            self.construct(provided, inner)
            self.each(inner.target, lambda obj: self._offer(obj, site))
        elif isinstance(provided, FunctionObject | Bound):
            inner = site.with_args([], {})
            inner.target = Node()
            self.call(provided, inner)
            self.each(inner.target, lambda obj: self._offer(obj, site) if isinstance(obj, Instance) else None)

    def store_attribute(self, base: Object, name: str, source: Node | None, context: Context, span: Span) -> None:
        """`base.name = source`, which may register a handler."""
        super().store_attribute(base, name, source, context, span)
        if isinstance(base, External) and source is not None:
            for row in self.models.entries_for_callable(f"{base.dotted}.{name}"):
                if row.form is Form.ATTRIBUTE:
                    site = CallSite(context, span, [], {}, Node())
                    self.each(source, lambda obj, to=row, at=site: self.register(obj, to, at))  # type: ignore[misc]

    def _make_with(self, handler: Object, row: EntryRow, site: CallSite) -> None:
        if isinstance(handler, ClassObject):
            inner = site.with_args([], {})
            inner.target = Node()
            inner.star, inner.double_star = site.argument(row.init_args), site.argument(row.init_kwargs)
            self.made_by_framework(handler, inner)

    def _call_dependency(self, dependency: Object, site: CallSite) -> None:
        """A class makes an object for each request; a function may give a shared one."""
        self.call(dependency, site)
        if isinstance(dependency, ClassObject):
            self.instance(dependency, site.context, site.span, SERVING).per_request = True

    def _provide(self, value: Object, site: CallSite) -> None:
        """A dependency gives what it returns, or what it yields."""
        if isinstance(value, Container) and value.kind == "generator":
            self.solver.edge(value.all, site.target)
        else:
            self.solver.add(site.target, value)

    def _route(self, row: EntryRow, site: CallSite, dotted: str) -> tuple[str, str]:
        route = next((text for which in row.route if (text := self.text_given(site, which))), "")
        method = row.method
        if method == "name":
            method = dotted.rpartition(".")[2].removeprefix("add_").upper()
        if route or any(self.operand(site, which) == Const("") for which in row.route):
            route = self.routed(route, dotted, site)
        return route, method or self._only_method(row, site)

    def _only_method(self, row: EntryRow, site: CallSite) -> str:
        """The HTTP method of `methods=["POST"]`, where there is one."""
        for which in row.verb:
            names = self._literals(site.context, self.operand(site, which))
            if names:
                return names[0].upper() if len(names) == 1 else ""
        return ""

    def text_given(self, site: CallSite, which: int | str) -> str:
        """A string argument as written: read from the facts, since routes need not look like names."""
        operand = self.operand(site, which)
        return operand.value if isinstance(operand, Const) and isinstance(operand.value, str) else ""

    def _literals(self, context: Context, operand: Operand) -> list[str]:
        """A string, or the strings of a display, as written."""
        if isinstance(operand, Const):
            return [operand.value] if isinstance(operand.value, str) else []
        made = self.made_by(context, operand)
        values = made.values if isinstance(made, New) else ()
        return [value.value for value in values if isinstance(value, Const) and isinstance(value.value, str)]

    def made_by(self, context: Context, operand: Operand) -> Op | None:
        """The one operation whose value an operand is, through copies."""
        for _ in range(DEEPEST_COPIES):
            definitions = definitions_of(context.body).get(operand, ())
            if len(definitions) != 1:
                return None
            made = definitions[0]
            if not isinstance(made, Bind | Move):
                return made
            operand = made.source
        return None

    def operand(self, site: CallSite, which: int | str) -> Operand:
        """An argument as the facts have it."""
        for op in calls_at(site.context.body, site.span):
            if isinstance(which, str):
                return dict(op.keywords).get(which)
            return op.args[which] if -len(op.args) <= which < len(op.args) else None
        return None

    def _texts_below(self, obj: Object, depth: int) -> list[str]:
        if isinstance(obj, Text):
            return [obj.value]
        if isinstance(obj, Container) and depth < DEEPEST_NESTING:
            return [text for element in obj.all.objects for text in self._texts_below(element, depth + 1)]
        return []

    # --- handlers

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
                self._register_function(handler, row, site, route, method)
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
        table = next((names for which in row.route if (names := self._literals_of(site, which))), [])
        for route, name in zip(table[::2], table[1::2], strict=False):
            if name in self.module_names(module):
                self.each(
                    self.global_node(module, name),
                    lambda obj, at=route: self.register(obj, row, site, at, "", DEEPEST_NESTING),  # type: ignore[misc]
                )

    def _literals_of(self, site: CallSite, which: int | str) -> list[str]:
        operand = self.operand(site, which)
        found = self._literals(site.context, operand)
        if found or not isinstance(operand, str):
            return found
        nodes = (obj for obj in self.name_node(site.context, operand).objects if isinstance(obj, Container))
        return next((texts for obj in nodes if (texts := self._container_texts(obj))), [])

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
        own_route = next((op for op in self._container_texts(found)), route)

        def element(obj: Object) -> None:
            self.register(obj, row, site, own_route, method, depth + 1)
            if row.init_method and isinstance(obj, ClassObject):
                self.each(found.all, lambda options: self._initialise_with(obj, options, row, site))

        self.each(found.all, element)

    def _initialise_with(self, cls: ClassObject, options: Object, row: EntryRow, site: CallSite) -> None:
        if not isinstance(options, Container) or not is_mapping(options):
            return
        if (owner := self.defining(cls, row.init_method)) is None:
            return
        node = Node()
        self.solver.add(node, options)
        inner = CallSite(self._server(row, cls.symbol, cls.module), site.span, [], {}, DROPPED)
        inner.double_star = node
        receiver = self.handler_instance(cls, row)
        self.each(owner.field(row.init_method), lambda function: self._call_on(function, receiver, inner))

    def _container_texts(self, found: Container) -> list[str]:
        """The first literal string of a display such as `(r"/path", Handler)`."""
        context = found.site.context if found.site else None
        if context is None or found.kind != "tuple":
            return []
        for op in context.body.ops:
            if isinstance(op, New) and found.site is not None and op.span == found.site.span:
                return [value.value for value in op.values if isinstance(value, Const) and isinstance(value.value, str)]
        return []

    def named(self, dotted: str) -> Node | None:
        """The node of a dotted name in a string: `package.module.attribute` or `package.module:attribute`."""
        module_name, _, attribute = dotted.replace(":", ".").rpartition(".")
        if (module := self.modules.find_anywhere(module_name)) is not None:
            return self.global_node(module, attribute)
        outer, _, cls = module_name.rpartition(".")
        if outer and (module := self.modules.find_anywhere(outer)) is not None:
            target = Node()
            span = NOWHERE
            context = self.module_context(module)
            self.each(
                self.global_node(module, cls), lambda obj: self.load_attribute(obj, attribute, target, context, span)
            )
            return target
        if (module := self.modules.find_anywhere(dotted)) is not None:
            return self.global_node(module, "urlpatterns")
        return None

    def module_context(self, module: object) -> Context:
        """The context of a module body."""
        return self.contexts["module", module]

    def _server(self, row: EntryRow, symbol: str, module: object) -> Context:
        """The pseudo-context that stands for the server calling one handler."""
        key = ("server", row.id, symbol)
        found = self.contexts.get(key)
        if found is None:
            phase = STARTUP if row.phase in {Phase.STARTUP, Phase.IMPORT} else SERVING
            found = Context(EMPTY_BODY, module, phase, None, None)  # type: ignore[arg-type]
            self.contexts[key] = found
        return found

    def _entry(self, row: EntryRow, body: Body, module: object, symbol: str, route: str, method: str) -> Context:
        server = self._server(row, symbol, module)
        if row.phase in {Phase.STARTUP, Phase.IMPORT}:
            return server
        key = (row.id, symbol)
        span = body.span
        place = Place(module.path, span.line, span.column, span.end_line, span.end_column)  # type: ignore[attr-defined]
        known = self.entries.get(key)
        if known is None:
            self.entries[key] = EntryPoint(server, row, symbol, place, route, method)
        elif route and not known.route:
            known.route, known.method = route, method
        return server

    def _register_function(
        self, handler: FunctionObject | Bound | Partial, row: EntryRow, site: CallSite, route: str, method: str
    ) -> None:
        if isinstance(handler, Partial):
            for inner in tuple(handler.callee.objects):
                if isinstance(inner, FunctionObject | Bound):
                    function = inner if isinstance(inner, FunctionObject) else inner.function
                    server = self._entry(row, function.body, function.module, function.symbol, route, method)
                    self.call(handler, CallSite(server, function.body.span, [], {}, DROPPED))
            return
        function = handler.function if isinstance(handler, Bound) else handler
        if not self.first_time("entry", handler, row.id, route):
            return
        if self._is_unknown_wrapper(function):
            self.waiting_handlers.append(lambda: self._register_known(handler, row, route, method))
        else:
            self._register_known(handler, row, route, method)

    def _register_known(self, handler: FunctionObject | Bound, row: EntryRow, route: str, method: str) -> None:
        """Register a function once it is known what it wraps."""
        function = handler.function if isinstance(handler, Bound) else handler
        if isinstance(handler, FunctionObject) and function.owner is not None and self._takes_self(function):
            self.register_method(function.owner, function, row, route, method)
            return
        declared = self.wrapped_function(function)
        server = self._entry(row, declared.body, declared.module, declared.symbol, route, method)
        receiver = handler.receiver if isinstance(handler, Bound) else None
        self.serve(function, receiver, row, server)

    def wrapped_function(self, function: FunctionObject) -> FunctionObject:
        """The handler as declared: the one function that a closure of a decorator calls, through decorators on top."""
        for _ in range(DEEPEST_NESTING):
            inside = self._called_outer_functions(function)
            if len(inside) != 1:
                break
            function = inside[0]
        return function

    def _is_unknown_wrapper(self, function: FunctionObject) -> bool:
        """Whether what a closure wraps has not been found yet."""
        inside = self.wrapped_function(function)
        return bool(_outer_names_called(inside)) and not self._called_outer_functions(inside)

    def _called_outer_functions(self, function: FunctionObject) -> list[FunctionObject]:
        """What a closure calls by the name of a parameter of the function around it."""
        outer = function.environment
        values = (obj for name in _outer_names_called(function) for obj in tuple(outer.local(name).objects))
        return [value for value in values if isinstance(value, FunctionObject)]

    def _takes_self(self, function: FunctionObject) -> bool:
        static = any(text in {"staticmethod"} for text in function.body.decorators)
        return bool(function.body.params) and not static

    def serve(self, function: FunctionObject, receiver: Object | None, row: EntryRow, server: Context) -> None:
        """The server calls a function with request objects."""
        site = CallSite(server, function.body.span, [], {}, DROPPED)
        self.call(self.bound(function, receiver) if receiver is not None else function, site)
        context = self.context(function, site.phase, receiver, site)
        self.give_requests(context, function, row, receiver)
        if row.yields:
            self.each(context.yields, lambda obj: self._share_parts(obj, row.yields, context))

    def _share_parts(self, value: Object, dotted: str, context: Context) -> None:
        """The parts of what a handler yields are attributes of a request object from then on."""
        owner, _, attribute = dotted.rpartition(".")
        target = self.external_child(self.request_object(owner, context, attribute), owner, attribute)
        if isinstance(value, Container):
            for key, node in tuple(value.slots.items()):
                self.solver.edge(node, target.field(str(key)))

    def give_requests(self, context: Context, function: FunctionObject, row: EntryRow, receiver: Object | None) -> None:
        """Parameters that the framework fills: request objects by position, others by annotation."""
        params = [param for param in function.body.params if param.kind in {0, 1, 3}]
        if receiver is not None:
            params = params[1:]
        for index, param in enumerate(params):
            dotted = _param_type(row, index, param.name)
            node = context.local(param.name)
            annotated = self.node(function.environment, param.annotation)
            if dotted or annotated is None or not annotated.objects:
                if not param.has_default or dotted:
                    self._framework_value(dotted or "<request>", node, context, param.name)
            else:
                self.each(
                    annotated,
                    lambda obj, to=node, name=param.name: self._annotated(obj, to, context, name),  # type: ignore[misc]
                )

    def _annotated(self, annotation: Object, target: Node, context: Context, name: str) -> None:
        if isinstance(annotation, External) and not annotation.made:
            self._framework_value(annotation.dotted, target, context, name)
        elif isinstance(annotation, ClassObject):
            instance = self.instance(annotation, context, context.body.span, context.phase)
            instance.per_request = context.phase == SERVING
            self.solver.add(target, instance)
            self.solver.edge(self.provided.setdefault(annotation, Node()), target)
            if not self.has_data_fields(annotation) and set(self.external_bases(annotation)) <= PLAIN_BASES:
                self.each(annotation.instances, lambda obj: self._provide_shared(obj, target))
        else:
            self.solver.add(target, annotation)

    def _provide_shared(self, service: Object, target: Node) -> None:
        """A service that start-up code made may be what is injected; a record comes from the request."""
        if service.phase == STARTUP:
            self.solver.add(target, service)

    def _framework_value(self, dotted: str, target: Node, context: Context, name: str) -> None:
        """An application object, or an object that belongs to one request."""
        if (application := self.application_class(dotted)) is not None:
            self.add_application(application, target)
        else:
            self.solver.add(target, self.request_object(dotted, context, name))

    def application_class(self, dotted: str) -> str | None:
        """The application class that a library name is or stands for."""
        return dotted if self.models.is_application(dotted) else self.models.proxy(dotted)

    def request_object(self, dotted: str, context: Context, name: str) -> External:
        """An object that belongs to one request."""
        key = ("request", dotted)
        del name
        found = self.externals.get(key)
        if found is None:
            found = External(self.models.canonical(dotted), self.site(context, context.body.span), SERVING)
            found.made = True
            self.externals[key] = found
        return found

    # --- classes

    def class_made(self, cls: ClassObject) -> None:
        """Methods of a class become entry points where its external bases say so."""
        for row in self.models.base_class_rows(self.external_bases(cls)):
            if row.phase is Phase.COMMAND_LINE:
                continue
            if row.decorators and self.first_time("decorators", cls, row.id):
                self._decorate_handlers(cls, row)
            for member in self.mro(cls):
                for name in sorted(member.body.names):
                    if self._is_handler_name(row, name) and self.first_time("handler", cls, row.id, name):
                        self._register_named(cls, member, name, row)
        for row in self.models.mark_rows:
            if self.applies(row):
                self._register_marked(cls, row)
        for dotted in self.external_bases(cls):
            if self.models.is_application(dotted):
                self.each(cls.instances, lambda obj, name=dotted: self.application_made(name, obj))  # type: ignore[misc]

    def applies(self, row: EntryRow) -> bool:
        """Whether the program imports what the row needs."""
        return not row.with_import or row.with_import in self.modules.imported

    def _register_marked(self, cls: ClassObject, row: EntryRow) -> None:
        """`method.exposed = True` and `exposed = True` in a class body."""
        for op in cls.body.ops:
            if type(op) is SetAttr and op.name == row.mark and op.source == Const(value=True):
                if isinstance(op.base, str) and self.first_time("marked", cls, row.id, op.base):
                    self._register_named(cls, cls, op.base, row)
            elif type(op) is Bind and op.name == row.mark and op.source == Const(value=True):
                for name in sorted(cls.body.names):
                    if pattern(row.handler_methods).fullmatch(name) and self.first_time("marked", cls, row.id, name):
                        self._register_named(cls, cls, name, row)

    def _decorate_handlers(self, cls: ClassObject, row: EntryRow) -> None:
        """What the decorators in a class attribute return is called for each request."""
        server = self._server(row, cls.symbol, cls.module)
        site = CallSite(server, cls.body.span, [Node()], {}, Node())
        decorator = Node()
        self.each(
            self.lookup(cls, row.decorators), lambda listed: self.iterate(listed, decorator, server, cls.body.span)
        )
        self.each(decorator, lambda obj: self.call(obj, site))
        self.each(site.target, lambda obj: self.register(obj, _serving(row), site))

    def _is_handler_name(self, row: EntryRow, name: str) -> bool:
        if name in row.methods:
            return True
        return bool(row.methods_pattern) and pattern(row.methods_pattern).fullmatch(name) is not None

    def _register_named(self, cls: ClassObject, member: ClassObject, name: str, row: EntryRow, route: str = "") -> None:
        if name.startswith("__") and name not in row.methods:
            return

        def found(value: Object) -> None:
            match value:
                case FunctionObject():
                    self.register_method(cls, value, row, route, self._verb(row, name))
                case Wrapped(function=function):
                    self.each(function, found)
                case _:
                    pass

        self.each(member.field(name), found)

    def _verb(self, row: EntryRow, name: str) -> str:
        if row.trigger is Trigger.HTTP and (match := NAMED_AFTER_VERB.fullmatch(name.lower())):
            return next(group for group in match.groups() if group).upper()
        return row.method

    def register_method(
        self, cls: ClassObject, function: FunctionObject, row: EntryRow, route: str, method: str
    ) -> None:
        """A method that the framework calls on an instance of its own or on one that the program made."""
        if self._is_unknown_wrapper(function) and self.first_time("wrapped", cls, function, row.id):
            self.waiting_handlers.append(lambda: self.register_method(cls, function, row, route, method))
            return
        declared = self.wrapped_function(function)
        symbol = f"{cls.module.name}.{cls.body.qualname}.{declared.body.name}"
        if declared.owner is not None and declared.owner is not cls:
            symbol = declared.symbol
        route = route or self.class_routes.get((row.id, cls), "")
        server = self._entry(row, declared.body, declared.module, symbol, route, method)
        if any(text == "classmethod" for text in function.body.decorators):
            self.serve(function, cls, row, server)
            return
        if row.instance is Lifetime.PER_REQUEST and row.phase is not Phase.STARTUP and not self._is_kept(cls, row):
            self.serve(function, self.handler_instance(cls, row, server), row, server)
            return
        self.shared_handlers[cls] = None

        def on(obj: Object) -> None:
            if isinstance(obj, Instance) and self.first_time("serve", function, obj, row.id):
                self.serve(function, obj, row, server)

        self.each(cls.instances, on)

    def _is_kept(self, cls: ClassObject, row: EntryRow) -> bool:
        """Whether a class attribute tells the framework to make one instance for all requests."""
        owner = self.defining(cls, row.instance_switch) if row.instance_switch else None
        return owner is not None and any(
            type(op) is Bind and op.name == row.instance_switch and op.source == Const(value=False)
            for op in owner.body.ops
        )

    def made_by_framework(self, cls: ClassObject, site: CallSite) -> None:
        """The framework makes instances of a class with these arguments: one now, or one for each request."""

        inner = site.with_args(site.args)
        inner.phase = SERVING
        handlers = self.handler_instances.setdefault(cls, Node())
        self.each(handlers, lambda obj: self.initialise(obj, inner) if isinstance(obj, Instance) else None)
        if cls in self.shared_handlers and site.phase == STARTUP:
            self.construct(cls, site)

    def handler_instance(self, cls: ClassObject, row: EntryRow, server: Context | None = None) -> Instance:
        """The instance that the framework makes for one request, as part of the entry point `server`."""
        key = ("handler", cls)
        found = self.instances.get(key)
        if found is None:
            server = server or self._server(row, cls.symbol, cls.module)
            found = Instance(cls, self.site(server, cls.body.span), SERVING)
            found.per_request = True
            self.instances[key] = found
            self.solver.add(self.handler_instances.setdefault(cls, Node()), found)
            if self.defining(cls, "__init__") is not None:
                site = CallSite(server, cls.body.span, [], {}, DROPPED)
                site.phase = SERVING
                self.initialise(found, site)
                self.each(self.lookup(cls, "__init__"), lambda init: self._give_constructor(init, found, row, site))
        return found

    def _give_constructor(self, init: Object, instance: Instance, row: EntryRow, site: CallSite) -> None:
        """A class made for one request gets that request."""
        if isinstance(init, FunctionObject) and (row.param_types or row.param_names):
            self.give_requests(self.context(init, SERVING, instance, site), init, row, instance)

    def register_class(self, cls: ClassObject, row: EntryRow, site: CallSite, route: str) -> None:
        """A handler class, once its bases are known."""
        if row.init_method:
            for argument in (*site.args, *site.keywords.values()):
                self.each(argument, lambda options: self._initialise_with(cls, options, row, site))
        known = self.models.base_class_rows(self.external_bases(cls))
        wanted = pattern(row.handler_methods) if row.handler_methods else HANDLER_METHODS
        if row.instance is Lifetime.SHARED and site.phase == STARTUP and row.phase is not Phase.STARTUP:
            inner = CallSite(site.context, cls.body.span, [], dict(site.keywords), DROPPED)
            self.instantiate(cls, inner)
        if known:
            self._give_routes(cls, known, route)
            return
        for member in self.mro(cls):
            for name in sorted(member.body.names):
                if wanted.fullmatch(name) and self.first_time("handler", cls, row.id, name):
                    self._register_named(cls, member, name, _with_methods(row, name), route)
        if self.defining(cls, "__init__") is not None and not row.handler_methods and row.trigger is Trigger.DEPENDENCY:
            self.handler_instance(cls, row)

    def _give_routes(self, cls: ClassObject, rows: Iterable[EntryRow], route: str) -> None:
        if not route:
            return
        for row in rows:
            self.class_routes.setdefault((row.id, cls), route)
            for member in self.mro(cls):
                for name in member.body.names:
                    symbol = f"{member.module.name}.{member.body.qualname}.{name}"
                    entry = self.entries.get((row.id, symbol))
                    if entry is not None and not entry.route:
                        entry.route = route

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
                verb = method or self._verb(row, name)
                declared = self.wrapped_function(value)
                server = self._entry(row, declared.body, declared.module, declared.symbol, route, verb)
                self.serve(value, handler, row, server)

        self.each(member.field(name), found)

    def hand_out_instance(self, obj: Instance, site: CallSite) -> None:
        """An object whose class derives from a library class is given to a library, which may call its methods."""
        if not self.first_time("handed out", obj, site.phase) or not self._is_unknown_kind(obj.cls):
            return
        if obj in self.templates:
            return  # the program itself, not a handler
        for member in self.mro(obj.cls):
            for name in sorted(member.body.names):
                if not name.startswith("_"):
                    self._hand_out_method(obj, member, name, site)

    def run_template(self, obj: Instance, site: CallSite) -> None:
        """`Main().run()`, where a library's `run` calls what `Main` overrides: at start-up, that is start-up code."""
        if site.phase != STARTUP or obj in self.templates or not self._is_unknown_kind(obj.cls):
            return
        caller = site.context.function.owner if site.context.function is not None else None
        if caller is not None and caller in self.mro(obj.cls):
            return  # one of its methods uses another
        self.templates[obj] = None
        inner = site.with_args([], {})
        inner.target = DROPPED
        inner.likely = True
        for member in self.mro(obj.cls):
            for name in sorted(member.body.names):
                if not name.startswith("_"):
                    self.each(member.field(name), lambda value: self._call_on(value, obj, inner))

    def _is_unknown_kind(self, cls: ClassObject) -> bool:
        """Whether a class derives from a library class of which no row says what it calls."""
        bases = [base for base in self.external_bases(cls) if base not in PLAIN_BASES]
        if not bases or self.models.base_class_rows(bases) or self.has_data_fields_only(cls):
            return False
        return not any(self.models.is_application(base) for base in bases)  # its routes are entry points by their rows

    def has_data_fields_only(self, cls: ClassObject) -> bool:
        """Whether the class is a record without methods."""
        return bool(cls.body.annotated) and len(cls.body.annotated) >= len(cls.body.names)

    def _hand_out_method(self, obj: Instance, member: ClassObject, name: str, site: CallSite) -> None:
        def found(value: Object) -> None:
            if isinstance(value, FunctionObject):
                if site.phase == STARTUP:
                    self._register_function(self.bound(value, obj), LIBRARY_CALLS, site, "", "")
                else:
                    inner = site.with_args([], {})
                    inner.target = DROPPED
                    inner.likely = True
                    self.call_function(value, obj, inner)

        self.each(member.field(name), found)

    # --- background work and applications

    def register_background(self, obj: Object, row: CallRow, site: CallSite) -> None:
        """Work that start-up code hands to a thread, timer or loop."""
        self.hosts[site.context] = None
        trigger = row.trigger or Trigger.THREAD
        entry = _background_row(trigger)
        function = obj.function if isinstance(obj, Bound) else obj
        if isinstance(function, FunctionObject):
            server = self._entry(entry, function.body, function.module, function.symbol, "", "")
        else:
            server = self._server(entry, f"{site.context.symbol}:{site.span.line}", site.context.module)
            if isinstance(obj, Partial):
                self._register_function(obj, entry, site, "", "")
        inner = site.with_args(site.args)
        inner.context = server
        inner.phase = SERVING
        self.call(obj, inner)

    def register_loop(self, context: Context, op: Call | Invoke) -> None:
        """A call in an endless loop of start-up code is background work of the process."""
        site = self.call_site(context, op)
        site.context = self._entry(LOOP, context.body, context.module, context.symbol, "", "")
        site.phase = SERVING
        site.target = DROPPED
        if isinstance(op, Call):
            self.each(self.node(context, op.callee), lambda callee: self.call(callee, site))
        else:
            self.each(self.node(context, op.base), lambda base: self.invoke(base, op.name, site))

    def application_made(self, dotted: str, obj: Object) -> None:
        """An application object of a framework, for proxies such as `current_app`."""
        self.solver.add(self._applications(dotted), obj)

    def add_application(self, dotted: str, target: Node) -> None:
        """`target` may be any application object of this class, or an attribute of one."""
        owner, _, part = dotted.rpartition(".")
        if self.models.is_application(owner) and not self.models.is_application(dotted):
            context = self.module_context(self.modules.all[0])
            self.each(self._applications(owner), lambda app: self.load_attribute(app, part, target, context, NOWHERE))
        else:
            self.solver.edge(self._applications(dotted), target)

    def _applications(self, dotted: str) -> Node:
        node = self.applications.get(dotted)
        if node is None:
            node = self.applications[dotted] = Node()
        return node

    def made(self, dotted: str, site: CallSite) -> External:
        """What a call of a library name gives; application objects are remembered."""
        found = super().made(dotted, site)
        if self.models.is_application(dotted) and site.phase == STARTUP:
            for name in (dotted, *self.models.bases(dotted)):
                self.application_made(name, found)
        return found

    def _call_on(self, function: Object, receiver: Object, site: CallSite) -> None:
        if isinstance(function, FunctionObject):
            self.call_function(function, receiver, site)


def _outer_names_called(function: FunctionObject) -> tuple[str, ...]:
    """Parameters of the function around a closure that the closure calls."""
    outer = function.environment.body
    if outer.kind != "function":
        return ()
    called = {op.callee for op in function.body.ops if isinstance(op, Call)}
    return tuple(param.name for param in outer.params if param.name in called)


def _param_type(row: EntryRow, index: int, name: str) -> str:
    """The dotted class of a handler parameter, "" where the framework's rows do not say."""
    by_name = dict(row.param_names).get(name, "")
    return by_name or (row.param_types[index] if index < len(row.param_types) else "")


def _with_methods(row: EntryRow, name: str) -> EntryRow:
    return row if not name.startswith("__") else _row_with(row, name)


@lru_cache(maxsize=256)
def _row_with(row: EntryRow, name: str) -> EntryRow:
    return EntryRow(
        id=row.id, form=row.form, trigger=row.trigger, phase=row.phase, methods=(name,), instance=row.instance,
        param_types=row.param_types, params=row.params,
    )  # fmt: skip


@lru_cache(maxsize=64)
def _serving(row: EntryRow) -> EntryRow:
    return msgspec.structs.replace(row, phase=Phase.SERVING)


@lru_cache(maxsize=16)
def _background_row(trigger: Trigger) -> EntryRow:
    return EntryRow(id=f"background-{trigger.value}", form=Form.CALL, trigger=trigger, phase=Phase.BACKGROUND)


LOOP = EntryRow(id="endless-loop", form=Form.CALL, trigger=Trigger.TASK, phase=Phase.BACKGROUND)
LIBRARY_CALLS = EntryRow(id="library-calls", form=Form.CALL, trigger=Trigger.CALLBACK)

__all__ = ["EntryPoint", "ModuleObject", "Registration", "Span"]
