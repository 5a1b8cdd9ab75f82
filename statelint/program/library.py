"""Calls of library names: built-ins with a meaning of their own, then the rows of `rules/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from statelint.domain.words import Phase
from statelint.facts.model import Call, Invoke, Operand, Role
from statelint.models.rows import CallRow, Returns
from statelint.program.core import CallSite
from statelint.program.items import CONTAINER_BASES, is_mapping
from statelint.program.objects import (
    DROPPED,
    SERVING,
    STARTUP,
    Bound,
    ClassObject,
    Container,
    External,
    FunctionObject,
    Instance,
    ModuleObject,
    Node,
    Object,
    Partial,
    Property,
    Text,
    TextPrefix,
    Wrapped,
)
from statelint.program.registration import Registration

IMPORT_LEVEL = 4  # position of the level in `__import__(name, globals, locals, fromlist, level)`
SHORTEST_PREFIX = 3  # of a string that chooses a method
MOST_NAMES = 24  # that one `getattr` may ask for, before they are data rather than names
MOST_LIBRARY_NAMES = 3  # likewise, of a library's object
MOST_HANDED = 16  # things that one argument of a library call may be, before it says nothing
CALLABLE = (FunctionObject, Bound, Partial, Instance)


class Library(Registration):
    """Links calls of library names."""

    def call_external(self, callee: External, site: CallSite) -> None:
        """Link a call of a library name, or of what such a call gave."""
        if self.register_call(callee, site):
            return
        if (application := self.models.proxy(f"{callee.dotted}()")) is not None:
            self.add_application(application, site.target)
            return
        special = SPECIAL.get(callee.dotted)
        if special is not None:
            special(self, callee, site)
            return
        if callee.made:
            self._call_made(callee, site)
            return
        if isinstance(callee.base, External | Instance) and callee.dotted.rpartition(".")[2] == "__init__":
            self._call_row_or_callbacks(callee.dotted.rpartition(".")[0], callee, site)
            return
        self._call_row_or_callbacks(callee.dotted, callee, site)

    def _call_made(self, callee: External, site: CallSite) -> None:
        """What a library call gave is called in turn: a decorator, a bound view, a weak reference."""
        if callee.dotted == "functools.wraps" or site.role == Role.DECORATOR:
            self._pass_through(site)
        if self.models.is_memo(callee.dotted):
            self._memoise(callee.dotted, site)
        if callee.content is not None:
            self.solver.edge(callee.content.all, site.target)
        self._hand_out(site)
        if site.role != Role.DECORATOR:
            self.solver.add(site.target, self.derived(callee, f"{callee.dotted.removesuffix('()')}()", site))

    def call_blurred(self, value: External, site: CallSite) -> None:
        """It may call what it is given, and gives another such value."""
        self._hand_out(site)
        self.solver.add(site.target, self.blurred(value, site.phase))

    def _call_row_or_callbacks(self, dotted: str, callee: External, site: CallSite) -> None:
        if self.models.is_memo(dotted):
            self._memoise(dotted, site)
            if site.args:
                return
        row = self.models.call_row(dotted)
        if row is not None:
            self._apply(row, dotted, callee, site)
            return
        kind = self.models.type_row(dotted)
        if kind is not None and kind.kind in CONTAINER_BASES:
            first = 1 if "defaultdict" in dotted else 0
            elements = site.argument(first) or site.argument("iterable")
            new = self.copied(elements, dotted.removeprefix("builtins."), site, "new")
            self._fill_mapping(new, site)
            self._default_factory(dotted, new, site)
            self.solver.add(site.target, new)
            return
        if site.role == Role.DECORATOR:
            self._pass_through(site)
        self._hand_out(site)
        if callee.dotted.startswith("builtins."):
            return
        self.solver.add(site.target, self.derived(callee, dotted, site))

    def _fill_mapping(self, new: Container, site: CallSite) -> None:
        """`dict(name=value, **more)`."""
        if not is_mapping(new):
            return
        for name, value in site.keywords.items():
            if value is not None:
                self.solver.edge(value, self.slot(new, name))
        self.each(site.double_star, lambda obj: self.merge(obj, new, site))

    def _default_factory(self, dotted: str, new: Container, site: CallSite) -> None:
        """`defaultdict(list)`: a missing key makes an element."""
        if "defaultdict" not in dotted:
            return
        inner = site.with_args([], {})
        inner.target = new.unknown
        self.each(site.argument(0), lambda factory: self.call(factory, inner))

    def _pass_through(self, site: CallSite) -> None:
        """A decorator of a library gives back what it decorates, for all that we can tell."""

        def passed(obj: Object) -> None:
            if isinstance(obj, FunctionObject | ClassObject | Bound | Property | Wrapped | Partial):
                self.solver.add(site.target, obj)

        self.each(site.argument(0), passed)

    def _memoise(self, dotted: str, site: CallSite) -> None:
        place = self.site(site.context, site.span)

        def memoised(obj: Object) -> None:
            if isinstance(obj, FunctionObject):
                obj.memo = (dotted, place)
                self.solver.add(site.target, obj)
            elif isinstance(obj, Bound):
                obj.function.memo = (dotted, place)
                self.solver.add(site.target, obj)

        if site.args:
            self.each(site.args[0], memoised)
        else:
            self.solver.add(site.target, self.made(dotted, site))

    def _apply(self, row: CallRow, dotted: str, callee: External, site: CallSite) -> None:
        self._apply_result(row, dotted, callee, site)
        for which in row.calls:
            self.each(site.argument(which), lambda obj, at=which: self._call_back(obj, row, at, site))  # type: ignore[misc]
        for which in row.runs if site.phase == STARTUP else ():
            self._run_coroutine(self.operand(site, which), row, site)
        for which in row.mutates:
            self._pour_arguments(which, site)

    def _apply_result(self, row: CallRow, dotted: str, callee: External, site: CallSite) -> None:
        source = site.argument(row.argument)
        match row.returns:
            case Returns.ARGUMENT if source is not None:
                self.solver.edge(source, site.target)
            case Returns.ARGUMENT | Returns.RECEIVER if callee.base is not None:
                self._give_receiver(callee.base, row, site)
            case Returns.COPY:
                kind = dotted.removeprefix("builtins.") if self.models.type_row(dotted) else "list"
                new = self.copied(source, kind, site)
                self._fill_mapping(new, site)
                self.solver.add(site.target, new)
                if dotted in {"copy.copy", "copy.deepcopy", "dataclasses.replace"}:
                    self.each(source, lambda obj: self._copy_object(obj, site))
            case Returns.ELEMENT:
                self.each(source, lambda obj: self.iterate(obj, site.target, site.context, site.span))
            case Returns.CALL:
                inner = site.with_args([], {})
                self.each(source, lambda function: self._call_for_value(function, inner))
            case Returns.NEW:
                self.solver.add(site.target, self.derived(callee, dotted, site))
            case _:
                self._iterable(row.returns, source, site)
        for which in row.calls:
            self.each(site.argument(which), lambda obj, at=which: self._call_back(obj, row, at, site))  # type: ignore[misc]
        for which in row.mutates:
            self._pour_arguments(which, site)

    def _iterable(self, returns: Returns, source: Node | None, site: CallSite) -> None:
        """A new iterable of the elements of the arguments."""
        match returns:
            case Returns.ELEMENTS:
                self.solver.add(site.target, self.gathered(source, "list", site))
            case Returns.MAPPED:
                self.solver.add(site.target, self.container("list", site.context, site.span, site.phase, "mapped"))
            case Returns.PAIRS:
                self.solver.add(site.target, self.zipped(list(site.args), site))
            case Returns.NUMBERED:
                self.solver.add(site.target, self.zipped([None, source], site))
            case Returns.CHAIN:
                self.solver.add(site.target, self.chained(list(site.args), site))
            case Returns.FLATTENED:
                self.solver.add(site.target, self.flattened(source, site))

    def _run_coroutine(self, operand: Operand, row: CallRow, site: CallSite) -> None:
        """`create_task(poll())` of start-up code: `poll` goes on while the application serves."""
        context = site.context
        made = self.made_by(context, operand)
        if not isinstance(made, Call | Invoke):
            return
        inner = self.call_site(context, made)
        inner.target = Node()
        if isinstance(made, Call):
            self.each(self.node(context, made.callee), lambda callee: self.register_background(callee, row, inner))
            return
        methods = Node()
        self.each(
            self.node(context, made.base),
            lambda base: self.load_attribute(base, made.name, methods, context, made.span),
        )
        self.each(methods, lambda callee: self.register_background(callee, row, inner))

    def _give_receiver(self, receiver: Object, row: CallRow, site: CallSite) -> None:
        self.solver.add(site.target, receiver)
        if row.constructs is not None and isinstance(receiver, ClassObject):
            inner = site.with_args(site.args[row.constructs :], site.keywords)
            inner.target = Node()
            self.made_by_framework(receiver, inner)

    def _call_for_value(self, function: Object, site: CallSite) -> None:
        """A proxy's factory, or the context variable that it reads."""
        if isinstance(function, External) and function.made:
            if (content := self.content_of(function)) is not None:
                self.solver.edge(content.all, site.target)
        else:
            self.call(function, site)

    def _pour_arguments(self, which: int | str, site: CallSite) -> None:
        """`heappush(heap, x)`: the other arguments may become elements."""
        target = site.argument(which)
        others = [argument for index, argument in enumerate(site.args) if index != which and argument is not None]

        def changed(obj: Object) -> None:
            if isinstance(obj, Container):
                for other in others:
                    self.solver.edge(other, obj.unknown)

        self.each(target, changed)

    def _copy_object(self, obj: Object, site: CallSite) -> None:
        if isinstance(obj, Instance):
            new = self.instance(obj.cls, site.context, site.span, site.phase)
            for name, node in tuple(obj.fields.items()):
                self.solver.edge(node, new.field(name))
            self.solver.add(site.target, new)
        elif isinstance(obj, External):
            self.solver.add(site.target, self.made(obj.dotted, site))

    def _call_back(self, obj: Object, row: CallRow, which: int | str, site: CallSite) -> None:
        if not isinstance(obj, (*CALLABLE, ClassObject, External)):
            return
        inner = site.with_args(*self._passed(row, which, site))
        inner.star = site.argument("args") if row.passes == "args" else None
        inner.double_star = site.argument("kwargs") if row.passes == "args" else None
        inner.target = self._result_of_call_back(row, site)
        inner.role = Role.PLAIN
        background = row.phase in {Phase.BACKGROUND, Phase.SERVING}
        if background and site.phase == STARTUP:
            self.register_background(obj, row, inner)
        else:
            self.call(obj, inner)

    def _result_of_call_back(self, row: CallRow, site: CallSite) -> Node:
        if row.returns is Returns.MAPPED:
            return self.container("list", site.context, site.span, site.phase, "mapped").unknown
        return site.target if row.returns in {Returns.NEW, Returns.CALL} else DROPPED

    def _passed(
        self, row: CallRow, which: int | str, site: CallSite
    ) -> tuple[list[Node | None], dict[str, Node | None]]:
        if row.passes == "rest" and isinstance(which, int):
            return site.args[which + 1 :], {k: v for k, v in site.keywords.items() if k not in {"name", "context"}}
        if row.passes == "elements":
            elements: list[Node | None] = []
            for index, argument in enumerate(site.args):
                if index == which:
                    continue
                element = Node()
                self.each(argument, lambda obj, to=element: self.iterate(obj, to, site.context, site.span))  # type: ignore[misc]
                elements.append(element)
            return elements, {}
        return [], {}

    def _hand_out(self, site: CallSite) -> None:
        """Functions and handler objects given to a library that we know nothing of: it may call them."""
        for argument in (*site.args, *site.keywords.values(), site.star):
            if argument is not None and not self.is_text(argument):
                self.each(argument, lambda obj, given=argument: self._hand_out_known(obj, given, site))  # type: ignore[misc]

    def _hand_out_known(self, obj: Object, argument: Node, site: CallSite) -> None:
        """Where an argument may be very many things, nobody knows what the library is given."""
        if len(argument.objects) <= MOST_HANDED:
            self._handed_out(obj, site)

    def _handed_out(self, obj: Object, site: CallSite) -> None:
        match obj:
            case FunctionObject() | Bound() | Partial() if site.registers and site.phase == STARTUP:
                pass
            case FunctionObject() | Bound() | Partial() if site.role != Role.DECORATOR or site.phase == SERVING:
                inner = site.with_args([], {})
                inner.target = DROPPED
                inner.likely = True
                self.call(obj, inner)
            case Instance():
                self.hand_out_instance(obj, site)
            case Container() if len(obj.all.objects) <= MOST_HANDED:
                if self.first_time("handed", obj, site.context, site.span):
                    self.each(obj.all, lambda element: self._handed_function(element, site))

    def _handed_function(self, obj: Object, site: CallSite) -> None:
        if isinstance(obj, FunctionObject | Bound | Partial):
            self._handed_out(obj, site)

    # --- built-ins with a meaning of their own

    def _property(self, callee: External, site: CallSite) -> None:
        getter = site.argument(0) or site.argument("fget") or Node()
        setter = site.argument(1) or site.argument("fset") or Node()
        cached = callee.dotted if "cached" in callee.dotted else ""
        key = ("property", site.context, site.span)
        found = self.specials.get(key)
        if not isinstance(found, Property):
            found = Property(getter, setter, self.site(site.context, site.span), cached)
            self.specials[key] = found
        self.solver.add(site.target, found)

    def _property_part(self, callee: External, site: CallSite) -> None:
        base = callee.base
        if not isinstance(base, Property):
            return
        function = site.argument(0) or Node()
        part = callee.dotted.rpartition(".")[2]
        key = ("property", site.context, site.span)
        found = self.specials.get(key)
        if not isinstance(found, Property):
            getter = function if part == "getter" else base.getter
            found = Property(getter, function if part == "setter" else base.setter, base.site, base.cached)
            self.specials[key] = found
        self.solver.add(site.target, found)

    def _wrapped(self, callee: External, site: CallSite) -> None:
        kind = "class" if callee.dotted.endswith("classmethod") else "static"
        key = ("wrapped", site.context, site.span)
        found = self.specials.get(key)
        if not isinstance(found, Wrapped):
            found = Wrapped(kind, site.argument(0) or Node(), self.site(site.context, site.span))
            self.specials[key] = found
        self.solver.add(site.target, found)

    def _partial(self, callee: External, site: CallSite) -> None:
        del callee
        if not site.args or site.args[0] is None:
            return
        key = ("partial", site.context, site.span)
        found = self.specials.get(key)
        if not isinstance(found, Partial):
            keywords = {name: node for name, node in site.keywords.items() if node is not None}
            args = [node or Node() for node in site.args[1:]]
            found = Partial(site.args[0], args, keywords, self.site(site.context, site.span), site.phase)
            self.specials[key] = found
        self.solver.add(site.target, found)

    def _getattr(self, callee: External, site: CallSite) -> None:
        del callee
        names = site.argument(1)

        def on(base: Object) -> None:
            most = MOST_LIBRARY_NAMES if isinstance(base, External) else MOST_NAMES
            loaded: set[str] = set()

            def named(value: Object) -> None:
                for name in self._names_meant(base, value):
                    if len(loaded) < most:
                        loaded.add(name)
                        self.load_attribute(base, name, site.target, site.context, site.span)

            self.each(names, named)

        self.each(site.argument(0), on)
        if (default := site.argument(2)) is not None:
            self.solver.edge(default, site.target)

    def _names_meant(self, base: Object, value: Object) -> list[str]:
        """The attribute that a string names; those of a class or module that begin as an f-string does."""
        match value:
            case Text():
                return [value.value]
            case TextPrefix() if len(value.value) >= SHORTEST_PREFIX:
                return sorted(name for name in self._attribute_names(base) if name.startswith(value.value))
        return []

    def _attribute_names(self, base: Object) -> set[str]:
        match base:
            case Instance(cls=cls) | (ClassObject() as cls):
                return {name for member in self.mro(cls) for name in member.body.names}
            case ModuleObject(module=module):
                return set(self.module_names(module))
        return set()

    def _setattr(self, callee: External, site: CallSite) -> None:
        del callee
        source = site.argument(2)

        def on(base: Object) -> None:
            def named(value: Object) -> None:
                if isinstance(value, Text):
                    self.store_attribute(base, value.value, source, site.context, site.span)

            self.each(site.argument(1), named)

        self.each(site.argument(0), on)

    def _vars(self, callee: External, site: CallSite) -> None:
        del callee
        self.each(site.argument(0), lambda obj: self.solver.add(site.target, self._namespace(obj)))

    def _globals(self, callee: External, site: CallSite) -> None:
        del callee
        self.solver.add(site.target, self._namespace(self.module_object(site.context.module)))

    def _type(self, callee: External, site: CallSite) -> None:
        if len(site.args) != 1:
            self.solver.add(site.target, self.made(callee.dotted, site))
            return

        def classed(obj: Object) -> None:
            if isinstance(obj, Instance):
                self.solver.add(site.target, obj.cls)

        self.each(site.argument(0), classed)

    def _import_module(self, callee: External, site: CallSite) -> None:
        dunder = callee.dotted.endswith("__import__")
        given = 1 if dunder and (len(site.args) > IMPORT_LEVEL or "level" in site.keywords) else 0

        def named(value: Object) -> None:
            if isinstance(value, Text):
                target = value.value.lstrip(".")
                level = len(value.value) - len(target) or given
                found = self.import_target(site.context.module, target, level)
                self.solver.add(site.target, found if found is not None else self.external(target))
                if level and not dunder:
                    self.each(site.argument(1) or site.argument("package"), lambda one: below(one, target, level))

        def below(package: Object, target: str, level: int) -> None:
            if isinstance(package, Text):
                parts = package.value.split(".")
                dotted = ".".join([*parts[: len(parts) - level + 1], target])
                if (found := self.import_target(site.context.module, dotted, 0)) is not None:
                    self.solver.add(site.target, found)

        self.each(site.argument(0), named)

    def _super_call(self, callee: External, site: CallSite) -> None:
        del callee
        self.call_super(site)

    def _object_new(self, callee: External, site: CallSite) -> None:
        def made(cls: Object) -> None:
            if isinstance(cls, ClassObject):
                self.solver.add(site.target, self.instance(cls, site.context, site.span, site.phase))

        argument = site.argument(0)
        if argument is None and callee.base is not None:
            made(callee.base)
        self.each(argument, made)

    def _type_call(self, callee: External, site: CallSite) -> None:
        """`super().__call__(...)` in a metaclass."""
        if isinstance(callee.base, ClassObject):
            self.construct(callee.base, site)

    def _context_get(self, callee: External, site: CallSite) -> None:
        if callee.base is not None and (content := self.content_of(callee.base)) is not None:
            self.solver.edge(content.all, site.target)
        if isinstance(callee.base, External) and isinstance(callee.base.call, CallSite):
            default = callee.base.call.argument("default")
            if default is not None:
                self.solver.edge(default, site.target)

    def _context_set(self, callee: External, site: CallSite) -> None:
        source = site.argument(0)
        if callee.base is not None and source is not None and (content := self.content_of(callee.base)) is not None:
            self.solver.edge(source, content.unknown)

    def _first_argument(self, callee: External, site: CallSite) -> None:
        del callee
        self._pass_through(site)
        if not site.args:
            self.solver.add(site.target, self.external("functools.wraps"))

    def _wraps(self, callee: External, site: CallSite) -> None:
        """`wraps(f)` is a decorator that gives back what it decorates, `update_wrapper(w, f)` its first argument."""
        if callee.made:
            self._pass_through(site)
        elif callee.dotted.endswith("update_wrapper"):
            if (source := site.argument(0)) is not None:
                self.solver.edge(source, site.target)
        else:
            self.solver.add(site.target, self.made(callee.dotted, site))

    def _weak_reference(self, callee: External, site: CallSite) -> None:
        made = self.made(callee.dotted, site)
        content = self.content_of(made)
        source = site.argument(0)
        if content is not None and source is not None:
            self.solver.edge(source, content.unknown)
        self.solver.add(site.target, made)

    def _next(self, callee: External, site: CallSite) -> None:
        del callee
        self.each(site.argument(0), lambda obj: self._next_of(obj, site))
        if (default := site.argument(1)) is not None:
            self.solver.edge(default, site.target)

    def _next_of(self, obj: Object, site: CallSite) -> None:
        if isinstance(obj, Instance) and self.defining(obj.cls, "__next__") is not None:
            self.call_method(obj, "__next__", site.with_args([]))
        else:
            self.iterate(obj, site.target, site.context, site.span)

    def _iter(self, callee: External, site: CallSite) -> None:
        del callee
        if len(site.args) > 1:  # iter(function, sentinel)
            listed = self.container("list", site.context, site.span, site.phase, "called")
            inner = site.with_args([], {})
            inner.target = listed.unknown
            self.each(site.argument(0), lambda function: self.call(function, inner))
            self.solver.add(site.target, listed)
            return

        def over(obj: Object) -> None:
            if isinstance(obj, Instance) and self.defining(obj.cls, "__iter__") is not None:
                self.call_method(obj, "__iter__", site.with_args([]))
            else:
                self.solver.add(site.target, obj)

        self.each(site.argument(0), over)

    def _members(self, callee: External, site: CallSite) -> None:
        """`inspect.getmembers(x)` gives pairs, `dir(x)` names."""
        listed = self.container("list", site.context, site.span, site.phase, "members")
        self.solver.add(site.target, listed)

        def of(obj: Object) -> None:
            cls = obj.cls if isinstance(obj, Instance) else obj
            if not isinstance(cls, ClassObject):
                return
            for name in sorted({name for member in self.mro(cls) for name in member.body.names}):
                text = self.solver.text(name)
                if callee.dotted == "builtins.dir":
                    self.solver.add(listed.unknown, text)
                    continue
                pair = self.container("tuple", site.context, site.span, site.phase, "member")
                self.solver.add(self.slot(pair, 0), text)
                self.load_attribute(obj, name, self.slot(pair, 1), site.context, site.span)
                self.solver.add(listed.unknown, pair)

        self.each(site.argument(0), of)

    def _operator_method(self, callee: External, site: CallSite) -> None:
        """`len(x)`, `str(x)`, `print(x)`: special methods of the program's classes."""
        name = SPECIAL_METHODS[callee.dotted]

        def special(obj: Object) -> None:
            if isinstance(obj, Instance) and self.defining(obj.cls, name) is not None:
                inner = site.with_args([], {})
                inner.target = DROPPED
                self.call_method(obj, name, inner)

        self.each(site.argument(0), special)
        if callee.dotted == "builtins.str":
            self.each(
                site.argument(0), lambda obj: self.solver.add(site.target, obj) if isinstance(obj, Text) else None
            )


