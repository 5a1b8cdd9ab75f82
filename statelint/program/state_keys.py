"""The state object that an operation on a holder changes: its holder and name, or none."""

from __future__ import annotations

from statelint.domain.words import Holder
from statelint.facts.model import Const, Operand
from statelint.program.applications import item_part
from statelint.program.holders import Holders, Key
from statelint.program.items import CONTAINER_BASES
from statelint.program.linking import Linker
from statelint.program.objects import (
    Bound,
    ClassObject,
    Container,
    Context,
    External,
    FunctionObject,
    Instance,
    ModuleObject,
    Object,
    Super,
)

IMMUTABLE = frozenset({"tuple", "generator", "frozenset", "builtins.tuple", "builtins.frozenset"})
KEEPING = CONTAINER_BASES | {"store", "limiter"}
ELSEWHERE = frozenset(  # kinds of library objects that are no state of this process
    {"lock", "sync", "not-shared", "external", "metrics", "logging", "disk", "process-global"}
)
PROCESS = "process-global"
ITEM_METHODS = frozenset({"__setitem__", "__delitem__"})
APPLICATION_MUTATORS = frozenset({"update", "setdefault", "pop", "clear"})


class StateKeys:
    """Names what is changed by attribute, item and method."""

    def __init__(self, linker: Linker, holders: Holders) -> None:
        """Needs nothing but who holds what."""
        self.linker = linker
        self.holders = holders

    def attribute_key(self, base: Object, name: str) -> Key | None:
        match base:
            case ModuleObject(module=module):
                return self.holders.global_key(module, name)
            case ClassObject():
                return self.holders.class_key(base, name)
            case FunctionObject():
                return self.holders.function_key(base, name)
            case Bound(function=function):
                return self.holders.function_key(function, name)
            case Instance():
                if self.linker.property_of(base.cls, name) is not None:
                    return None
                return self.holders.attribute_key(base, name)
            case External():
                row = self.linker.models.type_row(base.dotted)
                return None if row is not None and row.kind in ELSEWHERE else self.holders.external_key(base, name)
        return None

    def has_attribute(self, obj: Object, name: str) -> bool:
        match obj:
            case Instance():
                return self.holders.introduces(obj.cls, name)
            case ClassObject():
                return self.linker.defining(obj, name) is not None
            case ModuleObject(module=module):
                return name in self.linker.module_names(module)
            case External():
                return self.holders.is_application(obj)
        return False

    def process_key(self, context: Context, base: Object, method: str = "") -> Key | None:
        """What the process has one of, such as its environment, under the module that writes it."""
        row = self.linker.models.type_row(base.dotted) if isinstance(base, External) and not base.made else None
        if row is None or row.kind != PROCESS or (method and method not in row.mutators):
            return None
        return Key(Holder.MODULE_GLOBAL, context.module.path, context.module.name, row.qualified[0])

    def content_key(self, base: Object, used: str, item: Operand = None, *, alone: bool = True) -> Key | None:
        """The holder of what `base[...]` writes; unknown library values count only where nothing else is meant."""
        match base:
            case Container() if base.kind not in IMMUTABLE:
                return self.holders.key_of(base, used)
            case Instance() if base.content is not None and self.linker.defining(base.cls, "__setitem__") is None:
                return self.holders.key_of(base, used)
            case External() if not base.made or self.holders.is_application(base):
                return self._external_content(base, item)
            case External() if self._is_outside(base):
                return None
            case External() if alone or self.linker.models.type_row(base.dotted) is not None:
                return self.holders.key_of(base, used)
        return None

    def _is_outside(self, base: External) -> bool:
        """Whether the items of a library's object are kept outside of the process."""
        row = self.linker.models.type_row(base.dotted)
        return row is not None and row.kind == "external"

    def _external_content(self, base: External, item: Operand) -> Key | None:
        if base.base is None and not base.made:
            return None
        if isinstance(item, Const) and self.holders.is_application(base):
            return self.holders.external_key(base, item_part(item))
        return self.holders.key_of(base)

    def mutated_by(self, base: Object, name: str, used: str, item: Operand) -> Key | None:
        match base:
            case Container(row=row) if row is not None and name in row.mutators and base.kind not in IMMUTABLE:
                return self.holders.key_of(base, used)
            case Instance() if self.linker.defining(base.cls, name) is None:
                return self.holders.key_of(base, used) if self._base_mutates(base, name) else None
            case Super(receiver=Instance() as receiver):
                if self.holders.is_long_lived(receiver) and self._base_mutates(receiver, name):
                    return self.holders.key_of(receiver, used)
            case External():
                return self._external_mutated(base, name, item)
        return None

    def _base_mutates(self, obj: Instance, name: str) -> bool:
        """Whether a library class that the object derives from changes itself by a method of this name."""
        rows = (self.linker.models.type_row(base) for base in self.linker.external_bases(obj.cls))
        return any(
            row is not None and row.kind in KEEPING and (name in row.mutators or name in ITEM_METHODS) for row in rows
        )

    def _external_mutated(self, base: External, name: str, item: Operand) -> Key | None:
        row = self.linker.models.type_row(base.dotted)
        if row is not None and row.kind in ELSEWHERE:
            return None
        if row is not None and name in row.mutators:
            return None if self.holders.is_kept_elsewhere(base) else self.holders.key_of(base)
        if self.holders.is_application(base) and base.base is not None and name in APPLICATION_MUTATORS:
            return self._external_content(base, item)
        return None
