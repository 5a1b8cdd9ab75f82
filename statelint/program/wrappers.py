"""Handlers as declared: what the closure of a decorator calls by the name that the decorator was given."""

from __future__ import annotations

from statelint.facts.model import Call
from statelint.program.objects import FunctionObject

DEEPEST_DECORATORS = 6  # closures around a handler


def wrapped_function(function: FunctionObject) -> FunctionObject:
    """The handler as declared: the one function that a closure of a decorator calls, through decorators on top."""
    for _ in range(DEEPEST_DECORATORS):
        inside = _called_outer_functions(function)
        if len(inside) != 1:
            break
        function = inside[0]
    return function


def is_unknown_wrapper(function: FunctionObject) -> bool:
    """Whether what a closure wraps has not been found yet."""
    inside = wrapped_function(function)
    return bool(_outer_names_called(inside)) and not _called_outer_functions(inside)


def _called_outer_functions(function: FunctionObject) -> list[FunctionObject]:
    """What a closure calls by the name of a parameter of the function around it."""
    outer = function.environment
    values = (obj for name in _outer_names_called(function) for obj in tuple(outer.local(name).objects))
    return [value for value in values if isinstance(value, FunctionObject)]


def _outer_names_called(function: FunctionObject) -> tuple[str, ...]:
    """Parameters of the function around a closure that the closure calls."""
    outer = function.environment.body
    if outer.kind != "function":
        return ()
    called = {op.callee for op in function.body.ops if isinstance(op, Call)}
    return tuple(param.name for param in outer.params if param.name in called)
