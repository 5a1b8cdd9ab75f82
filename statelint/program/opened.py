"""Is what a call opens kept, handed on or given back, or only used by the function that opens it?"""

from __future__ import annotations

from statelint.facts.model import (
    Bind,
    Body,
    Call,
    Enter,
    Invoke,
    Move,
    New,
    Op,
    Operand,
    Return,
    SetAttr,
    SetItem,
    Yield,
)
from statelint.program.definitions import arguments_of

CLOSING = frozenset({"closing", "print", "str", "repr", "len", "list", "dict", "isinstance"})


def outlives_call(body: Body, op: Call | Invoke) -> bool:
    """Whether the value of `op` may be used by anyone but the function in whose body it stands."""
    if body.kind in {"module", "class"}:
        return True
    names = names_of(body, op.target)
    return any(hands_on(body, other, names) for other in body.ops)


def names_of(body: Body, value: Operand) -> set[Operand]:
    """Every name and temporary that stands for a value, `with` targets included."""
    names: set[Operand] = {value}
    growing = True
    while growing:
        growing = False
        for other in body.ops:
            match other:
                case (
                    Bind(name=target, source=source)
                    | Move(target=target, source=source)
                    | Enter(target=target, source=source)
                ) if source in names and target not in names:
                    names.add(target)
                    growing = True
    return names


def hands_on(body: Body, op: Op, names: set[Operand]) -> bool:
    """Whether an operation stores or returns what one of the names stands for, or gives it to other code."""
    match op:
        case Bind(name=name, source=source):
            return source in names and (name in body.global_names or name in body.nonlocal_names)
        case SetAttr(source=source) | SetItem(source=source) | Return(source=source) | Yield(source=source):
            return source in names
        case New(values=values):
            return not names.isdisjoint(values)
        case Call(callee=callee):
            return callee not in CLOSING and not names.isdisjoint(arguments_of(op))
        case Invoke(name=name):
            return name not in CLOSING and not names.isdisjoint(arguments_of(op))
    return False
