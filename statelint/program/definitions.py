"""What each operand of a body is defined by, and what is put into it afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

import msgspec

from statelint.facts.model import (
    Attr,
    Bind,
    Body,
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
    Return,
    SetAttr,
    SetItem,
    Span,
    Spread,
)
from statelint.program.objects import Container, Context

POURING = frozenset({
    "append", "appendleft", "add", "extend", "update", "insert", "setdefault", "put", "push", "write", "writelines",
    "feed",
})  # fmt: skip
CHANGING = frozenset({Bind, SetAttr, SetItem, Invoke, Call, Enter, Combine})
POSITIONAL, EITHER, VARIADIC, KEYWORD_ONLY, KEYWORDS = range(5)  # kinds of parameters
BY_PLACE = frozenset({POSITIONAL, EITHER, VARIADIC})  # those that take arguments without a name
ONE_VALUE = frozenset({POSITIONAL, EITHER, KEYWORD_ONLY})  # those that take one argument
MOST_PASSING_OPS = 24
_PASSING: dict[int, tuple[Body, bool]] = {}


class Signature(msgspec.Struct, frozen=True):
    """Names of parameters, by how they take arguments."""

    positional: tuple[str, ...]
    named: tuple[str, ...]
    variadic: str | None
    catch_all: str | None


class _Tables:
    """What is known of one body; each table is made when it is first asked for."""

    def __init__(self, body: Body) -> None:
        self.body = body

    @cached_property
    def signature(self) -> Signature:
        params = self.body.params
        return Signature(
            tuple(one.name for one in params if one.kind in {POSITIONAL, EITHER}),
            tuple(one.name for one in params if one.kind in {EITHER, KEYWORD_ONLY}),
            next((one.name for one in params if one.kind == VARIADIC), None),
            next((one.name for one in params if one.kind == KEYWORDS), None),
        )

    @cached_property
    def bound_signature(self) -> Signature:
        first, *positional = self.signature.positional
        named = tuple(name for name in self.signature.named if name != first)
        return msgspec.structs.replace(self.signature, positional=tuple(positional), named=named)

    @cached_property
    def definitions(self) -> dict[Operand, list[Op]]:
        return _definitions(self.body)

    @cached_property
    def pourings(self) -> dict[Operand, list[Operand]]:
        return _pourings(self.body)

    @cached_property
    def calls(self) -> dict[Span, list[Call | Invoke]]:
        return _calls(self.body)

    @cached_property
    def given(self) -> dict[Operand, Call | Invoke]:
        return {one: op for op in self.calling for one in arguments_of(op) if type(one) is int}

    @cached_property
    def calling(self) -> tuple[Call | Invoke, ...]:
        return tuple(op for op in self.body.ops if type(op) is Call or type(op) is Invoke)

    @cached_property
    def changing(self) -> tuple[Op, ...]:
        return tuple(op for op in self.body.ops if type(op) in CHANGING and _may_change(op, self.body))

    @cached_property
    def named_calls(self) -> list[Call | Invoke]:
        return [op for op in self.calling if type(op.callee if isinstance(op, Call) else op.base) is str]

    @cached_property
    def returned_globals(self) -> list[str]:
        own = self.body.names - self.body.global_names
        returned = (op.source for op in self.body.ops if type(op) is Return)
        return [source for source in returned if isinstance(source, str) and source not in own]


_KNOWN: dict[int, _Tables] = {}


def signature_of(body: Body) -> Signature:
    """The parameters of a body."""
    return _known(body).signature


def bound_signature_of(body: Body) -> Signature:
    """The parameters of a body that are left once its first one holds the receiver."""
    return _known(body).bound_signature


def definitions_of(body: Body) -> dict[Operand, list[Op]]:
    """Operations by the name or temporary that they define."""
    return _known(body).definitions


def is_own(body: Body, name: str) -> bool:
    """Whether a name is a parameter or variable of a body."""
    return any(param.name == name for param in body.params) or (name in body.names and name not in body.global_names)


def poured_into(body: Body) -> dict[Operand, list[Operand]]:
    """Operands by the name whose value they go into: `x.append(a)`, `x[k] = a`."""
    return _known(body).pourings


def calls_at(body: Body, span: Span) -> list[Call | Invoke]:
    """The calls of a body that stand at a place."""
    return _known(body).calls.get(span, [])


def given_by(body: Body) -> dict[Operand, Call | Invoke]:
    """The calls of a body by the values without a name that they give."""
    return _known(body).given


def calls_of(body: Body) -> tuple[Call | Invoke, ...]:
    """The calls of a body, in order."""
    return _known(body).calling


def changing_ops(body: Body) -> tuple[Op, ...]:
    """Operations of a body that may change what outlives it: all but bindings of local names, and reads."""
    return _known(body).changing


def argument(op: Call | Invoke, where: Iterable[int | str]) -> tuple[Operand] | None:
    """The first argument that stands at one of the positions or under one of the names; None where none is given."""
    keywords = dict(op.keywords)
    for which in where:
        if isinstance(which, str) and which in keywords:
            return (keywords[which],)
        if isinstance(which, int) and 0 <= which < len(op.args):
            return (op.args[which],)
    return None


def arguments_of(op: Call | Invoke) -> tuple[Operand, ...]:
    """What a call gives by position and by name, starred arguments aside."""
    return (*op.args, *(value for _, value in op.keywords))


def given_to(op: Call | Invoke, callee: Context, index: int) -> tuple[Operand] | None:
    """What a call gives to a parameter of what it calls; the receiver is none of the arguments."""
    param = callee.body.params[index]
    where = (param.name, index - int(callee.takes_self)) if param.kind in BY_PLACE else (param.name,)
    return argument(op, where)


def is_made_empty(obj: Container) -> bool:
    """Whether a container is an empty display where it is made."""
    site = obj.site
    if site is None or site.context is None:
        return False
    return any(isinstance(op, New) and op.span == site.span and not op.values for op in site.context.body.ops)


def named_calls(body: Body) -> list[Call | Invoke]:
    """Calls of a name, and of a method of what a name stands for."""
    return _known(body).named_calls


def returned_globals(body: Body) -> list[str]:
    """Names of outer scopes whose value a function gives."""
    return _known(body).returned_globals


def passes_through(body: Body) -> bool:
    """Whether a small function gives back something that it was given, or puts one argument into another."""
    if len(body.ops) > MOST_PASSING_OPS or body.kind not in {"function", "lambda"} or body.is_generator:
        return False
    known = _PASSING.get(id(body))
    if known is None or known[0] is not body:
        known = _PASSING[id(body)] = (body, _finds_parameter(body))
    return known[1]


def _finds_parameter(body: Body) -> bool:
    params = {param.name for param in body.params} - {"self", "cls"}
    definitions = definitions_of(body)
    waiting: list[Operand] = [op.source for op in body.ops if isinstance(op, Return)]
    seen: set[Operand] = set()
    while waiting:
        operand = waiting.pop()
        if operand in params:
            return True
        if operand in seen or operand is None or isinstance(operand, Const):
            continue
        seen.add(operand)
        for op in definitions.get(operand, ()):
            waiting.extend(_sources(op))
    return False


def _sources(op: Op) -> tuple[Operand, ...]:
    match op:
        case Bind(source=source) | Move(source=source) | Spread(source=source) | Iterate(source=source):
            return (source,)
        case Attr(base=base) | Item(base=base):
            return (base,)
        case Invoke(base=base, args=args):
            return (base, *args)
        case Call(args=args, callee=callee):
            return (callee, *args)
        case New(values=values):
            return values
        case Combine(operands=operands):
            return operands
    return ()


def _known(body: Body) -> _Tables:
    known = _KNOWN.get(id(body))
    if known is None or known.body is not body:
        known = _KNOWN[id(body)] = _Tables(body)
    return known


def _may_change(op: Op, body: Body) -> bool:
    if isinstance(op, Bind):
        return body.kind == "module" or op.name in body.global_names or op.name in body.nonlocal_names
    return not isinstance(op, Combine) or op.is_in_place


def _definitions(body: Body) -> dict[Operand, list[Op]]:
    found: dict[Operand, list[Op]] = defaultdict(list)
    for op in body.ops:
        if type(op) is Bind:
            found[op.name].append(op)
        elif hasattr(op, "target"):
            found[op.target].append(op)
    return found


def _pourings(body: Body) -> dict[Operand, list[Operand]]:
    found: dict[Operand, list[Operand]] = defaultdict(list)
    for op in body.ops:
        if isinstance(op, Invoke) and op.name in POURING and isinstance(op.base, str):
            found[op.base].extend(arguments_of(op))
        elif isinstance(op, SetItem) and isinstance(op.base, str):
            found[op.base].extend((op.key, op.source))
    return found


def _calls(body: Body) -> dict[Span, list[Call | Invoke]]:
    found: dict[Span, list[Call | Invoke]] = defaultdict(list)
    for op in calls_of(body):
        found[op.span].append(op)
    return found
