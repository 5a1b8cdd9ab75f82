"""What a framework gives to a handler: request objects, services, and the application itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from statelint.facts.model import Param
from statelint.models.rows import EntryRow
from statelint.models.tables import REQUEST
from statelint.program.classes import PLAIN_BASES
from statelint.program.core import NOWHERE, CallSite
from statelint.program.definitions import ONE_VALUE
from statelint.program.entry_points import EntryPoints
from statelint.program.objects import (
    DROPPED,
    SERVING,
    STARTUP,
    ClassObject,
    Container,
    Context,
    External,
    FunctionObject,
    Node,
    Object,
)


class HandlerArguments(EntryPoints):
    """Fills the parameters of handlers."""

    provided: dict[ClassObject, Node]
    waiting_handlers: list[Callable[[], None]]
    applications: dict[str, Node]
    host_applications: dict[str, External]

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
        target = self.external_child(self.request_object(owner, context), owner, attribute)
        if isinstance(value, Container):
            for key, node in tuple(value.slots.items()):
                self.solver.edge(node, target.field(str(key)))

    def give_requests(self, context: Context, function: FunctionObject, row: EntryRow, receiver: Object | None) -> None:
        """Parameters that the framework fills: request objects by position, others by annotation."""
        params = [param for param in function.body.params if param.kind in ONE_VALUE]
        if receiver is not None:
            params = params[1:]
        for index, param in enumerate(params):
            dotted = _param_type(row, index, param.name)
            node = context.local(param.name)
            annotated = self.node(function.environment, param.annotation)
            if dotted or annotated is None:
                if not param.has_default or dotted:
                    self._framework_value(dotted or REQUEST, node, context)
            elif annotated.objects:
                self._annotate(annotated, node, context)
            else:  # the module of its class may not be linked yet
                self.waiting_handlers.append(partial(self._give_late, param, annotated, node, context))

    def _give_late(self, param: Param, annotated: Node, target: Node, context: Context) -> None:
        if annotated.objects:
            self._annotate(annotated, target, context)
        elif not param.has_default:
            self._framework_value(REQUEST, target, context)

    def _annotate(self, annotated: Node, target: Node, context: Context) -> None:
        self.each(annotated, lambda obj: self._annotated(obj, target, context))

    def _annotated(self, annotation: Object, target: Node, context: Context) -> None:
        if isinstance(annotation, External) and not annotation.made:
            self._framework_value(annotation.dotted, target, context)
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

    def _framework_value(self, dotted: str, target: Node, context: Context) -> None:
        """An application object, or an object that belongs to one request."""
        if (application := self.application_class(dotted)) is not None:
            self.add_application(application, target)
        else:
            self.solver.add(target, self.request_object(dotted, context))

    def application_class(self, dotted: str) -> str | None:
        """The application class that a library name is or stands for."""
        return dotted if self.models.is_application(dotted) else self.models.proxy(dotted)

    def request_object(self, dotted: str, context: Context) -> External:
        """An object that belongs to one request."""
        key = ("request", dotted)
        found = self.externals.get(key)
        if found is None:
            found = External(self.models.canonical(dotted), self.site(context, context.body.span), SERVING)
            found.made = True
            self.externals[key] = found
        return found

    # --- application objects

    def made(self, dotted: str, site: CallSite) -> External:
        """What a call of a library name gives; application objects are remembered."""
        found = super().made(dotted, site)
        if self.models.is_application(dotted) and site.phase == STARTUP and site.target is not DROPPED:
            for name in (dotted, *self.models.bases(dotted)):
                self.application_made(name, found)
            self.keep_settings(found, dotted, site)
        return found

    def keep_settings(self, application: Object, dotted: str, site: CallSite) -> None:
        """Keywords that an application is made with are items of its settings."""
        if (attribute := self.models.settings.keywords.get(dotted)) is None:
            return
        settings = self.content_of(self.external_child(application, dotted, attribute))
        if settings is not None:
            self.fill_mapping(settings, site)

    def application_made(self, dotted: str, obj: Object) -> None:
        """An application object of a framework, for proxies such as `current_app`."""
        self.solver.add(self._applications(dotted), obj)

    def make_host_application(self, dotted: str) -> None:
        """The application of whoever installs an extension that makes none itself."""
        host = self.host_applications[dotted] = External(dotted, None, STARTUP)
        host.made = True
        for name in (dotted, *self.models.bases(dotted)):
            self.application_made(name, host)

    def add_application(self, dotted: str, target: Node) -> None:
        """`target` may be any application object of this class, an attribute of one, or a part of each request."""
        owner, _, part = dotted.rpartition(".")
        if self.models.is_request_object(dotted):
            self.solver.add(target, self.request_object(dotted, self.module_context(self.modules.all[0])))
        elif self.models.is_application(owner) and not self.models.is_application(dotted):
            context = self.module_context(self.modules.all[0])
            self.each(self._applications(owner), lambda app: self.load_attribute(app, part, target, context, NOWHERE))
        else:
            self.solver.edge(self._applications(dotted), target)

    def _applications(self, dotted: str) -> Node:
        node = self.applications.get(dotted)
        if node is None:
            node = self.applications[dotted] = Node()
        return node


def _param_type(row: EntryRow, index: int, name: str) -> str:
    """The dotted class of a handler parameter, "" where the framework's rows do not say."""
    by_name = dict(row.param_names).get(name, "")
    return by_name or (row.param_types[index] if index < len(row.param_types) else "")
