"""One walk from a path back to where it starts: names, attributes, items and what is put together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Protocol

from statelint.facts.model import (
    Attr,
    Bind,
    Call,
    Combine,
    Const,
    Enter,
    Invoke,
    Item,
    Iterate,
    Move,
    New,
    Op,
    Operand,
    Spread,
    Yield,
)
from statelint.models.rows import FileEffect
from statelint.program.definitions import definitions_of, given_to
from statelint.program.file_calls import FileCalls
from statelint.program.linking import Linker
from statelint.program.modules import Module
from statelint.program.objects import ClassObject, Context, External, Instance, ModuleObject, Object
from statelint.program.origins import CODE, MEMORY, PLACES, REQUEST, UPLOAD, Anchor, Origin
from statelint.program.reachability import Reachability
from statelint.program.stores import Store, Stores

MOST_VISITS = 500
DEEPEST = 18
DEEPEST_DETAIL = 12
MOST_OBJECTS = 16
BESIDE = frozenset({"parent", "parents"})
PATH_PARTS = BESIDE | {"name", "path", "buffer", "raw"}
CODE_PATHS = frozenset({"__file__", "__path__"})  # of modules and packages
JOINERS = frozenset({"f", "+", "/", "%", "+=", "/="})
Stack = tuple[tuple[Context, Call | Invoke, Context], ...]  # caller, call and callee, innermost last


class Kept(Protocol):
    """What a walk asks about names that outlive it."""

    linker: Linker
    stores: Stores
    calls: FileCalls
    reach: Reachability

    def of(self, context: Context, operand: Operand) -> Origin:
        """Another path."""

    def global_origin(self, module: Module, name: str) -> Origin:
        """A module's global."""

    def imported_origin(self, context: Context, name: str) -> Origin | None:
        """A name that a scope imports."""

    def attribute_origin(self, obj: Instance | ClassObject, name: str) -> Origin | None:
        """An attribute of a long-lived object."""

    def attribute_anchor(self, obj: Instance | ClassObject, name: str, stores: list[Store]) -> Anchor:
        """An attribute of another object."""

    def setting_origin(self, dotted: str, name: str) -> Origin | None:
        """An attribute of a library's settings."""

    def key_origin(self, obj: External, key: str) -> Origin | None:
        """An entry of a library's object."""


