"""Background work that is start-up: threads that run the server, and reloaders for development."""

from __future__ import annotations

from collections.abc import Callable

from statelint.facts.model import Call, Invoke
from statelint.program.objects import Context, External, Instance, Object, Super
from statelint.program.registration import Registration

DEEPEST_SEARCH = 3  # calls between what a thread runs and the call that tells what it is for


def starts_server(linker: Registration, context: Context) -> bool:
    """Whether what `context` calls blocks and serves."""
    return _calls(linker, context, linker.models.starts_serving, 0)


def serves(linker: Registration, context: Context) -> bool:
    """Whether a function itself, or what it calls, blocks and serves."""
    return _calls(linker, context, linker.models.starts_serving, 1)


def reloads_code(linker: Registration, context: Context) -> bool:
    """Whether it waits for changed files and loads code again, as start-up did."""
    models = linker.models
    return all(_calls(linker, context, names.__contains__, 0) for names in (models.watches, models.loads))


def _calls(linker: Registration, context: Context, wanted: Callable[[str], bool], depth: int) -> bool:
    if depth and any(
        wanted(dotted)
        for op in context.body.ops
        if isinstance(op, Call | Invoke)
        for dotted in _library_names(linker, context, op)
    ):
        return True
    if depth >= DEEPEST_SEARCH:
        return False
    return any(_calls(linker, edge.callee, wanted, depth + 1) for edge in tuple(context.calls.values()))


def _library_names(linker: Registration, context: Context, op: Call | Invoke) -> list[str]:
    node = linker.node(context, op.callee if isinstance(op, Call) else op.base)
    suffix = "" if isinstance(op, Call) else f".{op.name}"
    return [
        f"{dotted}{suffix}" for obj in (node.objects if node is not None else ()) for dotted in _names_of(linker, obj)
    ]


def _names_of(linker: Registration, obj: Object) -> list[str]:
    match obj:
        case External(dotted=dotted):
            return [dotted]
        case Instance(cls=cls) | Super(cls=cls):
            return linker.external_bases(cls)
    return []
