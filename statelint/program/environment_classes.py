"""Classes of settings whose attributes are variables of the environment, and what these are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain

from statelint.facts.model import Call, Const, Declare, Move, New, Operand
from statelint.program.definitions import calls_at, definitions_of
from statelint.program.linking import Linker
from statelint.program.objects import ClassObject, Container, Context, External, Object
from statelint.program.stores import Store, Stores


class EnvironmentClasses:
    """Asks classes for their bases, and for the options that they are made with."""

    def __init__(self, linker: Linker, stores: Stores) -> None:
        """Nothing looked for yet."""
        self._linker = linker
        self._stores = stores
        self._arguments = linker.models.arguments

    @cached_property
    def classes(self) -> frozenset[ClassObject]:
        """The classes of the program that are such."""
        return frozenset(
            cls
            for cls in self._linker.classes.values()
            if any(self._arguments.reads_environment(base) for base in self._linker.external_bases(cls))
        )

    def variable(self, cls: ClassObject | None, name: str) -> str:
        """What sets an attribute of a class; empty for a class that is no such."""
        if cls not in self.classes or cls is None:
            return ""
        return self._declared(cls, name) or (self._option(cls, self._arguments.environment_prefix) + name).upper()

    def part(self, cls: ClassObject, name: str, part: str) -> str:
        """What sets an attribute of an attribute: a variable of its own, or a part of that of the whole."""
        variable = self.variable(cls, name)
        delimiter = self._option(cls, self._arguments.environment_delimiter) if variable else ""
        return f"{variable}{delimiter}{part}".upper() if delimiter else variable

    def _declared(self, cls: ClassObject, name: str) -> str:
        """The variable that an attribute is declared with, whatever its own name: in its annotation or its value."""
        variables = (
            self._variables(store.context, op)
            for store in self._stores.of_attribute(cls, name)
            for operand in (store.operand, *_annotations(store.context, name))
            for op in definitions_of(store.context.body).get(operand, ())
            if isinstance(op, Call)
        )
        return next(chain.from_iterable(variables), "")

    def _variables(self, context: Context, op: Call) -> Iterator[str]:
        callees = (obj for obj in self._linker.objects(context, op.callee) if isinstance(obj, External))
        rows = [row for obj in callees if (row := self._arguments.field(obj.dotted)) is not None]
        given = dict(op.keywords)
        for keyword in (keyword for row in rows for keyword in row.variable if keyword in given):
            yield from _names_in(context, given[keyword])

    def _option(self, cls: ClassObject, paths: Iterable[str]) -> str:
        for path in sorted(paths):
            holder, _, option = path.partition(".")
            for member in self._linker.mro(cls):
                for obj in tuple(self._linker.lookup(member, holder).objects):
                    for text in self._texts(obj, option):
                        return text
        return ""

    def _texts(self, obj: Object, option: str) -> Iterator[str]:
        stores: Iterable[Store] = ()
        if isinstance(obj, ClassObject):
            stores = self._stores.of_attribute(obj, option)
        elif isinstance(obj, Container):
            stores = self._stores.of_item(obj, option)
        elif isinstance(obj, External) and obj.site is not None and obj.site.context is not None:
            calls = calls_at(obj.site.context.body, obj.site.span)
            yield from (
                value.value
                for call in calls
                for name, value in call.keywords
                if name == option and isinstance(value, Const) and isinstance(value.value, str)
            )
        for store in stores:
            if isinstance(store.operand, Const) and isinstance(store.operand.value, str):
                yield store.operand.value


def _annotations(context: Context, name: str) -> Iterator[Operand]:
    """What the annotation of a name in a class body is made of, such as what `Annotated` adds to the type."""
    for op in context.body.ops:
        if isinstance(op, Declare) and op.base is None and op.name == name:
            known = definitions_of(context.body).get(op.annotation, ())
            yield from (part.source for part in known if isinstance(part, Move))


def _names_in(context: Context, operand: Operand) -> Iterator[str]:
    """One name, or those in a list or in what a call makes of several."""
    if isinstance(operand, Const) and isinstance(operand.value, str):
        yield operand.value
    elif operand is not None:
        for op in definitions_of(context.body).get(operand, ()):
            inner = op.args if isinstance(op, Call) else op.values if isinstance(op, New) else ()
            yield from (one.value for one in inner if isinstance(one, Const) and isinstance(one.value, str))
