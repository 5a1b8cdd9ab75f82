"""Settings that a library puts together from files with a section for each environment, and from variables."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import msgspec

from statelint.facts.data import DOCUMENT
from statelint.facts.model import Call, Invoke, Operand
from statelint.models.rows import LayersRow
from statelint.program.documents import Documents
from statelint.program.linking import Linker
from statelint.program.modules import Module
from statelint.program.objects import Container, Context, External, Object
from statelint.program.stores import Store, Stores
from statelint.program.values import Known, Made, Values

DEPLOYED = "production"  # comes after the sections of every environment


class Layer(msgspec.Struct, frozen=True):
    """One line of a file that sets a setting, and its section there."""

    module: Module
    section: str
    store: Store


class Layers:
    """Finds the files that such objects are made with, and settings in them, by names of any case."""

    def __init__(self, linker: Linker, stores: Stores, values: Values, documents: Documents) -> None:
        """Nothing looked for yet."""
        self._linker = linker
        self._stores = stores
        self._values = values
        self._documents = documents
        self._rows = linker.models.arguments.layers
        self._files: dict[External, tuple[Module, ...]] = {}

    @cached_property
    def of_applications(self) -> list[External]:
        """Objects whose settings are those of an application."""
        externals = self._linker.externals.values() if self._rows else ()
        return [obj for obj in tuple(externals) if (row := self._row(obj)) is not None and row.fills]

    def variable(self, obj: Object, name: str) -> str:
        """What sets a setting in the environment; empty for an object that is no such."""
        row = self._row(obj)
        if row is None or not isinstance(obj, External):
            return ""
        for context, operand in self._given(obj, row.prefix):
            for value in self._values.of(context, operand):
                if isinstance(value, Known):
                    return f"{value.value}_{name}".upper() if value.value else name.upper()
        return f"{row.implied}_{name}".upper()

    def of(self, obj: Object, name: str) -> list[Layer]:
        """The lines that set a setting: those of the last file, and of the section that is deployed."""
        for module in reversed(self._files_of(obj)) if isinstance(obj, External) else ():
            if found := [layer for layer in self._layers(module) if str(layer.store.name).upper() == name.upper()]:
                return [layer for layer in found if layer.section.lower() == DEPLOYED] or found
        return []

    def _layers(self, module: Module) -> Iterator[Layer]:
        for root in tuple(self._linker.global_node(module, DOCUMENT).objects):
            for store in self._stores.items(root):
                yield Layer(module, "", store)
                for value in self._values.stored(store):
                    if isinstance(value, Made) and isinstance(value.obj, Container):
                        yield from (Layer(module, str(store.name), one) for one in self._stores.items(value.obj))

    def _files_of(self, obj: External) -> tuple[Module, ...]:
        if obj not in self._files:
            row = self._row(obj)
            named = self._given(obj, row.files) if row is not None else ()
            files = (module for context, operand in named for module in self._named(context, operand))
            self._files[obj] = tuple(dict.fromkeys(module for module in files if not module.is_code))
        return self._files[obj]

    def _named(self, context: Context, operand: Operand) -> Iterator[Module]:
        yield from self._documents.files(context, operand)
        for value in self._values.of(context, operand):
            if isinstance(value, Made):
                for store in self._stores.items(value.obj):
                    yield from self._documents.files(store.context, store.operand)

    def _given(self, obj: External, keywords: tuple[str, ...]) -> Iterator[tuple[Context, Operand]]:
        call = getattr(obj.call, "operands", None)
        if isinstance(call, Call | Invoke) and obj.site is not None and obj.site.context is not None:
            context = obj.site.context
            yield from ((context, value) for name, value in call.keywords if name in keywords)

    def _row(self, obj: Object) -> LayersRow | None:
        return self._rows.get(obj.dotted) if isinstance(obj, External) and obj.made else None
