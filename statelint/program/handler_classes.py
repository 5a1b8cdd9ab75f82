"""Classes whose methods are entry points: by a library base, a mark, or a row that names the class."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable
from functools import lru_cache

import msgspec

from statelint.domain.words import Phase, Trigger
from statelint.facts.model import Bind, Const, SetAttr
from statelint.models.rows import EntryRow
from statelint.models.rows import Instance as Lifetime
from statelint.program.core import CallSite
from statelint.program.entry_points import pattern
from statelint.program.handler_instances import HandlerInstances
from statelint.program.objects import DROPPED, STARTUP, ClassObject, FunctionObject, Instance, Node, Object, Wrapped
from statelint.program.wrappers import is_unknown_wrapper, wrapped_function

VERB = r"(get|post|put|patch|delete|head|options|trace)"
NAMED_AFTER_VERB = re.compile(rf"{VERB}|(?:on_|do_){VERB}(?:_\w+)?")
HANDLER_METHODS = re.compile(r"__call__|dispatch|get|post|put|patch|delete|head|options")


class HandlerClasses(HandlerInstances):
    """Registers methods of classes."""

    class_routes: dict[tuple[str, ClassObject], str]
    waiting_handlers: list[Callable[[], None]]

    @abstractmethod
    def register(
        self, handler: Object, row: EntryRow, site: CallSite, route: str = "", method: str = "", depth: int = 0
    ) -> None:
        """A handler object of any kind becomes an entry point, once per row."""

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
                    self.register_method(cls, value, row, route, self.verb(row, name))
                case Wrapped(function=function):
                    self.each(function, found)
                case _:
                    pass

        self.each(member.field(name), found)

    def verb(self, row: EntryRow, name: str) -> str:
        """The HTTP method after which a handler method is named, else that of the row."""
        if row.trigger is Trigger.HTTP and (match := NAMED_AFTER_VERB.fullmatch(name.lower())):
            return next(group for group in match.groups() if group).upper()
        return row.method

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
        server = self.server(row, cls.symbol, cls.module)
        site = CallSite(server, cls.body.span, [Node()], {}, Node())
        decorator = Node()
        self.each(
            self.lookup(cls, row.decorators), lambda listed: self.iterate(listed, decorator, server, cls.body.span)
        )
        self.each(decorator, lambda obj: self.call(obj, site))
        self.each(site.target, lambda obj: self.register(obj, _serving(row), site))

    def register_method(
        self, cls: ClassObject, function: FunctionObject, row: EntryRow, route: str, method: str
    ) -> None:
        """A method that the framework calls on an instance of its own or on one that the program made."""
        if is_unknown_wrapper(function) and self.first_time("wrapped", cls, function, row.id):
            self.waiting_handlers.append(lambda: self.register_method(cls, function, row, route, method))
            return
        declared = wrapped_function(function)
        symbol = f"{cls.module.name}.{cls.body.qualname}.{declared.body.name}"
        if declared.owner is not None and declared.owner is not cls:
            symbol = declared.symbol
        route = route or self.class_routes.get((row.id, cls), "")
        server = self.entry(row, declared.body, declared.module, symbol, route, method)
        if any(text == "classmethod" for text in function.body.decorators):
            self.serve(function, cls, row, server)
            return
        made_per_request = row.instance is Lifetime.PER_REQUEST and row.phase is not Phase.STARTUP
        if made_per_request and not self.has_one_instance(cls, row):
            self.serve(function, self.handler_instance(cls, row, server), row, server)
            return
        if row.instance is not Lifetime.OF_PROGRAM:
            self.shared_handlers[cls] = row if row.instance is Lifetime.PER_CONNECTION else None

        def on(obj: Object) -> None:
            if isinstance(obj, Instance) and self.first_time("serve", function, obj, row.id):
                self.serve(function, obj, row, server)

        self.each(cls.instances, on)

    def register_class(self, cls: ClassObject, row: EntryRow, site: CallSite, route: str) -> None:
        """A handler class, once its bases are known."""
        if row.init_method:
            for argument in (*site.args, *site.keywords.values()):
                self.each(argument, lambda options: self.initialise_with(cls, options, row, site))
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
        if not row.handler_methods and row.trigger is Trigger.DEPENDENCY:
            self.each(self.lookup(cls, "__init__"), lambda init: self._made_for_requests(cls, init, row))

    def _made_for_requests(self, cls: ClassObject, init: Object, row: EntryRow) -> None:
        """A class that the framework calls for each request: its constructor is an entry point."""
        if isinstance(init, FunctionObject):
            symbol = f"{cls.module.name}.{cls.body.qualname}.{init.body.name}"
            self.handler_instance(cls, row, self.entry(row, init.body, init.module, symbol, "", ""))

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
