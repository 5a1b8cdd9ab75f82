"""Calls of library names, by the rows of `rules/libraries`."""

from __future__ import annotations

from statelint.domain.words import Phase
from statelint.facts.model import Role
from statelint.models.rows import CallRow, Returns
from statelint.program.builtin_calls import SPECIAL, pass_through
from statelint.program.core import CallSite
from statelint.program.coroutines import Coroutines
from statelint.program.items import CONTAINER_BASES
from statelint.program.objects import (
    DROPPED,
    STARTUP,
    Bound,
    ClassObject,
    Container,
    External,
    FunctionObject,
    Instance,
    Node,
    Object,
    Partial,
    Property,
    Text,
)

PASSED_KEYWORDS = ("args", "kwargs")  # of a thread: what its function gets
COPIES_ANYTHING = frozenset({"copy.copy", "dataclasses.replace"})
DEEPEST_COPY = 4  # parts of parts that a deep copy makes anew
CALLABLE = (FunctionObject, Bound, Partial, Instance)


class Library(Coroutines):
    """Links calls of library names."""

    defaults: dict[FunctionObject, list[str]]

    def call_external(self, callee: External, site: CallSite) -> None:
        """Link a call of a library name, or of what such a call gave."""
        if site.phase == STARTUP and _is_plain(callee):
            self.learner.learn_call(callee.dotted)
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
            made_of = callee.dotted.rpartition(".")[0]
            self.keep_settings(callee.base, made_of, site)
            inner = site.with_args(site.args)
            inner.target = DROPPED  # what is made is the receiver
            self._call_row_or_callbacks(made_of, callee, inner)
            return
        if callee.dotted.endswith(".setdefault") and self._set_default_of(callee.base, site):
            return
        if callee.dotted.endswith(".get"):
            self._get_of(callee.base, site)
        if len(site.args) + len(site.keywords) > 1:
            self._give_default(callee.dotted, site)
        self._call_row_or_callbacks(callee.dotted, callee, site)

    def _set_default_of(self, base: Object | None, site: CallSite) -> bool:
        """`application.settings.setdefault(key, value)` puts the value there, and gives what is there."""
        content = self.content_of(base) if isinstance(base, External) else None
        value = site.argument(1)
        if content is None or value is None:
            return False
        names = self.literals_given(site, 0)
        kept = self.slot(content, names[0]) if len(names) == 1 else content.unknown
        self.solver.edge(value, kept)
        self.solver.edge(kept, site.target)
        return True

    def _get_of(self, base: Object | None, site: CallSite) -> None:
        """`environ.get(key)` may give what the program put there."""
        if isinstance(base, External) and (content := self.content_of(base)) is not None:
            for name in self.literals_given(site, 0):
                self.solver.edge(self.slot(content, name), site.target)

    def _give_default(self, dotted: str, site: CallSite) -> None:
        """What reads the environment may give its default."""
        if (reader := self.models.arguments.reader(dotted)) is not None:
            for which in reader.default:
                if (default := site.argument(which)) is not None:
                    self.solver.edge(default, site.target)

    def _call_made(self, callee: External, site: CallSite) -> None:
        """What a library call gave is called in turn: a decorator, a bound view, a weak reference."""
        if callee.dotted == "functools.wraps" or site.role == Role.DECORATOR:
            pass_through(self, site)
            self._note_default(callee, site)
        if self.models.is_memo(callee.dotted):
            self._memoise(callee.dotted, site)
        if callee.content is not None:
            self.solver.edge(callee.content.all, site.target)
        self.hand_out(site)
        if site.role != Role.DECORATOR:
            self.solver.add(site.target, self.derived(callee, f"{callee.dotted.removesuffix('()')}()", site))

    def _note_default(self, callee: External, site: CallSite) -> None:
        """`@default("name")` above a method: what it gives is kept as the attribute, unless that was set before."""
        row = self.models.call_row(callee.dotted)
        if row is None or row.default_of is None or not isinstance(callee.call, CallSite):
            return
        names = self.literals_given(callee.call, row.default_of)
        place = self.site(site.context, site.span)

        def decorated(obj: Object) -> None:
            if isinstance(obj, FunctionObject) and obj.owner is not None:
                getter = Node()
                self.solver.add(getter, obj)
                for name in names:
                    owner = self.defining(obj.owner, name) or obj.owner
                    self.defaults.setdefault(obj, []).append(name)
                    self.solver.add(owner.field(name), Property(getter, Node(), place, callee.dotted))

        self.each(site.argument(0), decorated)

    def call_blurred(self, value: External, site: CallSite) -> None:
        """It may call what it is given, and gives another such value."""
        self.hand_out(site)
        self.solver.add(site.target, self.blurred(value, site.phase))

    def _call_row_or_callbacks(self, dotted: str, callee: External, site: CallSite) -> None:
        if self.models.is_memo(dotted):
            self._memoise(dotted, site)
            if site.role == Role.DECORATOR or _is_given_function(site):
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
            self.fill_mapping(new, site)
            self._default_factory(dotted, new, site)
            self.solver.add(site.target, new)
            return
        if site.role == Role.DECORATOR:
            pass_through(self, site)
        self.hand_out(site)
        if isinstance(callee.base, Instance) and dotted == callee.dotted:  # not its constructor
            self.run_template(callee.base, site)
        if callee.dotted.startswith("builtins."):
            return
        self.solver.add(site.target, self.derived(callee, self.learner.product(dotted), site))

    def _default_factory(self, dotted: str, new: Container, site: CallSite) -> None:
        """`defaultdict(list)`: a missing key makes an element."""
        if "defaultdict" not in dotted:
            return
        inner = site.with_args([], {})
        inner.target = new.unknown
        self.each(site.argument(0), lambda factory: self.call(factory, inner))

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
        if row.calls:
            self.each(site.double_star, lambda given: self._call_spread(given, row, site))
        for which in row.runs if site.phase == STARTUP else ():
            self.run_coroutine(self.operand(site, which), row, site.context)
        for which in row.mutates:
            self._pour_arguments(which, site)
        if row.derives:
            self.each(site.argument(row.argument), lambda obj: self._derive(obj, row.derives))

    def _derive(self, obj: Object, bases: tuple[str, ...]) -> None:
        """A class is told to a library, which makes of it what others derive."""
        if isinstance(obj, ClassObject) and self.first_time("derives", obj, bases):
            for dotted in bases:
                base = Node()
                self.solver.add(base, self.external(dotted))
                obj.base_nodes.append(base)
            self.bases_changed(obj)

    def _apply_result(self, row: CallRow, dotted: str, callee: External, site: CallSite) -> None:
        source = site.argument(row.argument)
        match row.returns:
            case Returns.ARGUMENT if source is not None:
                self.solver.edge(source, site.target)
            case Returns.ARGUMENT | Returns.RECEIVER if callee.base is not None:
                self._give_receiver(callee.base, row, site)
            case Returns.COPY if dotted in COPIES_ANYTHING:
                self.each(source, lambda obj: self._copy_object(obj, site))
            case Returns.COPY:
                kind = dotted.removeprefix("builtins.") if self.models.type_row(dotted) else "list"
                new = self.copied(source, kind, site)
                self.fill_mapping(new, site)
                self.solver.add(site.target, new)
            case Returns.DEEP_COPY:
                self.each(source, lambda obj: self.deep_copy(obj, site.target, site))
            case Returns.ELEMENT:
                self.each(source, lambda obj: self.iterate(obj, site.target, site.context, site.span))
            case Returns.CALL:
                inner = site.with_args([], {})
                self.each(source, lambda function: self._call_for_value(function, inner))
            case Returns.NAMED:
                self.each(source, lambda obj: self._add_named(obj, site))
            case Returns.NEW:
                self.solver.add(site.target, self.derived(callee, dotted, site))
            case _:
                self._iterable(row.returns, source, site)

    def _add_named(self, name: Object, site: CallSite) -> None:
        """What a dotted name stands for; a resolver gives anything else back as it is."""
        if not isinstance(name, Text):
            self.solver.add(site.target, name)
        elif (node := self.named(name.value)) is not None:
            self.solver.edge(node, site.target)
            self.each(node, lambda default: self.add_alternatives(default, site.target))

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

    def _give_receiver(self, receiver: Object, row: CallRow, site: CallSite) -> None:
        if row.constructs is not None and isinstance(receiver, Instance) and receiver.phase == STARTUP:
            receiver = receiver.cls  # `View().as_view()`: the method is one of the class
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
        if isinstance(obj, Container):
            copy = self.container(obj.kind, site.context, site.span, site.phase, ("copy", obj))
            self.pour(obj, copy, site)
            self.solver.add(site.target, copy)
        elif isinstance(obj, Instance):
            new = self.instance(obj.cls, site.context, site.span, site.phase)
            for name, node in tuple(obj.fields.items()):
                self.solver.edge(node, new.field(name))
            self.solver.add(site.target, new)
        elif isinstance(obj, External):
            self.solver.add(site.target, self.made(obj.dotted, site))

    def deep_copy(self, obj: Object, target: Node, site: CallSite, depth: int = 0) -> None:
        """Put a copy of an object, with copies of its parts, into `target`."""
        match obj:
            case Container() if depth < DEEPEST_COPY:
                copy: Object = self.container(obj.kind, site.context, site.span, site.phase, ("deep copy", obj))
            case Instance() if depth < DEEPEST_COPY:
                copy = self.instance(obj.cls, site.context, site.span, site.phase)
            case External():
                copy = self.made(obj.dotted, site)
            case _:
                copy = obj
        self.solver.add(target, copy)
        if copy is not obj and self.first_time("deep copy", obj, site.context, site.span):
            for to, node in self._parts_to_copy(obj, copy):
                self.each(node, lambda part, into=to: self.deep_copy(part, into, site, depth + 1))  # type: ignore[misc]

    def _parts_to_copy(self, obj: Object, copy: Object) -> list[tuple[Node, Node]]:
        """Where the copies of its parts go, and where they come from."""
        if isinstance(obj, Container) and isinstance(copy, Container):
            self.solver.edge(obj.keys, copy.keys)
            parts = [(self.slot(copy, key), node) for key, node in tuple(obj.slots.items())]
            return [*parts, (copy.unknown, obj.unknown), (copy.unknown, self.later_slots(obj))]
        if isinstance(obj, Instance):
            return [(copy.field(name), node) for name, node in tuple(obj.fields.items())]
        return []

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

    def _call_spread(self, given: Object, row: CallRow, site: CallSite) -> None:
        """`super().__init__(**kwargs)` of a thread: the function is one of the keywords that were handed on."""
        if not isinstance(given, Container):
            return
        names = [which for which in row.calls if isinstance(which, str)]
        spread = {name: self.slot(given, name) for name in (*names, *PASSED_KEYWORDS)}
        inner = site.with_args(site.args, {**spread, **site.keywords})
        for name in names:
            self.each(spread[name], lambda obj, at=name: self._call_back(obj, row, at, inner))  # type: ignore[misc]

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


def _is_plain(callee: External) -> bool:
    """Whether a library name is written as in its library: no part of it is a value that a call gave."""
    at: Object | None = callee
    while isinstance(at, External) and not at.made:
        at = at.base
    return at is None


def _is_given_function(site: CallSite) -> bool:
    """`cached(function)`, not `cached(128)`, which gives the decorator."""
    first = site.args[0] if site.args else None
    return first is not None and any(isinstance(obj, FunctionObject | Bound) for obj in first.objects)
