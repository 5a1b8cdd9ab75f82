"""Instances of handler classes: made by the framework for each request, or shared by all."""

from __future__ import annotations

from statelint.facts.model import Bind, Const
from statelint.models.rows import EntryRow
from statelint.program.core import CallSite
from statelint.program.handler_arguments import HandlerArguments
from statelint.program.items import is_mapping
from statelint.program.objects import (
    DROPPED,
    SERVING,
    STARTUP,
    ClassObject,
    Container,
    Context,
    FunctionObject,
    Instance,
    Node,
    Object,
)


class HandlerInstances(HandlerArguments):
    """Makes the objects on which a framework calls methods."""

    shared_handlers: dict[ClassObject, EntryRow | None]  # the row where the framework makes one for each connection
    handler_instances: dict[ClassObject, Node]
    handler_options: dict[tuple[ClassObject, Container], str]

    def has_one_instance(self, cls: ClassObject, row: EntryRow) -> bool:
        """Whether a class attribute tells the framework to make one instance for all requests."""
        owner = self.defining(cls, row.instance_switch) if row.instance_switch else None
        return owner is not None and any(
            type(op) is Bind and op.name == row.instance_switch and op.source == Const(value=False)
            for op in owner.body.ops
        )

    def handler_instance(self, cls: ClassObject, row: EntryRow, server: Context | None = None) -> Instance:
        """The instance that the framework makes for one request, as part of the entry point `server`."""
        key = ("handler", cls)
        found = self.instances.get(key)
        if found is None:
            server = server or self.server(row, cls.symbol, cls.module)
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

    def made_by_framework(self, cls: ClassObject, site: CallSite) -> None:
        """The framework makes instances of a class with these arguments: one now, or one for each request."""
        inner = site.with_args(site.args)
        inner.phase = SERVING
        handlers = self.handler_instances.setdefault(cls, Node())
        self.each(handlers, lambda obj: self.initialise(obj, inner) if isinstance(obj, Instance) else None)
        if cls in self.shared_handlers and site.phase == STARTUP:
            self.construct(cls, site)

    def initialise_with(self, cls: ClassObject, options: Object, row: EntryRow, site: CallSite) -> None:
        """The framework calls `initialize(**options)` of a handler class, with options given at registration."""
        if not isinstance(options, Container) or not is_mapping(options):
            return
        if (owner := self.defining(cls, row.init_method)) is None:
            return
        if options.phase == STARTUP:
            self.handler_options[cls, options] = row.init_method
        node = Node()
        self.solver.add(node, options)
        inner = CallSite(self.server(row, cls.symbol, cls.module), site.span, [], {}, DROPPED)
        inner.double_star = node
        receiver = self.handler_instance(cls, row)
        self.each(owner.field(row.init_method), lambda function: self.call_on(function, receiver, inner))

    def call_on(self, function: Object, receiver: Object, site: CallSite) -> None:
        """Call a function with an object as its receiver."""
        if isinstance(function, FunctionObject):
            self.call_function(function, receiver, site)
