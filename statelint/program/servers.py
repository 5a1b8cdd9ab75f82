"""Which functions run a server: a thread that does is start-up, like the main thread of a program without threads."""

from __future__ import annotations

from statelint.facts.model import Call, Invoke
from statelint.program.objects import Context, External, Instance, Object, Super
from statelint.program.registration import Registration

DEEPEST_SERVER = 3  # calls between what a thread runs and the call that serves


def starts_server(linker: Registration, context: Context, depth: int = 0) -> bool:
    """Whether what `context` calls blocks and serves."""
    if any(_serves(linker, context, op) for op in context.body.ops if isinstance(op, Call | Invoke) and depth):
        return True
    if depth >= DEEPEST_SERVER:
        return False
    return any(starts_server(linker, edge.callee, depth + 1) for edge in tuple(context.calls.values()))


def _serves(linker: Registration, context: Context, op: Call | Invoke) -> bool:
    node = linker.node(context, op.callee if isinstance(op, Call) else op.base)
    suffix = "" if isinstance(op, Call) else f".{op.name}"
    return any(
        linker.models.starts_serving(f"{dotted}{suffix}")
        for obj in (node.objects if node is not None else ())
        for dotted in _library_names(linker, obj)
    )


def _library_names(linker: Registration, obj: Object) -> list[str]:
    match obj:
        case External(dotted=dotted):
            return [dotted]
        case Instance(cls=cls) | Super(cls=cls):
            return linker.external_bases(cls)
    return []
