"""What a value may be: literals, joined text, environment variables with their defaults, results of library calls.

A backward search from an operand, through variables, parameters, attributes, items and returned values. It asks only
what a detector needs to judge an argument or a setting; nothing is computed for the rest of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Union

import msgspec

from statelint.facts.model import (
    Attr,
    Bind,
    Call,
    Combine,
    Const,
    Enter,
    ImportFrom,
    Invoke,
    Item,
    Move,
    Op,
    Operand,
    Return,
    Span,
)
from statelint.models.rows import ReaderRow
from statelint.program.definitions import argument, definitions_of, given_to
from statelint.program.environment_classes import EnvironmentClasses
from statelint.program.items import is_mapping
from statelint.program.modules import Module
from statelint.program.objects import (
    ClassObject,
    Container,
    Context,
    External,
    Instance,
    ModuleObject,
    Object,
    Text,
)
from statelint.program.options import Options
from statelint.program.origins import CONFIGURATION
from statelint.program.reachability import Reachability
from statelint.program.stores import Key, Store, Stores

MOST_STEPS = 400  # of one search
MOST_OBJECTS = 12  # that one operand may stand for and is still followed to each
JOINING = {"f": "", "+": "", "%": "", "/": "/"}


class Known(msgspec.Struct, frozen=True):
    """A literal."""

    value: str | int | float | bool | None


class Joined(msgspec.Struct, frozen=True):
    """Text or a path made of parts; each part is what it may be."""

    parts: tuple[tuple[Value, ...], ...]
    separator: str = ""


class FromEnvironment(msgspec.Struct, frozen=True):
    """An environment variable, option or secret; `default` is what it may be where that is not set."""

    name: str
    default: tuple[Value, ...] = ()


class Result(msgspec.Struct, frozen=True):
    """What a call of a library gives."""

    dotted: str
    context: Context
    op: Call | Invoke


class Reference(msgspec.Struct, frozen=True):
    """A name of a library itself."""

    dotted: str


class Made(msgspec.Struct, frozen=True):
    """An object of the program: container, instance, class, function."""

    obj: Object


class FromRequest(msgspec.Struct, frozen=True):
    """Something that a request brings."""


class Unknown(msgspec.Struct, frozen=True):
    """Nothing is known."""


Value = Union[Known, Joined, FromEnvironment, Result, Reference, Made, FromRequest, Unknown]
UNKNOWN = Unknown()


class _Search:
    """One search: what was visited, and the stores that it went through."""

    def __init__(self) -> None:
        self.seen: set[tuple[Context, Operand]] = set()
        self.through: dict[Store, None] = {}
        self.steps = 0

    def may_visit(self, key: tuple[Context, Operand]) -> bool:
        self.steps += 1
        if key in self.seen or self.steps > MOST_STEPS:
            return False
        self.seen.add(key)
        return True


class Values:
    """Answers are remembered."""

    def __init__(self, reach: Reachability, stores: Stores) -> None:
        """Nothing searched yet."""
        self.stores = stores
        self.linker = stores.linker
        self.models = stores.linker.models
        self.arguments = self.models.arguments
        self._reach = reach
        self._known: dict[tuple[Context, Operand], tuple[tuple[Value, ...], tuple[Store, ...]]] = {}
        self._options = Options(self.linker)
        self.environment = EnvironmentClasses(self.linker, stores)
        self.settings_of: Callable[[str], Iterable[Store]] = lambda name: ()  # whoever knows of settings says more
        self.parsed: Callable[[Context, Call | Invoke], list[Value]] = lambda context, op: []  # likewise of files
        self.layers: Callable[[Object, str], tuple[str, list[Store]]] = lambda obj, name: ("", [])  # and of both

    def of(self, context: Context, operand: Operand) -> tuple[Value, ...]:
        """Everything that an operand may be."""
        return self._searched(context, operand)[0]

    def through(self, context: Context, operand: Operand) -> tuple[Store, ...]:
        """The attributes, globals and items that its value went through, nearest first."""
        return self._searched(context, operand)[1]

    def _searched(self, context: Context, operand: Operand) -> tuple[tuple[Value, ...], tuple[Store, ...]]:
        key = (context, operand)
        found = self._known.get(key)
        if found is None:
            search = _Search()
            try:
                values = tuple(dict.fromkeys(self._values(context, operand, search)))
            except RecursionError:  # a chain of calls deeper than the machine's stack says nothing
                values = ()
            found = self._known[key] = (values or (UNKNOWN,), tuple(search.through))
        return found

    def stored(self, store: Store) -> tuple[Value, ...]:
        """What a store puts there."""
        return self.of(store.context, store.operand)

    # --- operands

    def _values(self, context: Context, operand: Operand, search: _Search) -> list[Value]:
        if operand is None:
            return [UNKNOWN]
        if isinstance(operand, Const):
            return [Known(operand.value)]
        if not search.may_visit((context, operand)):
            return []
        found: list[Value] = []
        followed = False
        for op in definitions_of(context.body).get(operand, ()):
            followed = True
            found += self._definition(context, op, search)
        if isinstance(operand, str):
            named = self._name(context, operand, search)
            followed = followed or named is not None
            found += named or ()
        return found if followed else self._objects(context, operand, search)

    def _objects(self, context: Context, operand: Operand, search: _Search) -> list[Value]:
        return [self._of_object(obj, search) for obj in self._bases(context, operand)] or [UNKNOWN]

    def _of_object(self, obj: Object, search: _Search) -> Value:
        match obj:
            case Text(value=text):
                return Known(text)
            case External(made=False, dotted=dotted):
                return FromRequest() if self.models.belongs_to_request(dotted) else Reference(dotted)
            case External(dotted=dotted):
                if self.models.belongs_to_request(dotted):
                    return FromRequest()
                op = getattr(obj.call, "operands", None)
                context = obj.site.context if obj.site is not None else None
                if op is None or context is None:
                    return UNKNOWN
                if self.arguments.parses_text(dotted) and (parsed := self.parsed(context, op)):
                    return parsed[0]
                reader = self.arguments.reader(dotted)
                return self._from_environment(context, reader, op, search) if reader else Result(dotted, context, op)
            case Instance(per_request=True):
                return FromRequest()
        return Made(obj)

    def _definition(self, context: Context, op: Op, search: _Search) -> list[Value]:
        match op:
            case Bind(source=source) | Move(source=source) | Enter(source=source):
                return self._values(context, source, search)
            case Attr():
                at = (op.line, op.column)
                getters = [edge.callee for (_, span), edge in context.calls.items() if (span.line, span.column) == at]
                if getters and (found := self._returned(getters, search)):
                    search.through.update(dict.fromkeys(self._defaults(getters, op.name)))
                    return found
                return self._attribute(context, op.base, op.name, op.target, search)
            case Item():
                return self._item(context, op.base, op.key, op.target, search)
            case Combine(operator=operator, operands=operands) if operator in JOINING:
                return [self._joined(context, operands, JOINING[operator], search)]
            case Call() | Invoke():
                return self._call(context, op, search)
        return self._objects(context, getattr(op, "target", None), search)

    def _defaults(self, getters: list[Context], name: str) -> Iterator[Store]:
        """Where methods that make the default of an attribute make it."""
        for getter in getters:
            for op in getter.body.ops if getter.function in self.linker.defaults else ():
                if isinstance(op, Return):
                    made = (
                        one.span
                        for one in definitions_of(getter.body).get(op.source, ())
                        if isinstance(one, Call | Invoke)
                    )
                    yield Store(name, getter, op.source, next(made, Span(op.line, 1, op.line, 1)))

    def _joined(self, context: Context, operands: Iterable[Operand], separator: str, search: _Search) -> Value:
        parts = tuple(tuple(dict.fromkeys(self._values(context, part, search))) or (UNKNOWN,) for part in operands)
        if all(len(part) == 1 and isinstance(part[0], Known) for part in parts):
            return Known(separator.join(str(part[0].value) for part in parts if isinstance(part[0], Known)))
        return Joined(parts, separator)

    # --- names

    def _name(self, context: Context, name: str, search: _Search) -> list[Value] | None:
        """A parameter, a global or a variable of an enclosing function; None for a plain local variable."""
        body = context.body
        if any(param.name == name for param in body.params):
            return self._parameter(context, name, search)
        if body.kind == "module" or name in body.global_names:
            return self._global(context.module, name, search)
        if name in body.names and name not in body.nonlocal_names:
            return None
        outer = self.linker.defining_context(context, name)
        return self._global(context.module, name, search) if outer is None else self._values(outer, name, search)

    def _global(self, module: Module, name: str, search: _Search) -> list[Value] | None:
        found: list[Value] = []
        stores = self.stores.of_global(module, name)
        for store in stores:
            search.through[store] = None
            if search.may_visit((store.context, ("global", name, store.span))):  # type: ignore[arg-type]
                found += self._values(store.context, store.operand, search)
        if stores:
            return found
        for op in module.bodies[0].ops:
            if isinstance(op, ImportFrom) and op.name == name:
                target = self.linker.import_target(module, op.module, op.level)
                if target is not None:
                    return self._global(target.module, op.member, search)
        for star in reversed(self.linker.stars(module)):
            source = self.linker.import_target(module, star.module, star.level)
            if source is not None and source.module is not module and source.module.offers(name):
                return self._global(source.module, name, search)
        return None

    def _parameter(self, context: Context, name: str, search: _Search) -> list[Value]:
        index = next(at for at, param in enumerate(context.body.params) if param.name == name)
        param = context.body.params[index]
        if index == 0 and context.takes_self:
            return self._objects(context, name, search)
        if context in self._reach.entry_contexts:
            return [FromRequest()]
        found: list[Value] = []
        is_always_given = True
        for caller, op in self._reach.calls_of(context):
            given = given_to(op, context, index)
            if given is None and op.star is None and op.double_star is None:
                is_always_given = False
            elif given is None:
                found.append(UNKNOWN)
            else:
                found += self._values(caller, given[0], search)
        if param.has_default and context.environment is not None and (not found or not is_always_given):
            found += self._values(context.environment, param.default, search)
        return found or [UNKNOWN]

    # --- attributes and items

    def _bases(self, context: Context, operand: Operand) -> tuple[Object, ...]:
        return self.linker.objects(context, operand)[:MOST_OBJECTS]

    def _stored(self, stores: Iterable[Store], search: _Search) -> list[Value]:
        found: list[Value] = []
        for store in stores:
            search.through[store] = None
            found += self._values(store.context, store.operand, search)
        return found

    def _attribute(self, context: Context, base: Operand, name: str, target: Operand, search: _Search) -> list[Value]:
        found: list[Value] = []
        for obj in self._bases(context, base):
            found += self._attribute_of(obj, name, search)
        if found and self.environment.classes and (variable := self._part_of_environment(context, base, name)):
            return [FromEnvironment(variable, tuple(found))]
        return found or self._in_layers(context, base, name, search) or self._objects(context, target, search)

    def _part_of_environment(self, context: Context, base: Operand, name: str) -> str:
        """The variable of `settings.database.url`, where the class of `settings` is read from the environment."""
        read = (op for op in definitions_of(context.body).get(base, ()) if isinstance(op, Attr))
        outer = ((op.name, obj) for op in read for obj in self._bases(context, op.base) if isinstance(obj, Instance))
        return next(filter(None, (self.environment.part(obj.cls, held, name) for held, obj in outer)), "")

    def _attribute_of(self, obj: Object, name: str, search: _Search) -> list[Value]:
        if isinstance(obj, ModuleObject):
            return self._global(obj.module, name, search) or []
        if isinstance(obj, External):
            return self._library_attribute(obj, name, search)
        found = self._stored(self.stores.of_attribute(obj, name), search)
        if isinstance(obj, Instance | ClassObject):
            variable = self.environment.variable(obj.cls if isinstance(obj, Instance) else obj, name)
            return [FromEnvironment(variable, tuple(found))] if variable else found
        return found

    def _library_attribute(self, obj: External, name: str, search: _Search) -> list[Value]:
        modules = self.models.settings.modules_of(obj.dotted)
        if modules is not None:
            return [
                value
                for module in self.linker.modules.all
                if name in module.bodies[0].names and modules.search(module.name)
                for value in self._global(module, name, search) or ()
            ]
        if layered := self._layered(obj, name, search):
            return layered
        if found := self._stored(self.stores.of_attribute(obj, name), search):
            return found
        if obj.made and self.models.origins.of(obj.dotted) == CONFIGURATION:
            defaults = self._options.defaults(name)
            values = [value for where, default in defaults for value in self._values(where, default, search)]
            return [FromEnvironment(name, tuple(values))]
        return []

    def _layered(self, obj: Object, name: str, search: _Search) -> list[Value]:
        """A setting of an object that a library makes of files and variables."""
        variable, stores = self.layers(obj, name)
        return [FromEnvironment(variable, tuple(self._stored(stores, search)))] if variable else []

    def _in_layers(self, context: Context, base: Operand, name: Key, search: _Search) -> list[Value]:
        """A part of such a setting, which may have a variable of its own."""
        found: list[Value] = []
        for value in self._values(context, base, search) if self._has_layers else ():
            if isinstance(value, FromEnvironment):
                inner = [one.obj for one in value.default if isinstance(one, Made)]
                stores = [store for obj in inner for store in self.stores.items(obj) if store.name == name]
                if stores:
                    found.append(FromEnvironment(f"{value.name}__{name}".upper(), tuple(self._stored(stores, search))))
        return found

    @cached_property
    def _has_layers(self) -> bool:
        return any(obj.dotted in self.arguments.layers for obj in tuple(self.linker.externals.values()))

    def _item(self, context: Context, base: Operand, key: Operand, target: Operand, search: _Search) -> list[Value]:
        literal = self.linker.literal(context, key)
        found: list[Value] = []
        for obj in self._bases(context, base):
            if isinstance(obj, External) and self.arguments.holds_environment(obj.dotted):
                found.append(FromEnvironment(str(literal.value) if isinstance(literal, Const) else ""))
            elif isinstance(literal, Const):
                layered = self._layered(obj, str(literal.value), search)
                found += layered or self._stored(self._items(obj, literal.value), search)
        if not found and isinstance(literal, Const):
            found += self._in_layers(context, base, literal.value, search)
        if not found and isinstance(literal, Const):
            for value in self._values(context, base, search):
                if isinstance(value, Made) and isinstance(value.obj, Container) and value.obj.is_data:
                    found += self._stored(self.stores.of_item(value.obj, literal.value), search)
        return found or (self._objects(context, target, search) if target is not None else [])

    def _items(self, obj: Object, key: Key) -> Iterable[Store]:
        """`app.config["NAME"]` may come from a class or module that was loaded into it."""
        found = self.stores.of_item(obj, key)
        if isinstance(obj, External) and isinstance(key, str) and obj.dotted in self.models.settings.objects:
            return dict.fromkeys((*found, *self.settings_of(key)))
        return found

    # --- calls

    def _call(self, context: Context, op: Call | Invoke, search: _Search) -> list[Value]:
        callees = context.callees_at(op.span)
        if callees and not any(callee.body.name == "__init__" for callee in callees):
            return self._returned(callees, search)
        for dotted in self._library_callees(context, op):
            if (found := self._library_call(context, dotted, op, search)) is not None:
                return found
        if isinstance(op, Invoke):
            if (found := self._text_method(context, op, search)) is not None:
                return found
            if op.name in {"get", "pop", "setdefault"} and op.args:
                default = self._values(context, op.args[1], search) if len(op.args) > 1 else []
                found = self._item(context, op.base, op.args[0], None, search)
                return [_unless_set(value, default) for value in found] or default or [UNKNOWN]
        return self._objects(context, op.target, search)

    def _returned(self, callees: list[Context], search: _Search) -> list[Value]:
        return [
            value
            for callee in callees
            for op in callee.body.ops
            if isinstance(op, Return)
            for value in self._values(callee, op.source, search)
        ]

    def _library_callees(self, context: Context, op: Call | Invoke) -> Iterator[str]:
        for obj in self._bases(context, op.callee if isinstance(op, Call) else op.base):
            if isinstance(obj, External):
                called = f"{obj.dotted}.__call__" if obj.made else obj.dotted
                yield self.models.canonical(called if isinstance(op, Call) else f"{obj.dotted}.{op.name}")

    def _library_call(self, context: Context, dotted: str, op: Call | Invoke, search: _Search) -> list[Value] | None:
        if (reader := self.arguments.reader(dotted)) is not None:
            return [self._from_environment(context, reader, op, search)]
        if (field := self.arguments.field(dotted)) is not None:
            default = argument(op, field.default)
            return [] if default is None or default[0] is None else self._values(context, default[0], search)
        if self.arguments.parses_text(dotted) and (parsed := self.parsed(context, op)):
            return parsed
        if self.arguments.keeps_text(dotted):
            source = op.args[0] if op.args else op.base if isinstance(op, Invoke) else None
            return self._values(context, source, search)
        if self.arguments.joins_text(dotted):
            return [self._joined(context, op.args, "/", search)]
        if dotted == "builtins.getattr" and len(op.args) > 1 and isinstance(op.args[1], Const):
            found = self._attribute(context, op.args[0], str(op.args[1].value), op.target, search)
            return found + [value for more in op.args[2:3] for value in self._values(context, more, search)]
        if made := [obj for obj in self._bases(context, op.target) if isinstance(obj, Container) and is_mapping(obj)]:
            return [Made(obj) for obj in made]  # `dict(name=value)`
        return [Result(dotted, context, op)] if self.models.matters(dotted) else None

    def _from_environment(
        self, context: Context, reader: ReaderRow, op: Call | Invoke, search: _Search
    ) -> FromEnvironment:
        name = argument(op, reader.name)
        names = self._values(context, name[0], search) if name is not None else []
        text = next((str(value.value) for value in names if isinstance(value, Known)), "") or reader.variable
        default = argument(op, reader.default)
        if default is not None:
            return FromEnvironment(text, tuple(self._values(context, default[0], search)))
        declared = self._declared(context, op, text, search) if reader.declared else ()
        return FromEnvironment(text, tuple(declared) or ((Known(reader.implied),) if reader.implied else ()))

    def _declared(self, context: Context, op: Call | Invoke, variable: str, search: _Search) -> list[Value]:
        """The default in `Env(CACHE_URL=(str, "locmemcache://"))`."""
        found: list[Value] = []
        for obj in self._bases(context, op.callee if isinstance(op, Call) else op.base):
            made = getattr(getattr(obj, "call", None), "operands", None)
            if obj.site is None or obj.site.context is None or made is None:
                continue
            for pair in self.linker.objects(obj.site.context, dict(made.keywords).get(variable)):
                found += self._stored(self.stores.of_item(pair, 1), search)
        return found

    def _text_method(self, context: Context, op: Invoke, search: _Search) -> list[Value] | None:
        """`path.strip()`, `"{}/x".format(folder)`, `folder.joinpath(name)` of text or of something unknown."""
        if self.arguments.keeps_text(f"*.{op.name}"):
            return self._values(context, op.base, search)
        if self.arguments.joins_text(f"*.{op.name}"):
            return [self._joined(context, (op.base, *op.args), "/", search)]
        return None


def _unless_set(value: Value, default: Iterable[Value]) -> Value:
    """What `get` gives: a variable that has no default of its own has that of the call."""
    if isinstance(value, FromEnvironment) and not value.default:
        return FromEnvironment(value.name, tuple(default))
    return value