class NameWalk(ABC):
    """Follows one path; what only stands further down in it goes into the details."""

    def __init__(self, paths: Kept, origin: Origin) -> None:
        """Nothing seen yet."""
        self.paths = paths
        self.origin = origin
        self.linker = paths.linker
        self.models = paths.linker.models
        self.seen: set[object] = set()
        self.visits = 0

    def follow(self, context: Context, operand: Operand, stack: Stack, depth: int, *, detail: bool = False) -> None:
        """Add what a value is made of."""
        self.visits += 1
        key = (context, operand, stack[-1:], detail)
        if (
            operand is None
            or depth > (DEEPEST_DETAIL if detail else DEEPEST)
            or self.visits > MOST_VISITS
            or (key in self.seen)
        ):
            return
        if isinstance(operand, Const):
            self._text(operand.value, detail=detail)
            return
        self.seen.add(key)
        if isinstance(operand, str):
            self._name(context, operand, stack, depth + 1, detail=detail)
            return
        self._objects(context, operand)
        for op in definitions_of(context.body).get(operand, ()):
            self._definition(context, op, stack, depth + 1, detail=detail)

    def _text(self, value: object, *, detail: bool) -> None:
        if isinstance(value, str) and value:
            (self.origin.details if detail else self.origin.texts)[value] = None

    def _birth(self, birth: str, *, detail: bool = False) -> None:
        """What only names the file says nothing of where the path leads."""
        if not detail or birth not in PLACES:
            self.origin.births.add(birth)

    # --- names

    def _name(self, context: Context, name: str, stack: Stack, depth: int, *, detail: bool) -> None:
        body = context.body
        self._objects(context, name)
        index = next((at for at, param in enumerate(body.params) if param.name == name), None)
        if index is not None and not stack and not detail:
            self.origin.held_by(context, name)
        if index is not None:
            self._parameter(context, index, stack, depth, detail=detail)
        ops = definitions_of(body).get(name, ()) if body.kind != "module" and name not in body.global_names else ()
        if ops:
            if not stack and not detail:
                self.origin.held_by(context, name)
            for op in ops:
                self._definition(context, op, stack, depth, detail=detail)
        repeats = body.kind == "class" and any(isinstance(op, Bind) and op.source == name for op in ops)
        if repeats or (not ops and index is None):
            self._outer(context, name, depth, detail=detail)

    def _outer(self, context: Context, name: str, depth: int, *, detail: bool) -> None:
        if name in CODE_PATHS and not detail:
            self._birth(CODE)
        imported = self.paths.imported_origin(context, name)
        if imported is not None:
            self._take(imported, detail=detail)
            return
        outer = self.linker.defining_context(context, name)
        if outer is not None and name in outer.body.names:
            self.follow(outer, name, (), depth, detail=detail)
        else:
            self._take(self.paths.global_origin(context.module, name), detail=detail)

    def _take(self, found: Origin, *, detail: bool) -> None:
        """Go on with what a long-lived name was found to be."""
        origin = self.origin
        origin.births |= found.births - PLACES if detail else found.births
        if detail:
            origin.details.update(found.texts | found.details)
            return
        origin.anchors.update(found.anchors)
        origin.texts.update(found.texts)
        origin.details.update(found.details)

    def _parameter(self, context: Context, index: int, stack: Stack, depth: int, *, detail: bool) -> None:
        param = context.body.params[index]
        if index == 0 and context.takes_self:
            return
        if stack and stack[-1][2] is context:
            caller, op, _ = stack[-1]
            calls = [(caller, op, stack[:-1])]
        else:
            calls = [(caller, op, ()) for caller, op in self.paths.reach.calls_of(context)]
        if context in self.paths.reach.entry_contexts and not stack:
            self._birth(REQUEST)
            if self._is_upload_parameter(context, param.name):
                self._birth(UPLOAD)
        missing = not calls
        for caller, op, rest in calls:
            given = given_to(op, context, index)
            if given is None or given[0] is None:
                missing = True
            else:
                self.follow(caller, given[0], rest, depth, detail=detail)
        if missing and param.has_default and context.function is not None:
            self.follow(context.function.environment, param.default, (), depth, detail=detail)

    def _is_upload_parameter(self, context: Context, name: str) -> bool:
        return any(
            isinstance(obj, External) and self.models.files.is_upload(obj.dotted)
            for obj in self.linker.objects(context, name)
        )

    # --- operations

    def _definition(self, context: Context, op: Op, stack: Stack, depth: int, *, detail: bool) -> None:
        match op:
            case Bind(source=source) | Move(source=source) | Enter(source=source):
                self.follow(context, source, stack, depth, detail=detail)
            case Iterate(source=source) | Spread(source=source) | Yield(source=source):
                self.origin.is_joined = True
                self.follow(context, source, stack, depth, detail=detail)
            case Attr():
                self._attribute(context, op, stack, depth, detail=detail)
            case Item():
                self._item(context, op, stack, depth, detail=detail)
            case Combine(operator=operator, operands=operands) if operator in JOINERS:
                self._joined(context, operands, stack, depth, detail=detail)
            case Combine(operands=operands):
                for operand in operands[:1]:
                    self.follow(context, operand, stack, depth, detail=detail)
            case New(values=values):
                for value in values:
                    self.follow(context, value, stack, depth, detail=detail)
            case Call() | Invoke():
                self._call(context, op, stack, depth, detail=detail)

    def _joined(self, context: Context, operands: Iterable[Operand], stack: Stack, depth: int, *, detail: bool) -> None:
        """The first part says where the path starts; an empty text or a mere prefix of a format says nothing."""
        self.origin.is_joined = True
        for operand in self._parts(context, operands):
            self.follow(context, operand, stack, depth, detail=detail)
            starts = not (isinstance(operand, Const) and str(operand.value).startswith(("%", "{")))
            detail = detail or starts

    def _parts(self, context: Context, operands: Iterable[Operand]) -> Iterator[Operand]:
        """The operands of a joined text; those of a format stand in a tuple."""
        for operand in operands:
            made = definitions_of(context.body).get(operand, []) if isinstance(operand, int) else []
            if len(made) == 1 and isinstance(made[0], New) and made[0].kind == "tuple":
                yield from made[0].values
            else:
                yield operand

    def _objects(self, context: Context, operand: Operand) -> None:
        """What the objects themselves tell: a part of the request, an upload."""
        for obj in self.linker.objects(context, operand)[:MOST_OBJECTS]:
            if isinstance(obj, External):
                if self.models.belongs_to_request(obj.dotted):
                    self._birth(REQUEST)
                if self.models.files.is_upload(obj.dotted):
                    self._birth(UPLOAD)

    def _attribute(self, context: Context, op: Attr, stack: Stack, depth: int, *, detail: bool) -> None:
        self._objects(context, op.base)
        if op.name in CODE_PATHS and not detail:
            self._birth(CODE)
        if op.name in self.models.files.upload_names and REQUEST in self._births_of(context, op.base):
            self._birth(UPLOAD)
        is_found = False
        for obj in self.linker.objects(context, op.base)[:MOST_OBJECTS]:
            is_found = self._member(context, obj, op, stack, depth, detail=detail) or is_found
        if is_found:
            return
        self.origin.is_joined = True
        if op.name in BESIDE and not detail:
            self.origin.is_beside = True
        self.follow(context, op.base, stack, depth, detail=detail or op.name not in PATH_PARTS)

    def _births_of(self, context: Context, operand: Operand) -> set[str]:
        return self.paths.of(context, operand).births

    def _member(self, context: Context, obj: Object, op: Attr, stack: Stack, depth: int, *, detail: bool) -> bool:
        match obj:
            case ModuleObject(module=module):
                self._take(self.paths.global_origin(module, op.name), detail=detail)
                return True
            case External(dotted=dotted):
                row = self.models.files.row((f"{dotted}.{op.name}",))
                if row is not None and row.effect is FileEffect.MEMORY:
                    self._birth(MEMORY, detail=detail)
                found = self.paths.setting_origin(dotted, op.name) if not obj.made else None
                if found is not None:
                    self._take(found, detail=detail)
                return found is not None
            case Instance() | ClassObject():
                getters = [
                    edge.callee
                    for (_, span), edge in context.calls.items()
                    if (span.line, span.column) == (op.line, op.column) and edge.callee.body.name == op.name
                ]
                for getter in getters:
                    self._returned(getter, None, context, stack, depth, detail=detail)
                return bool(getters) or self._stored(obj, op.name, depth, detail=detail)
        return False

    def _stored(self, obj: Instance | ClassObject, name: str, depth: int, *, detail: bool) -> bool:
        kept = self.paths.attribute_origin(obj, name)
        if kept is not None:
            self._take(kept, detail=detail)
            return True
        sources = self.paths.stores.of_attribute(obj, name)
        if sources and not detail:
            self.origin.passed = self.paths.attribute_anchor(obj, name, sources)
        for store in sources:
            self.follow(store.context, store.operand, (), depth, detail=detail)
        return bool(sources)

    def _item(self, context: Context, op: Item, stack: Stack, depth: int, *, detail: bool) -> None:
        self._objects(context, op.base)
        if isinstance(op.key, Const) and isinstance(op.key.value, str):
            if self._looked_up(context, op.base, op.key.value, detail=detail):
                return
        self.origin.is_joined = True
        self.follow(context, op.base, stack, depth, detail=detail)
        self.follow(context, op.key, stack, depth, detail=True)

    def _looked_up(self, context: Context, base: Operand, key: str, *, detail: bool) -> bool:
        """`app.config["UPLOADS"]`, `os.environ["UPLOADS"]`."""
        for obj in self.linker.objects(context, base)[:MOST_OBJECTS]:
            if isinstance(obj, External) and not self.models.belongs_to_request(obj.dotted):
                found = self.paths.key_origin(obj, key)
                if found is not None:
                    self._take(found, detail=detail)
                    return True
        return False

    # --- calls

    @abstractmethod
    def _call(self, context: Context, op: Call | Invoke, stack: Stack, depth: int, *, detail: bool) -> None:
        """What a call gives."""

    @abstractmethod
    def _returned(
        self, callee: Context, op: Call | Invoke | None, caller: Context, stack: Stack, depth: int, *, detail: bool
    ) -> None:
        """What a function of the program gives back."""
