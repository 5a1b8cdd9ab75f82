"""Tables of plain data: a module's dict that only gets texts as keys, and values that a store outside can keep."""

from __future__ import annotations

from fnmatch import fnmatchcase

from statelint.domain.words import Holder
from statelint.facts.model import Attr, Bind, Call, Invoke, New, Operand
from statelint.program.definitions import definitions_of
from statelint.program.index import ProgramIndex
from statelint.program.objects import Container, Context, External
from statelint.program.state import State, Write
from statelint.program.stores import Store
from statelint.program.values import FromEnvironment, FromRequest, Joined, Known, Made, Value

WRITES = frozenset({"item", "delete", "pop", "clear", "setdefault"})
PLAIN_CONTAINERS = frozenset({"dict", "list"})
DEEPEST_NESTING = 4


def plain_table(index: ProgramIndex, state: State, results: tuple[str, ...]) -> Store | None:
    """The one assignment of such a dict; `results` are patterns of callables that give plain data."""
    if state.key.holder is not Holder.MODULE_GLOBAL or len(state.objects) != 1:
        return None
    module = index.holders.module_of(state.key)
    stores = index.values.stores.of_global(module, state.key.name) if module is not None else []
    if len(stores) != 1 or not _is_empty_dict(stores[0]):
        return None
    return stores[0] if all(_is_plain_write(index, state, write, results) for write in state.writes) else None


def _is_empty_dict(store: Store) -> bool:
    match list(definitions_of(store.context.body).get(store.operand, ())):
        case [New(kind="dict", values=())]:
            return True
        case [Call(callee="dict", args=(), keywords=(), double_star=None, star=None)]:
            return True
    return False


def _is_plain_write(index: ProgramIndex, state: State, write: Write, results: tuple[str, ...]) -> bool:
    if write.how not in WRITES or write.obj not in state.objects:
        return False
    if write.how in {"clear", "delete", "pop"}:
        return True
    keys = index.values.of(write.context, write.key_operand)
    return all(_is_text(value) for value in keys) and _is_plain(index, write.context, write.value, results, 0)


def _is_text(value: Value) -> bool:
    return isinstance(value, Joined | FromRequest) or (isinstance(value, Known) and isinstance(value.value, str))


def _is_plain(index: ProgramIndex, context: Context, operand: Operand, results: tuple[str, ...], depth: int) -> bool:
    if depth > DEEPEST_NESTING:
        return False
    match list(definitions_of(context.body).get(operand, ())) if operand is not None else []:
        case [Call() | Invoke() as op]:
            names = [callee.dotted for callee in index.callees(context, op)]
        case [Attr(base=base, name=name)]:
            names = [f"{one.dotted}.{name}" for one in index.linker.objects(context, base) if isinstance(one, External)]
        case [Bind(source=source)]:
            return _is_plain(index, context, source, results, depth + 1)
        case _:
            names = []
    if names and all(any(fnmatchcase(name, pattern) for pattern in results) for name in names):
        return True
    values = index.values.of(context, operand)
    return bool(values) and all(_of(index, one, results, depth) for one in values)


def _of(index: ProgramIndex, value: Value, results: tuple[str, ...], depth: int) -> bool:
    match value:
        case Known() | Joined():
            return True
        case FromEnvironment(default=default):
            return all(_of(index, one, results, depth) for one in default)
        case Made(obj=Container(kind=kind) as obj) if kind in PLAIN_CONTAINERS:
            items = index.values.stores.items(obj)
            return bool(items) and all(_is_plain(index, one.context, one.operand, results, depth + 1) for one in items)
    return False
