"""Background work that is start-up: threads that run the server, and reloaders for development."""

from __future__ import annotations

from collections.abc import Callable, Collection

from statelint.facts.model import Attr, Call, Import, ImportFrom, Invoke
from statelint.program.definitions import calls_of, definitions_of
from statelint.program.objects import Context, External, FunctionObject, Instance, Object, Super
from statelint.program.registration import Registration

DEEPEST_SEARCH = 3  # calls between what a thread runs and the call that tells what it is for


def starts_server(linker: Registration, context: Context) -> bool:
    """Whether what `context` calls blocks and serves."""
    return _calls(context, lambda one: _starts_serving(linker, one), 0)


def serves(linker: Registration, context: Context, known: dict[Context, bool]) -> bool:
    """Whether a function itself, or what it calls, blocks and serves; `known` remembers what each calls itself."""

    def starts(one: Context) -> bool:
        if one not in known:
            known[one] = _starts_serving(linker, one)
        return known[one]

    return _calls(context, starts, 1)


def _starts_serving(linker: Registration, context: Context) -> bool:
    return _calls_itself(linker, context, linker.models.starts_serving, linker.models.may_start_serving)


def is_server_command(linker: Registration, function: FunctionObject) -> bool:
    """Whether a function names a call that blocks and serves: a command that starts the server."""
    return any(
        linker.models.starts_serving(dotted)
        for op in calls_of(function.body)
        if linker.models.may_start_serving(_last_name(op))
        for dotted in [_written_name(linker, function, op)]
    )


def _last_name(op: Call | Invoke) -> str:
    return op.name if isinstance(op, Invoke) else str(op.callee)


def _written_name(linker: Registration, function: FunctionObject, op: object) -> str:
    """`tornado.ioloop.IOLoop.current.start` of `tornado.ioloop.IOLoop.current().start()`, by imports alone."""
    match op:
        case Invoke(base=base, name=name) | Attr(base=base, name=name):
            owner = _written_name(linker, function, base)
            return linker.models.canonical(f"{owner}.{name}") if owner else ""
        case Call(callee=callee):
            return _written_name(linker, function, callee)
        case ImportFrom(module=module, member=member, level=0):
            return linker.models.canonical(f"{module}.{member}")
        case Import(bound=bound):
            return bound
        case int():
            made = definitions_of(function.body).get(op, [])
            return _written_name(linker, function, made[0]) if len(made) == 1 else ""
        case str() if op in function.body.names:
            imports = [one for one in function.body.ops if isinstance(one, Import | ImportFrom) and one.name == op]
            return _written_name(linker, function, imports[0]) if imports else ""
        case str():
            objects = tuple(linker.global_node(function.module, op).objects)
            return next((obj.dotted for obj in objects if isinstance(obj, External) and not obj.made), "")
    return ""


def reloads_code(linker: Registration, context: Context) -> bool:
    """Whether it waits for changed files and loads code again, as start-up did."""
    return _calls_any(linker, context, linker.models.watches) and _calls_any(linker, context, linker.models.loads)


def _calls_any(linker: Registration, context: Context, names: Collection[str]) -> bool:
    last_names = {name.rpartition(".")[2] for name in names}
    return _calls(context, lambda one: _calls_itself(linker, one, names.__contains__, last_names.__contains__), 0)


def _calls(context: Context, is_wanted: Callable[[Context], bool], depth: int) -> bool:
    """Whether what is wanted is called near enough, nearest first."""
    seen, level = {context}, [context]
    while True:
        if depth and any(map(is_wanted, level)):
            return True
        if depth >= DEEPEST_SEARCH or not level:
            return False
        callees = dict.fromkeys(edge.callee for one in level for edge in tuple(one.calls.values()))
        level = [callee for callee in callees if callee not in seen]
        seen.update(level)
        depth += 1


def _calls_itself(
    linker: Registration, context: Context, wanted: Callable[[str], bool], may_be: Callable[[str], bool]
) -> bool:
    """Whether a callee that `wanted` takes is called; `may_be` tells by last names what is worth a look."""
    return any(
        wanted(dotted)
        for op in calls_of(context.body)
        if isinstance(op, Call) or may_be(op.name)
        for dotted in _library_names(linker, context, op)
    )


def _library_names(linker: Registration, context: Context, op: Call | Invoke) -> list[str]:
    objects = linker.objects(context, op.callee if isinstance(op, Call) else op.base)
    suffix = "" if isinstance(op, Call) else f".{op.name}"
    return [f"{dotted}{suffix}" for obj in objects for dotted in _names_of(linker, obj)]


def _names_of(linker: Registration, obj: Object) -> list[str]:
    match obj:
        case External(dotted=dotted):
            return [dotted]
        case Instance(cls=cls) | Super(cls=cls):
            return linker.external_bases(cls)
    return []
