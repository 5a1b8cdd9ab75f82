"""Operations of facts as constraints: one method per operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from statelint.facts.model import (
    Attr,
    Bind,
    Call,
    Catch,
    Combine,
    Const,
    Declare,
    Enter,
    How,
    Import,
    ImportFrom,
    ImportStar,
    Invoke,
    Item,
    Iterate,
    MakeClass,
    MakeFunction,
    Move,
    New,
    Op,
    Raise,
    Return,
    SetAttr,
    SetItem,
    Span,
    Spread,
    Yield,
    YieldFrom,
)
from statelint.program.attributes import deep_name
from statelint.program.calls import SENT
from statelint.program.core import CallSite
from statelint.program.definitions import definitions_of
from statelint.program.objects import (
    DROPPED,
    SERVING,
    ClassObject,
    Container,
    Context,
    Edge,
    External,
    FunctionObject,
    Instance,
    ModuleObject,
    Namespace,
    Node,
    Object,
    Text,
)
from statelint.program.operators import changes_in_place
from statelint.program.solver import LIMITED
from statelint.program.texts import Texts

MOST_RECEIVERS = 8  # things that a receiver may be, before a call of its method is a guess
KEPT_OPERATORS = frozenset({"+", "|", "&", "-", "slice", "*", "^"})


class Operations(Texts):
    """Links contexts."""

    def link(self, context: Context) -> None:
        """Turn every operation of a context into constraints."""
        self._link_defaults(context)
        for temporary, name in context.body.aliases:
            if name not in context.body.global_names:
                context.temporaries[temporary] = self.name_node(context, name)
        handlers = self._handlers
        for op in context.body.ops:
            handlers[type(op)](self, context, op)

    def _link_defaults(self, context: Context) -> None:
        enclosing = context.environment
        if enclosing is None:
            return
        for param in context.body.params:
            if param.has_default and (default := self.node(enclosing, param.default)) is not None:
                self.solver.edge(default, context.local(param.name))

    def _do_bind(self, context: Context, op: Bind) -> None:
        target = self.name_node(context, op.name)
        source = self.node(context, op.source)
        if context.body.kind == "class" and op.source == op.name:  # `x = x` in a class body reads the outer x
            source = self.outer_node(context, op.name)
        if source is not None:
            self.solver.edge(source, target)

    def _do_move(self, context: Context, op: Move) -> None:
        if (source := self.node(context, op.source)) is not None:
            self.solver.edge(source, context.temporary(op.target))

    def _do_attr(self, context: Context, op: Attr) -> None:
        target = context.temporary(op.target)
        span = Span(op.line, op.column, op.line, op.column)
        self.each(self.node(context, op.base), lambda base: self.load_attribute(base, op.name, target, context, span))

    def _do_set_attr(self, context: Context, op: SetAttr) -> None:
        source = self.node(context, op.source)
        if op.how != How.DELETE:
            self.each(
                self.node(context, op.base),
                lambda base: self.store_attribute(base, op.name, source, context, op.span),
            )

    def _do_item(self, context: Context, op: Item) -> None:
        target = context.temporary(op.target)
        span = Span(op.line, op.column, op.line, op.column)
        base_node = self.node(context, op.base)
        self.each_literal(
            context,
            op.key,
            lambda key: self.each(
                base_node,
                lambda base: (
                    None if _tells_nothing(base, base_node) else self.load_item(base, key, target, context, span)
                ),
            ),
        )

    def _do_set_item(self, context: Context, op: SetItem) -> None:
        source = self.node(context, op.source)
        pair = self._getattr_with_key(context, op)
        key = self.literal(context, op.key)
        if op.how == How.DELETE:
            site = CallSite(context, op.span, [self.node(context, op.key)], {}, DROPPED)
            self.each(self.node(context, op.base), lambda base: self._delete_item(base, site))
            return
        self.each(
            self.node(context, op.base),
            lambda base: (
                self._store_named(base, op, pair, context)
                if pair is not None and isinstance(base, Namespace)
                else self.store_item(base, key, source, context, op.span)
            ),
        )

    def _getattr_with_key(self, context: Context, op: SetItem) -> Call | None:
        """`globals()[name] = getattr(x, name)`: each name keeps its own attribute."""
        for definition in definitions_of(context.body).get(op.source, ()):
            if isinstance(definition, Call) and definition.callee == "getattr" and len(definition.args) > 1:
                if definition.args[1] == op.key:
                    return definition
        return None

    def _store_named(self, base: Namespace, op: SetItem, pair: Call | None, context: Context) -> None:
        if pair is None:
            return

        def named(value: Object) -> None:
            if not isinstance(value, Text):
                return
            found = Node()
            self.each(
                self.node(context, pair.args[0]),
                lambda owner: self.load_attribute(owner, value.value, found, context, op.span),
            )
            self.store_attribute(base.owner, value.value, found, context, op.span)

        self.each(self.node(context, op.key), named)

    def _delete_item(self, base: Object, site: CallSite) -> None:
        if isinstance(base, Instance) and self.defining(base.cls, "__delitem__") is not None:
            self.call_method(base, "__delitem__", site)
        elif isinstance(base, Container):
            self.lose_places(base)

    def call_site(self, context: Context, op: Call | Invoke) -> CallSite:
        """The arguments of a call as nodes."""
        site = CallSite(
            context,
            op.span,
            [self.node(context, argument) for argument in op.args],
            {name: self.node(context, value) for name, value in op.keywords},
            context.temporary(op.target),
            op.role,
        )
        site.operands = op
        site.star = self.node(context, op.star)
        site.double_star = self.node(context, op.double_star)
        return site

    def _do_call(self, context: Context, op: Call) -> None:
        site = self.call_site(context, op)
        node = self.node(context, op.callee)
        self.each(node, lambda callee: None if _tells_nothing(callee, node) else self.call(callee, site))

    def _do_invoke(self, context: Context, op: Invoke) -> None:
        if op.name == "format" and isinstance(op.base, Const) and isinstance(op.base.value, str):
            self.begins(context.temporary(op.target), [op.base.value.partition("{")[0]])
        base_node = self.node(context, op.base)
        if base_node is None:
            return
        name, site = op.name, self.call_site(context, op)
        guess: CallSite | None = None

        def received(base: Object) -> None:
            nonlocal guess
            if len(base_node.objects) <= MOST_RECEIVERS:
                self.invoke(base, name, site)
                return
            if _tells_nothing(base, base_node):
                return
            if guess is None:
                guess = self.call_site(context, op)
                guess.likely = True
            self.invoke(base, name, guess)

        self.each(base_node, received)

    def invoke(self, base: Object, name: str, site: CallSite) -> None:
        """`base.name(...)` without making the bound method an object where that is not needed."""
        if isinstance(base, Container):
            self.call_container_method(base, name, site)
        elif isinstance(base, Text):
            self.split_name(base, name, site)
        elif isinstance(base, External) and base.is_blurred and not self.models.matters(deep_name(base, name)):
            self.call_blurred(base, site)
        else:
            method = Node()
            self.load_attribute(base, name, method, site.context, site.span)
            self.each(method, lambda callee: self.call(callee, site))
            if isinstance(base, Instance) and self.defining(base.cls, name) is None:
                self._invoke_content(base, name, site)

    def _invoke_content(self, base: Instance, name: str, site: CallSite) -> None:
        content = self.content_of(base)
        if content is not None and content.row is not None and content.row.qualified[0] != "builtins.object":
            row = content.row
            if name in row.mutators or name in row.readers or name in row.elements:
                self.call_container_method(content, name, site)

    def _do_new(self, context: Context, op: New) -> None:
        container = self.container(op.kind, context, op.span, tag=op.target)
        self.solver.add(context.temporary(op.target), container)
        if op.keys:
            for key, value in zip(op.keys, op.values, strict=True):
                self.store_element(container, key, self.node(context, key), self.node(context, value))
            return
        fixed = op.kind in {"tuple", "list"}
        for index, value in enumerate(op.values):
            key = Const(index) if fixed else None
            self.store_element(container, key, None, self.node(context, value))

    def _do_spread(self, context: Context, op: Spread) -> None:
        for target in tuple(context.temporary(op.target).objects):
            if isinstance(target, Container):
                site = CallSite(context, Span(0, 0, 0, 0), [], {}, DROPPED)
                self.each(self.node(context, op.source), lambda obj, to=target, at=site: self.merge(obj, to, at))  # type: ignore[misc]

    def _do_make_function(self, context: Context, op: MakeFunction) -> None:
        body = context.module.bodies[op.body]
        key = (body, context.module, context)
        function = self.functions.get((op.body, *key[1:]))
        if function is None:
            site = self.site(context, body.span)
            function = FunctionObject(body, context.module, site, context)
            function.owner = context.cls
            function.makes_closures = op.body in context.module.enclosing
            self.functions[(op.body, *key[1:])] = function
            self.function_made(function)
        self.solver.add(context.temporary(op.target), function)

    def function_made(self, function: FunctionObject) -> None:
        """Hook for those who look for entry points by shape."""

    def _do_make_class(self, context: Context, op: MakeClass) -> None:
        body = context.module.bodies[op.body]
        key = (op.body, context.module, context)
        cls = self.classes.get(key)
        if cls is None:
            bases = [node for base in op.bases if (node := self.node(context, base)) is not None]
            cls = ClassObject(body, context.module, self.site(context, body.span), context, bases)
            self.classes[key] = cls
            cls.keywords = {name: node for name, value in op.keywords if (node := self.node(context, value))}
            own = Context(body, context.module, context.phase, context, None)
            own.cls = cls
            self.contexts[("class", *key)] = own
            context.add_call(Edge(context, own, body.span))
            self.link(own)
            made = cls
            for node in bases:
                self.each(node, lambda base: self._base_found(made, base))
            self.class_made(cls)
        self.solver.add(context.temporary(op.target), cls)

    def _base_found(self, cls: ClassObject, base: Object) -> None:
        if isinstance(base, ClassObject):
            base.subclasses[cls] = None
            for instance in tuple(cls.instances.objects):
                self.solver.add(base.instances, instance)
            self._init_subclass(cls, base)
        if isinstance(base, ClassObject | External):
            self.bases_changed(cls)
            self.class_made(cls)
            for member in self._subclasses(cls):
                self.class_made(member)

    def _init_subclass(self, cls: ClassObject, base: ClassObject) -> None:
        owner = self.defining(base, "__init_subclass__")
        if owner is not None:
            site = CallSite(cls.context, cls.body.span, [], dict(cls.keywords), DROPPED)
            self.each(owner.field("__init_subclass__"), lambda function: self._call_hook(function, cls, site))

    def _call_hook(self, function: Object, cls: ClassObject, site: CallSite) -> None:
        if isinstance(function, FunctionObject):
            self.call_function(function, cls, site)

    def _do_return(self, context: Context, op: Return) -> None:
        if (source := self.node(context, op.source)) is not None:
            self.solver.edge(source, context.result)

    def _do_yield(self, context: Context, op: Yield) -> None:
        if (source := self.node(context, op.source)) is not None:
            self.solver.edge(source, context.yields)
            self.solver.edge(source, context.temporary(op.target))
        self.solver.edge(context.local(SENT), context.temporary(op.target))

    def _do_yield_from(self, context: Context, op: YieldFrom) -> None:
        target = context.temporary(op.target)
        span = Span(op.line, 1, op.line, 1)

        def delegate(source: Object) -> None:
            self.iterate(source, context.yields, context, span)
            if not isinstance(source, Container):
                self.solver.add(target, source)

        self.each(self.node(context, op.source), delegate)

    def _do_iterate(self, context: Context, op: Iterate) -> None:
        target = context.temporary(op.target)
        span = Span(op.line, 1, op.line, 1)
        self.each(self.node(context, op.source), lambda source: self.iterate(source, target, context, span))

    def _do_enter(self, context: Context, op: Enter) -> None:
        target = context.temporary(op.target)
        self.each(self.node(context, op.source), lambda source: self.enter(source, target, context, op.span))

    def _do_import(self, context: Context, op: Import) -> None:
        target = self.name_node(context, op.name)
        dotted = op.module.rstrip()
        wanted = op.bound
        if copy := self.vendored(context.module, wanted, 0):
            self.solver.add(target, self.external(copy))
            return
        found = self.import_target(context.module, wanted, 0)
        if found is None and wanted != dotted and self.import_target(context.module, dotted, 0) is not None:
            found = self.module_at((wanted,))
        self.solver.add(target, found if found is not None else self.external(wanted))

    def _do_import_from(self, context: Context, op: ImportFrom) -> None:
        target = self.name_node(context, op.name)
        inner = f"{op.module}.{op.member}" if op.module else op.member
        if copy := self.vendored(context.module, op.module, op.level) if op.module else "":
            self.solver.add(target, self.external(f"{copy}.{op.member}"))
            return
        if copy := self.vendored(context.module, inner, op.level):
            self.solver.add(target, self.external(copy))
            return
        source = self.import_target(context.module, op.module, op.level)
        if source is None:
            if not op.level:
                self.load_library_name(f"{op.module}.{op.member}", target)
            return
        self._load_member(source, op.member, target, context, op.line)

    def _load_member(self, source: ModuleObject, member: str, target: Node, context: Context, line: int) -> None:
        if source.module is context.module and (child := self.module_at((*source.module.parts, member))) is not None:
            self.solver.add(target, child)
            return
        self.load_attribute(source, member, target, context, Span(line, 1, line, 1))

    def _do_import_star(self, context: Context, op: ImportStar) -> None:
        del context, op  # names are looked up through the star when they are used

    def _do_combine(self, context: Context, op: Combine) -> None:
        operator = op.operator.removesuffix("=") if op.operator[-1:] == "=" else op.operator
        target = context.temporary(op.target)
        self.operator_methods(context, op, target)
        if op.operator in {"+", "f", "%"}:
            self.concatenated(context, op, target)
        if operator not in KEPT_OPERATORS:
            return
        span = Span(op.line, op.column, op.line, op.column)
        in_place = operator != op.operator
        site = CallSite(context, span, [], {}, target)
        for index, operand in enumerate(op.operands):
            first = index == 0
            self.each(
                self.node(context, operand),
                lambda obj, first=first: self._combined(obj, in_place=in_place, first=first, site=site, op=op),  # type: ignore[misc]
            )

    def _combined(self, obj: Object, *, in_place: bool, first: bool, site: CallSite, op: Combine) -> None:
        if not isinstance(obj, Container):
            return
        if in_place and first:
            if changes_in_place(obj.row, op.operator):
                self.solver.add(site.target, obj)
            return
        if in_place:
            self.each(
                site.target,
                lambda target: (
                    self.merge(obj, target, site) if isinstance(target, Container) and target is not obj else None
                ),
            )
            return
        new = self.container(obj.kind, site.context, site.span, tag=op.target)
        if op.operator == "slice":
            self.pour_slice(obj, op.operands[1:], new, site)
        elif op.operator == "*" or (op.operator == "+" and not first):
            self.pour_elements(obj, new, site)
        else:
            self.pour(obj, new, site)
        self.solver.add(site.target, new)

    def _do_raise(self, context: Context, op: Raise) -> None:
        site = CallSite(context, op.span, [], {}, Node())
        self.each(
            self.node(context, op.source),
            lambda obj: self.instantiate(obj, site) if isinstance(obj, ClassObject) else None,
        )

    def _do_catch(self, context: Context, op: Catch) -> None:
        target = context.temporary(op.target)

        def error(obj: Object) -> None:
            if obj.phase == context.phase:
                self.solver.add(target, obj)

        def one(kind: Object) -> None:
            if isinstance(kind, ClassObject):
                self.each(kind.instances, error)

        def one_or_more(kind: Object) -> None:
            one(kind)
            if isinstance(kind, Container):
                self.each(kind.all, one)

        self.each(self.node(context, op.source), one_or_more)

    def _do_declare(self, context: Context, op: Declare) -> None:
        """Annotations are read later, where nothing else is known."""

    _handlers: Mapping[type[Op], Callable[[Any, Context, Any], None]] = {
        Bind: _do_bind, Move: _do_move, Attr: _do_attr, SetAttr: _do_set_attr, Item: _do_item, SetItem: _do_set_item,
        Call: _do_call, Invoke: _do_invoke, New: _do_new, MakeFunction: _do_make_function,
        MakeClass: _do_make_class, Return: _do_return, Yield: _do_yield, YieldFrom: _do_yield_from,
        Iterate: _do_iterate, Enter: _do_enter, Import: _do_import, ImportFrom: _do_import_from,
        ImportStar: _do_import_star, Combine: _do_combine, Spread: _do_spread,
        Declare: _do_declare, Raise: _do_raise, Catch: _do_catch,
    }  # fmt: skip


def _tells_nothing(obj: Object, node: Node | None) -> bool:
    """Whether a text, container or library value of one request is one of so many things that its parts say nothing."""
    return type(obj) in LIMITED and node is not None and len(node.objects) > MOST_RECEIVERS and obj.phase == SERVING
