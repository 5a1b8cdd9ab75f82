"""Registration: the calls and stores by which a program tells a framework of code to call, from `rules/frameworks`."""

from __future__ import annotations

from collections.abc import Iterable

from statelint.domain.words import Phase, Trigger
from statelint.facts.model import Const, Operand, Role, Span
from statelint.models.rows import EntryRow, Form
from statelint.program.core import CallSite
from statelint.program.entry_points import pattern
from statelint.program.handed_out import HandedOut
from statelint.program.handlers import Handler
from statelint.program.objects import (
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
    Node,
    Object,
    Partial,
    Property,
    Wrapped,
)

HANDLER_KEYWORDS = ("handler", "callback", "view_func", "f", "func", "dependencies")


class Registration(HandedOut):
    """Finds entry points while calls are linked."""

    unmarked: dict[Node, dict[Object, frozenset[str]]]  # members that wait, with the markers asked for
    asked: list[CallSite]
    tested: list[CallSite]  # calls of `isinstance`
    spelled: list[tuple[CallSite, int | str]]  # arguments that are names of modules
    plugins: set[ModuleObject]  # modules imported by a name that the program puts together

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
            elif row.form is Form.CALL and not callee.made and self._fits_route(row, site):
                site.registers = site.phase == STARTUP or row.phase is Phase.STARTUP
                self._register_arguments(callee, row, site)
        return handled

    def _register_decorator(self, callee: External, row: EntryRow, site: CallSite) -> bool:
        if callee.made:
            origin = callee.call if isinstance(callee.call, CallSite) else site
            route, method = self._route(row, origin, callee.dotted)
            self._decorate(row, site, route, method)
            return True
        if site.role == Role.DECORATOR:
            self._decorate(row, site, *self._route(row, site, callee.dotted))
        else:
            self.each(site.argument(0), lambda obj: self._decorate_called(obj, callee, row, site))
        self.solver.add(site.target, self.made_here(callee.dotted, site))
        for name, argument in site.keywords.items():
            if name in (row.handler or HANDLER_KEYWORDS):
                route, method = self._route(row, site, callee.dotted)
                self.each(argument, lambda obj: self.register(obj, row, site, route, method))  # noqa: B023
        return True

    def _decorate_called(self, obj: Object, callee: External, row: EntryRow, site: CallSite) -> None:
        """`app.before_request(f)`: a decorator, called as a function."""
        if isinstance(obj, Handler) and self.first_time("decorated", callee, row.id, site.context, site.span):
            self._decorate(row, site, *self._route(row, site, callee.dotted))

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
        self.solver.add(node, self.request_object(row.adds_to, site.context))
        return node

    def _add_to_requests(self, row: EntryRow, site: CallSite, call: CallSite) -> None:
        """`add_request_method(function, name)`: from now on `request.name`."""
        request = self.request_object(row.adds_to, site.context)
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
        if name in self.models.handler_attributes and source is not None:
            match base:
                case External(dotted=dotted):
                    self._register_attribute((dotted,), name, source, context, span)
                case Instance(cls=cls):
                    self._register_attribute(self.external_bases(cls), name, source, context, span)

    def class_made(self, cls: ClassObject) -> None:
        """A subclass of an application may name such handlers in its body."""
        super().class_made(cls)
        names = self.models.handler_attributes & cls.body.names
        if names and (bases := self.external_bases(cls)):
            for name in sorted(names):
                context = self.module_context(cls.module)
                self._register_attribute(bases, name, cls.field(name), context, cls.body.span)

    def _register_attribute(
        self, classes: Iterable[str], name: str, source: Node, context: Context, span: Span
    ) -> None:
        rows = {row.id: row for dotted in classes for row in self.models.entries_for_callable(f"{dotted}.{name}")}
        for row in rows.values():
            if row.form is Form.ATTRIBUTE:
                site = CallSite(context, span, [], {}, Node())
                self.each(source, lambda obj, to=row, at=site: self.register(obj, to, at))  # type: ignore[misc]

    def store_item(self, base: Object, key: Operand, source: Node | None, context: Context, span: Span) -> None:
        """`base[key] = source`, which may register a handler."""
        super().store_item(base, key, source, context, span)
        if isinstance(base, External) and source is not None:
            for row in self.models.entries_for_callable(base.dotted):
                if row.form is Form.ITEM:
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

    def _fits_route(self, row: EntryRow, site: CallSite) -> bool:
        if not row.route_fits:
            return True
        given = next((text for which in row.route if (text := self.text_given(site, which))), "")
        return pattern(row.route_fits).fullmatch(given) is not None

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
            names = self.literals(site.context, self.operand(site, which))
            if names:
                return names[0].upper() if len(names) == 1 else ""
        return ""
