"""Where the program puts values: globals, attributes, items. Asked by those who follow a value back to its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import TypeVar

import msgspec

from statelint.facts.model import Bind, Call, Const, How, Invoke, New, Operand, SetAttr, SetItem, Span, Spread
from statelint.program.definitions import calls_at, changing_ops
from statelint.program.linking import Linker
from statelint.program.modules import Module
from statelint.program.objects import (
    ClassObject,
    Container,
    Context,
    External,
    Instance,
    Namespace,
    Object,
)

ADDS_ITEM = frozenset({"setdefault", "__setitem__"})
Key = str | int | float | bool | None
Name = TypeVar("Name", str, Key)


class Store(msgspec.Struct, frozen=True):
    """One line that puts the value of `operand` somewhere, under a name or key."""

    name: Key
    context: Context
    operand: Operand
    span: Span


class Stores:
    """Indexes made by one walk over all linked code, on first use."""

    def __init__(self, linker: Linker) -> None:
        """Nothing walked yet."""
        self.linker = linker
        self._attributes: dict[str, list[tuple[Operand, Store]]] = defaultdict(list)
        self._items: dict[Key, list[tuple[Operand, Store]]] = defaultdict(list)
        self._merges: list[tuple[Context, Invoke]] = []
        self._loads: list[tuple[Context, Invoke]] = []
        self._globals: dict[tuple[Module, str], list[Store]] = defaultdict(list)
        self._class_bodies: dict[ClassObject, Context] = {}
        self._bulks: dict[Object, dict[Key, list[Store]]] = {}  # the same few objects are asked for over and over
        self._is_walked = False
        # whoever follows values knows which files of data are read
        self.documents: Callable[[Context, Operand], Iterable[Container]] = lambda context, operand: ()

    def _walk(self) -> None:
        if self._is_walked:
            return
        self._is_walked = True
        for context in tuple(self.linker.contexts.values()):
            if context.cls is not None and context.body.kind == "class":
                self._class_bodies[context.cls] = context
            for op in changing_ops(context.body):
                self._add(context, op)

    def _add(self, context: Context, op: object) -> None:
        match op:
            case Bind(name=name, source=source, span=span):
                if context.body.kind == "module" or name in context.body.global_names:
                    self._globals[context.module, name].append(Store(name, context, source, span))
            case SetAttr(base=base, name=name, source=source, span=span, how=how) if how != How.DELETE:
                self._attributes[name].append((base, Store(name, context, source, span)))
            case SetItem(base=base, key=key, source=source, span=span, how=how) if how != How.DELETE:
                self._add_item(context, base, key, source, span)
            case Invoke(name=name, base=base, args=(key, value, *_), span=span) if name in ADDS_ITEM:
                self._add_item(context, base, key, value, span)
            case Invoke(name=name) if name == "update" or name in self.linker.models.settings.mergers:
                self._merges.append((context, op))
            case Invoke(name=name) if name in self.linker.models.settings.loaders:
                self._loads.append((context, op))

    def _add_item(self, context: Context, base: Operand, key: Operand, source: Operand, span: Span) -> None:
        literal = self.linker.literal(context, key)
        if isinstance(literal, Const):
            self._items[literal.value].append((base, Store(literal.value, context, source, span)))

    @cached_property
    def _attributes_of(self) -> dict[Object, dict[str, list[Store]]]:
        """Attributes that are set, by the object that they are set on."""
        return self._by_object(self._attributes)

    @cached_property
    def _items_of(self) -> dict[Object, dict[Key, list[Store]]]:
        """Items with literal keys, by the object that they are put into."""
        return self._by_object(self._items)

    def _by_object(self, stores: dict[Name, list[tuple[Operand, Store]]]) -> dict[Object, dict[Name, list[Store]]]:
        found: dict[Object, dict[Name, list[Store]]] = {}
        for name, pairs in stores.items():
            for base, store in pairs:
                for obj in self.linker.objects(store.context, base):
                    found.setdefault(obj, {}).setdefault(name, []).append(store)
        return found

    @cached_property
    def _merges_of(self) -> dict[Object, list[tuple[Context, Invoke]]]:
        """Calls that merge something into an object."""
        found: dict[Object, list[tuple[Context, Invoke]]] = {}
        for context, op in self._merges:
            for obj in self.linker.objects(context, op.base):
                found.setdefault(obj, []).append((context, op))
        return found

    # --- globals and attributes

    def of_global(self, module: Module, name: str) -> list[Store]:
        """Lines that bind a module's global: in its body, below `global`, in `globals()`."""
        self._walk()
        return [*self._globals.get((module, name), ()), *self._in_namespace(module, name)]

    def _in_namespace(self, module: Module, name: str) -> Iterator[Store]:
        """`globals()[name] = value`, `globals().update(name=value)`."""
        namespace = self.linker.namespace(self.linker.module_object(module))
        yield from self._items_of.get(namespace, {}).get(name, ())
        for context, op in self._merges_of.get(namespace, ()):
            yield from (store for store in self._merged(context, op, set()) if store.name == name)

    def class_body(self, cls: ClassObject) -> Context | None:
        """The context of a class body."""
        self._walk()
        return self._class_bodies.get(cls)

    def of_attribute(self, obj: Object, name: str) -> list[Store]:
        """Lines that set an attribute of an object, or of its class where none sets it on the object."""
        self._walk()
        found = self._set_on(obj, name)
        if isinstance(obj, Instance):
            found += self._constructed(obj, name)
        if not found and isinstance(obj, Instance | ClassObject):
            found = self._of_class(obj.cls if isinstance(obj, Instance) else obj, name)
        return found

    def _set_on(self, obj: Object, name: str) -> list[Store]:
        return [*self._attributes_of.get(obj, {}).get(name, ())]

    def _of_class(self, cls: ClassObject, name: str) -> list[Store]:
        for member in self.linker.mro(cls):
            found = self._set_on(member, name)
            body = self.class_body(member)
            if body is not None:
                found += [
                    Store(name, body, op.source, op.span)
                    for op in body.body.ops
                    if isinstance(op, Bind) and op.name == name and op.how != How.DECLARE
                ]
            if found:
                return found
        return []

    def _constructed(self, obj: Instance, name: str) -> list[Store]:
        """`Settings(url=...)` of a class whose constructor is a library's."""
        if obj.site is None or obj.site.context is None or self.linker.defining(obj.cls, "__init__") is not None:
            return []
        return [
            Store(name, obj.site.context, value, call.span)
            for call in calls_at(obj.site.context.body, obj.site.span)
            for keyword, value in call.keywords
            if keyword == name
        ]

    def loads(self) -> list[tuple[Context, Invoke]]:
        """Calls that read the attributes of a class or module, a file or the environment into settings."""
        self._walk()
        return self._loads

    # --- items

    def of_item(self, obj: Object, key: Key) -> list[Store]:
        """Lines that put an item into a container under a literal key."""
        self._walk()
        return [*self._items_of.get(obj, {}).get(key, ()), *self._brought(obj).get(key, ())]

    def items(self, obj: Object) -> list[Store]:
        """Every item with a literal key."""
        self._walk()
        return [*chain.from_iterable(self._brought(obj).values()), *self._keyed(obj)]

    def _keyed(self, obj: Object) -> Iterator[Store]:
        for stores in self._items_of.get(obj, {}).values():
            yield from stores

    def _brought(self, obj: Object) -> dict[Key, list[Store]]:
        found = self._bulks.get(obj)
        if found is None:
            found = self._bulks[obj] = {}
            for store in self._bulk(obj, set()):
                found.setdefault(store.name, []).append(store)
        return found

    def _bulk(self, obj: Object, seen: set[Object]) -> Iterator[Store]:
        """Items that a display, a call of `dict` or a merge brings."""
        if obj in seen:
            return
        seen.add(obj)
        if isinstance(obj, Namespace):
            yield from self._namespace(obj.owner)
        if isinstance(obj, Container) and obj.site is not None and obj.site.context is not None:
            yield from self._displayed(obj.site.context, obj.site.span, seen)
        for context, op in self._merges_of.get(obj, ()):
            yield from self._merged(context, op, seen)
        if isinstance(obj, External) and obj.made and obj.site is not None and obj.site.context is not None:
            yield from self._read(obj.site.context, getattr(obj.call, "operands", None), seen)

    def _read(self, context: Context, op: Call | Invoke | None, seen: set[Object]) -> Iterator[Store]:
        """Items of the file of data that a call gives."""
        for document in self.documents(context, op.target) if op is not None else ():
            yield from (*self._bulk(document, seen), *self._keyed(document))

    def _displayed(self, context: Context, span: Span, seen: set[Object]) -> Iterator[Store]:
        for op in context.body.ops:
            match op:
                case New(span=at, keys=keys, values=values, target=target) if at == span:
                    yield from self._entries(context, keys, values, span)
                    for spread in context.body.ops:
                        if isinstance(spread, Spread) and spread.target == target:
                            yield from self._poured(context, spread.source, seen)
                case Call(span=at) if at == span:
                    yield from self._merged(context, op, seen)

    def _entries(
        self, context: Context, keys: tuple[Operand, ...], values: tuple[Operand, ...], span: Span
    ) -> Iterator[Store]:
        for index, value in enumerate(values):
            key = self.linker.literal(context, keys[index]) if keys else Const(index)
            if isinstance(key, Const):
                yield Store(key.value, context, value, self._span_of(context, value) or span)

    def _span_of(self, context: Context, value: Operand) -> Span | None:
        """Where a nested display stands, for a long dict."""
        if type(value) is not int:
            return None
        return next((op.span for op in context.body.ops if isinstance(op, New) and op.target == value), None)

    def _merged(self, context: Context, op: Call | Invoke, seen: set[Object]) -> Iterator[Store]:
        for name, value in op.keywords:
            yield Store(name, context, value, op.span)
        for argument in (*op.args[:1], op.double_star):
            yield from self._poured(context, argument, seen)

    def _poured(self, context: Context, operand: Operand, seen: set[Object]) -> Iterator[Store]:
        for obj in (*self.linker.objects(context, operand), *self.documents(context, operand)):
            if isinstance(obj, Container | External):
                yield from self._bulk(obj, seen)
                yield from self._keyed(obj)
            elif isinstance(obj, Namespace):
                yield from self._bulk(obj, seen)

    def _namespace(self, owner: Object) -> Iterator[Store]:
        """`vars(x)`, `globals()`: items are attributes."""
        for name in tuple(owner.fields):
            yield from self.of_attribute(owner, name)
