"""Where a path comes from: the constant, setting or attribute that it starts from."""

from __future__ import annotations

from collections.abc import Iterable

from statelint.domain.words import Holder
from statelint.facts.model import Bind, Const, How, ImportFrom, Operand
from statelint.program.file_calls import FileCalls
from statelint.program.holders import Holders
from statelint.program.modules import Module
from statelint.program.objects import CONSTRUCTORS, ClassObject, Context, External, Instance
from statelint.program.origins import HANDLE, PLACES, SCRATCH, Anchor, Origin
from statelint.program.path_calls import Walk
from statelint.program.reachability import Reachability, place_of
from statelint.program.settings import Settings
from statelint.program.stores import Store

DEEPEST_WALKS = 4
MOST_STORES = 32  # of one name, before more of them would say nothing new


class Paths:
    """Follows paths on demand; every answer is remembered.

    `Values` tells what a value may be; here one part of it matters, the first, and under which name it is kept.
    """

    def __init__(self, reach: Reachability, holders: Holders, settings: Settings, calls: FileCalls) -> None:
        """Nothing followed yet."""
        self.reach = reach
        self.settings = settings
        self.stores = settings.stores
        self.linker = settings.stores.linker
        self.holders = holders
        self.calls = calls
        self._answers: dict[tuple[Context, Operand], Origin] = {}
        self._depth = 0  # walks that wait for another
        self._named: dict[object, Origin | None] = {}

    def of(self, context: Context, operand: Operand) -> Origin:
        """What a path is made of."""
        key = (context, operand)
        if key not in self._answers:
            self._answers[key] = Origin()  # a path may be made from itself
            self._answers[key] = self._walked(context, operand)
        return self._answers[key]

    def _walked(self, context: Context, operand: Operand) -> Origin:
        walk = Walk(self, Origin())
        if self._depth < DEEPEST_WALKS:
            self._depth += 1
            walk.follow(context, operand, (), 0)
            self._depth -= 1
        return walk.origin

    def _anchored(self, key: object, holder: Holder, symbol: str, stores: Iterable[Store]) -> Origin:
        """The origin of a long-lived name: itself, or the name that it only repeats."""
        self._named[key] = None  # a name may be made from itself
        ordered = sorted(stores, key=_order)
        found = Origin()
        for store in ordered[:MOST_STORES]:
            found.add(self._walked(store.context, store.operand))
        if found.is_joined or not found.anchors:
            found.anchors = {Anchor(holder, symbol, place_of(ordered[0].context, ordered[0].span)): None}
        found.births -= (
            PLACES if found.is_joined else {SCRATCH, HANDLE}
        )  # what a long-lived name keeps outlives a request
        self._named[key] = found
        return found

    # --- globals

    def global_origin(self, module: Module, name: str) -> Origin:
        """What a module's global was found to be."""
        key = (module, name)
        if key in self._named:
            return self._named[key] or Origin()
        self._named[key] = None
        imported = self.imported_origin(self.linker.module_context(module), name)
        if imported is None and name not in self.linker.module_names(module):
            imported = self._starred(module, name)
        if imported is not None:
            self._named[key] = imported
            return imported
        stores = [store for store in self.stores.of_global(module, name) if _binds(store, name)]
        if not stores:
            return Origin()
        return self._anchored(key, Holder.MODULE_GLOBAL, f"{module.name}.{name}", stores)

    def imported_origin(self, context: Context, name: str) -> Origin | None:
        """What a name stands for that a scope imports from a module of the program."""
        for op in context.body.ops:
            if isinstance(op, ImportFrom) and op.name == name:
                target = self.linker.import_target(context.module, op.module, op.level)
                return self.global_origin(target.module, op.member) if target is not None else None
        return None

    def _starred(self, module: Module, name: str) -> Origin | None:
        for star in self.linker.stars(module):
            target = self.linker.import_target(module, star.module, star.level)
            if target is not None and (found := self.global_origin(target.module, name)).anchors:
                return found
        return None

    # --- attributes

    def attribute_origin(self, obj: Instance | ClassObject, name: str) -> Origin | None:
        """What an attribute of a class or of a long-lived object was found to be; None for other objects."""
        cls = obj.cls if isinstance(obj, Instance) else obj
        key = (obj, name)
        if key in self._named:
            return self._named[key] or Origin()
        stores = self.stores.of_attribute(obj, name)
        own = [store for store in stores if store.context.body.kind != "class"]
        if own and isinstance(obj, Instance):
            if not self.holders.is_long_lived(obj):
                return None
            owner = _owner_of(min(own, key=_order).context, cls)
            return self._anchored(key, Holder.SINGLETON_INSTANCE, f"{owner.symbol}.{name}", own)
        stores = [store for store in stores if not _is_nothing(store.operand)]
        if not stores:
            return None
        owner = self.linker.defining(cls, name) or cls
        return self._anchored(key, Holder.CLASS_ATTRIBUTE, f"{owner.symbol}.{name}", stores)

    def attribute_anchor(self, obj: Instance | ClassObject, name: str, stores: list[Store]) -> Anchor:
        """An attribute of an object that lives for one request only."""
        first = min(stores, key=_order)
        owner = _owner_of(first.context, obj.cls if isinstance(obj, Instance) else obj)
        return Anchor(Holder.SINGLETON_INSTANCE, f"{owner.symbol}.{name}", place_of(first.context, first.span))

    # --- settings

    def setting_origin(self, dotted: str, name: str) -> Origin | None:
        """An attribute of a library's settings object, such as `django.conf.settings.MEDIA_ROOT`."""
        if self.linker.models.settings.modules_of(dotted) is None:
            return None
        return self._set_by_name(name) or _setting(f"{dotted}.{name}", name)

    def key_origin(self, obj: External, key: str) -> Origin | None:
        """An entry of an object of a library that the application configures, such as `app.config[key]`."""
        stores = self.stores.of_item(obj, key)
        if not stores and not key.isupper():
            return None
        return self._set_by_name(key, stores) or _setting(f"{obj.dotted.rpartition('.')[2]}[{key!r}]", key)

    def _set_by_name(self, name: str, stores: Iterable[Store] = ()) -> Origin | None:
        key = ("setting", name)
        if key not in self._named:
            found = [*stores, *(setting.store for setting in self.settings.find(name))] if name.isupper() else [*stores]
            if not found:
                self._named[key] = None
                return None
            first = min(found, key=_order)
            self._anchored(key, Holder.APP_OBJECT, f"{first.context.module.name}.{name}", found)
        return self._named[key]


def _setting(symbol: str, name: str) -> Origin:
    """A setting that the program itself does not set."""
    found = Origin()
    found.anchors[Anchor(Holder.APP_OBJECT, symbol)] = None
    found.details[name] = None
    return found


def _binds(store: Store, name: str) -> bool:
    """Whether a store is an assignment, and no definition of a function or class."""
    return any(
        isinstance(op, Bind) and op.name == name and op.span == store.span and op.how == How.ASSIGN
        for op in store.context.body.ops
    )


def _order(store: Store) -> tuple[bool, bool, int]:
    """Constructors and start-up code first; what only empties a name last."""
    return _is_nothing(store.operand), store.context.body.name not in CONSTRUCTORS, store.context.phase


def _is_nothing(operand: Operand) -> bool:
    return isinstance(operand, Const) and operand.value is None


def _owner_of(context: Context, cls: ClassObject) -> ClassObject:
    """The class whose method assigns the attribute."""
    function = context.function
    return function.owner if function is not None and function.owner is not None else cls