SPECIAL_METHODS: Mapping[str, str] = MappingProxyType(
    {
        "builtins.len": "__len__",
        "builtins.str": "__str__",
        "builtins.repr": "__repr__",
        "builtins.bool": "__bool__",
        "builtins.int": "__int__",
        "builtins.float": "__float__",
        "builtins.hash": "__hash__",
        "builtins.print": "__str__",
    }
)

SPECIAL: Mapping[str, Callable[[Library, External, CallSite], None]] = MappingProxyType(
    {
        "builtins.property": Library._property,
        "functools.cached_property": Library._property,
        "werkzeug.utils.cached_property": Library._property,
        "django.utils.functional.cached_property": Library._property,
        "builtins.property.setter": Library._property_part,
        "builtins.property.getter": Library._property_part,
        "builtins.property.deleter": Library._property_part,
        "builtins.staticmethod": Library._wrapped,
        "builtins.classmethod": Library._wrapped,
        "functools.partial": Library._partial,
        "functools.partialmethod": Library._partial,
        "builtins.getattr": Library._getattr,
        "inspect.getmembers": Library._members,
        "builtins.dir": Library._members,
        "builtins.setattr": Library._setattr,
        "builtins.object.__setattr__": Library._setattr,
        "builtins.vars": Library._vars,
        "builtins.globals": Library._globals,
        "builtins.type": Library._type,
        "importlib.import_module": Library._import_module,
        "builtins.__import__": Library._import_module,
        "builtins.super": Library._super_call,
        "builtins.object.__new__": Library._object_new,
        "builtins.type.__call__": Library._type_call,
        "contextvars.ContextVar.get": Library._context_get,
        "contextvars.ContextVar.set": Library._context_set,
        "contextlib.contextmanager": Library._first_argument,
        "contextlib.asynccontextmanager": Library._first_argument,
        "dataclasses.dataclass": Library._first_argument,
        "abc.abstractmethod": Library._first_argument,
        "typing.overload": Library._first_argument,
        "functools.wraps": Library._wraps,
        "functools.update_wrapper": Library._wraps,
        "weakref.ref": Library._weak_reference,
        "builtins.next": Library._next,
        "builtins.anext": Library._next,
        "builtins.iter": Library._iter,
        **dict.fromkeys(SPECIAL_METHODS, Library._operator_method),
    }
)

__all__ = ["Library", "ModuleObject"]
