"""Does a function read only files that come with the program, which are the same in every replica?"""

from __future__ import annotations

from collections.abc import Iterable

from statelint.detectors.outward import work_of
from statelint.facts.model import Attr, Bind, Call, Combine, Const, Invoke, Item, Iterate, Move, Op, Operand, Return
from statelint.program.definitions import definitions_of, given_to
from statelint.program.file_calls import FileUse
from statelint.program.index import ProgramIndex
from statelint.program.objects import Context

OWN_FILE = "__file__"
MOST_STEPS = 120  # of one search


def reads_shipped_files(index: ProgramIndex, contexts: Iterable[Context]) -> bool:
    """Whether every file that the work uses lies beside a module of the program, and there is one."""
    work = work_of(contexts, ())
    uses = [use for context in work for use in index.file_calls.in_context(context) if use.path is not None]
    return bool(uses) and all(_is_shipped(index, use) for use in uses)


def _is_shipped(index: ProgramIndex, use: FileUse) -> bool:
    if index.file_calls.writes(use.op, use.context, use.row):
        return False
    written = {state.anchor.symbol for state in index.files.groups(index.files.writes) if state.anchor is not None}
    names, is_own = _leaves(index, use.context, use.path)
    return is_own and names.isdisjoint(written)


def _leaves(index: ProgramIndex, context: Context, operand: Operand) -> tuple[set[str], bool]:
    """The globals that a path goes through, and whether it starts from where a module lies."""
    waiting, seen = [(context, operand)], set[tuple[Context, Operand]]()
    names: set[str] = set()
    is_own = False
    while waiting and len(seen) < MOST_STEPS:
        place, current = waiting.pop()
        if current is None or isinstance(current, Const) or (place, current) in seen:
            continue
        seen.add((place, current))
        is_own = is_own or current == OWN_FILE
        for op in definitions_of(place.body).get(current, ()):
            is_own = is_own or (isinstance(op, Attr) and op.name == OWN_FILE)
            waiting.extend((place, source) for source in _sources(op))
            if isinstance(op, Call | Invoke):
                returns = ((one, inner.source) for one in place.callees_at(op.span) for inner in _returns(one))
                waiting.extend(returns)
        if isinstance(current, str):
            waiting.extend(_given(index, place, current))
            if current not in place.body.names or place.body.kind == "module":
                names.add(f"{place.module.name}.{current}")
        for store in index.values.through(place, current):
            names.add(f"{store.context.module.name}.{store.name}")
            waiting.append((store.context, store.operand))
    return names, is_own


def _returns(context: Context) -> list[Return]:
    return [op for op in context.body.ops if isinstance(op, Return)]


def _given(index: ProgramIndex, context: Context, name: str) -> list[tuple[Context, Operand]]:
    at = next((at for at, param in enumerate(context.body.params) if param.name == name), None)
    if at is None:
        return []
    calls = index.reach.calls_of(context)
    return [(caller, given[0]) for caller, op in calls if (given := given_to(op, context, at)) is not None]


def _sources(op: Op) -> tuple[Operand, ...]:
    match op:
        case Bind(source=source) | Move(source=source) | Iterate(source=source):
            return (source,)
        case Attr(base=base) | Item(base=base):
            return (base,)
        case Combine(operands=operands):
            return operands[:1]
        case Call(args=args):
            return args[:1]
        case Invoke(base=base, args=args):
            return (base, *args[:1])
    return ()
