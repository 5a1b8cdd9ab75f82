"""Starts of background work: what was started, and the pseudo-contexts that call it."""

from __future__ import annotations

from statelint.program.core import Core
from statelint.program.entry_points import Start
from statelint.program.objects import Bound, Context, FunctionObject, Instance, Object, Partial
from statelint.program.wrappers import wrapped_function


def function_of(handler: Object, around: tuple[Object, ...] = ()) -> FunctionObject | None:
    """The function of the program behind what was started; `f = partial(f)` may make a partial `around` itself."""
    match handler:
        case FunctionObject():
            return wrapped_function(handler)
        case Bound(function=function):
            return wrapped_function(function)
        case Partial(callee=callee) if handler not in around:
            found = (function_of(obj, (*around, handler)) for obj in tuple(callee.objects))
            return next(filter(None, found), None)
    return None


def servers_of(linker: Core, start: Start) -> tuple[Context, ...]:
    """The pseudo-contexts that call what was started."""
    keys = (("server", start.kind.id, name) for name in names_of(start))
    return tuple(linker.contexts[key] for key in keys if key in linker.contexts)


def names_of(start: Start) -> tuple[str, ...]:
    """Under which names an entry point may stand for what was started."""
    function = function_of(start.handler)
    names = [function.symbol] if function is not None else []
    if function is not None and isinstance(start.handler, Bound) and isinstance(start.handler.receiver, Instance):
        names.append(f"{start.handler.receiver.cls.symbol}.{function.body.name}")
    return (*names, f"{start.site.context.symbol}:{start.site.span.line}")
