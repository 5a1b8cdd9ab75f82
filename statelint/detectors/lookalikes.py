"""Look-alikes that no verdict is about, for those who ask why there is no finding.

Objects that only importing or starting code fills, objects that change only in code that no entry point reaches,
and attributes of objects that belong to one request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statelint.domain.findings import Cleared, Place
from statelint.domain.words import ClearedReason, Holder
from statelint.facts.model import Attr, Bind, Body, Combine, How, ImportFrom, Invoke, Operand, SetAttr, SetItem
from statelint.program.holders import Key
from statelint.program.index import ProgramIndex
from statelint.program.modules import Module
from statelint.program.objects import STARTUP, Container, Context, External, Instance, Object
from statelint.program.reachability import place_of

NAMED = frozenset({Holder.MODULE_GLOBAL, Holder.CLASS_ATTRIBUTE, Holder.SINGLETON_INSTANCE, Holder.APP_OBJECT})
Write = SetItem | SetAttr | Invoke | Combine


def lookalikes(index: ProgramIndex, judged: Iterable[Cleared]) -> tuple[Cleared, ...]:
    """One for each object and reason; what is a state object or `judged` already is left out."""
    known = {key.symbol for key in index.effects.states} | {cleared.symbol for cleared in judged}
    found: dict[str, Cleared] = {}
    for cleared in (*_filled_at_start(index), *_unreachable(index), *_of_one_request(index)):
        if cleared.symbol not in known:
            found.setdefault(cleared.symbol, cleared)
    return tuple(found.values())


# --- filled while modules are imported or the application starts


def _filled_at_start(index: ProgramIndex) -> Iterator[Cleared]:
    for context in tuple(index.linker.all_contexts()):
        if context.phase != STARTUP:
            continue
        for op in context.body.ops:
            if isinstance(op, Bind) and op.name in context.body.global_names and op.how != How.DECLARE:
                key = index.holders.global_key(context.module, op.name)
                yield from _cleared(index, key, None, ClearedReason.IMPORT_TIME_REGISTRY)
            for obj in _filled(index, context, op):
                yield from _cleared(index, index.holders.key_of(obj), obj, ClearedReason.IMPORT_TIME_REGISTRY)


def _filled(index: ProgramIndex, context: Context, op: object) -> Iterator[Container]:
    if not isinstance(op, SetItem | Invoke | Combine):
        return
    for obj in index.linker.objects(context, op.operands[0] if isinstance(op, Combine) and op.operands else _base(op)):
        if isinstance(obj, Container) and obj.phase == STARTUP and _changes(op, obj):
            yield obj


def _changes(op: SetItem | Invoke | Combine, obj: Container) -> bool:
    match op:
        case Invoke(name=name):
            return obj.row is not None and name in obj.row.mutators
        case Combine():
            return op.is_in_place
    return True


def _base(op: SetItem | Invoke | Combine) -> Operand:
    return None if isinstance(op, Combine) else op.base


# --- not reachable from any entry point


def _unreachable(index: ProgramIndex) -> Iterator[Cleared]:
    linked = {(context.module.path, context.body.span) for context in index.linker.all_contexts()}
    mutators = _mutators(index)
    for module in index.linker.modules.all:
        for body in module.bodies:
            if body.kind in {"function", "lambda"} and (module.path, body.span) not in linked:
                for owner, name in _names_changed(index, module, body, mutators):
                    key = index.holders.global_key(owner, name)
                    detail = f"only `{module.name}.{body.qualname}` changes it, which nothing that serves calls"
                    yield from _cleared(index, key, None, ClearedReason.UNREACHABLE, detail)


def _mutators(index: ProgramIndex) -> frozenset[str]:
    rows = {obj.row for obj in index.linker.containers.values() if obj.row is not None}
    return frozenset(name for row in rows for name in row.mutators)


def _names_changed(
    index: ProgramIndex, module: Module, body: Body, mutators: frozenset[str]
) -> Iterator[tuple[Module, str]]:
    members = {op.target: op for op in body.ops if isinstance(op, Attr)}
    for op in body.ops:
        base: Operand = None
        match op:
            case Bind(name=name) if name in body.global_names:
                yield module, name
            case SetItem() | SetAttr():
                base = op.base
            case Invoke(name=name) if name in mutators:
                base = op.base
            case Combine(operands=(first, *_)) if op.is_in_place:
                base = first
        member = members.get(base) if isinstance(base, int) else None
        if isinstance(base, str) and (found := _global(index, module, body, base)) is not None:
            yield found
        elif member is not None and isinstance(member.base, str):
            if (imported := _module_named(index, module, member.base)) is not None:
                yield imported, member.name


def _global(index: ProgramIndex, module: Module, body: Body, name: str) -> tuple[Module, str] | None:
    current = body
    while current.kind != "module":
        if name in current.names and current.kind != "class" and name not in current.global_names:
            return None
        current = module.bodies[current.parent]
    for op in current.ops:
        if isinstance(op, ImportFrom) and op.name == name:
            source = _imported(index, module, op)
            return (source, op.member) if source is not None else None
    return (module, name) if name in current.names else None


def _module_named(index: ProgramIndex, module: Module, name: str) -> Module | None:
    for op in module.bodies[0].ops:
        if isinstance(op, ImportFrom) and op.name == name:
            dotted = f"{op.module}.{op.member}".strip(".")
            if op.level:
                return index.linker.modules.at(index.linker.modules.relative(module, dotted, op.level))
            return index.linker.modules.find(module, dotted)
    return None


def _imported(index: ProgramIndex, module: Module, op: ImportFrom) -> Module | None:
    modules = index.linker.modules
    if op.level:
        return modules.at(modules.relative(module, op.module, op.level))
    return modules.find(module, op.module)


# --- belongs to one request


def _of_one_request(index: ProgramIndex) -> Iterator[Cleared]:
    for context in index.reach.order:
        if index.reach.is_constructing(context):
            continue
        for op in context.body.ops:
            if isinstance(op, SetAttr):
                for obj in index.linker.objects(context, op.base):
                    yield from _of_request(index, context, op, obj)


def _of_request(index: ProgramIndex, context: Context, op: SetAttr, obj: Object) -> Iterator[Cleared]:
    match obj:
        case Instance(per_request=True):
            owner, _, _ = index.holders.attribute_place(obj.cls, op.name)
            yield Cleared(place_of(context, op.span), f"{owner.symbol}.{op.name}", ClearedReason.PER_REQUEST)
        case External() if (reason := _locality(index, obj)) is not None:
            yield Cleared(place_of(context, op.span), f"{obj.dotted}.{op.name}", reason)


def _locality(index: ProgramIndex, obj: External) -> ClearedReason | None:
    current: Object | None = obj
    while isinstance(current, External):
        if index.models.belongs_to_request(current.dotted):
            return ClearedReason.PER_REQUEST
        row = index.models.type_row(current.dotted)
        if row is not None and row.kind == "not-shared":
            return ClearedReason.CONTEXT_LOCAL
        current = current.base
    return None


# --- places


def _cleared(
    index: ProgramIndex, key: Key | None, obj: Container | None, reason: ClearedReason, detail: str = ""
) -> Iterator[Cleared]:
    if key is None or key.holder not in NAMED or key.name.rpartition(".")[2].startswith("__"):
        return
    place: Place | None = index.holders.place_of(key, obj)
    if place is not None:
        yield Cleared(place, key.symbol, reason, detail)
