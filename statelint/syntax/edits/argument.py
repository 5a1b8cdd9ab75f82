"""Gives an argument of a call another value, or adds it; adds and removes others."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from statelint.syntax.code import call_at, refuse_parameters, replaced
from statelint.syntax.edit import EditKind, EditRequest, Refused, Replacement
from statelint.syntax.items import added, removed
from statelint.syntax.outside import is_outside
from statelint.syntax.segment import Segment


def write(segment: Segment, request: EditRequest) -> Iterator[Replacement]:
    """Keywords go last; what `**options` brings is not known, so such a call gets no further ones."""
    call = call_at(segment, request)
    yield from changed_call(segment, call, request)


def changed_call(segment: Segment, call: cst.Call, request: EditRequest) -> Iterator[Replacement]:
    """The edits of a call."""
    given = argument_of(call, request.name, request.position)
    new: list[tuple[str, str]] = []
    if given is not None:
        refuse_parameters(segment, given.value)
        yield replaced(segment, given.value, request.value)
    elif request.name:
        new.append((request.name, request.value))
    new += [(name, value) for name, value in request.beside if argument_of(call, name) is None]
    beside = dict(request.beside)
    for name in request.without:
        one = argument_of(call, name)
        if name in beside and one is not None and not is_outside(one.value, request.outside):
            yield replaced(segment, one.value, beside[name])
    dropped = (argument_of(call, name) for name in request.without if name not in beside)
    gone = [one for one in dropped if one is not None]
    if new:
        if any(argument.star for argument in call.args) or _is_generator(call):
            raise Refused("starred arguments may bring it")
        if gone and call.args[-1] in gone:
            yield from _in_place_of(segment, call, gone, new)
            return
        yield added(segment, call, call.args, [f"{name}={value}" for name, value in new])
    yield from removed(segment, call.args, gone)


def argument_of(call: cst.Call, name: str, position: int | None = None) -> cst.Arg | None:
    """An argument by its keyword, or by its position before any starred one."""
    for at, argument in enumerate(call.args):
        if argument.star and position is not None and at <= position:
            position = None
        if argument.keyword is not None and argument.keyword.value == name:
            return argument
        if argument.keyword is None and not argument.star and at == position:
            return argument
    return None


def _in_place_of(
    segment: Segment, call: cst.Call, gone: list[cst.Arg], new: list[tuple[str, str]]
) -> Iterator[Replacement]:
    """New arguments where the last one goes."""
    last = call.args[-1]
    if last.keyword is None:
        raise Refused("a positional argument goes")
    yield replaced(segment, last.keyword, new[0][0])
    yield replaced(segment, last.value, ", ".join([new[0][1], *(f"{name}={value}" for name, value in new[1:])]))
    yield from removed(segment, call.args, [one for one in gone if one is not last])


def _is_generator(call: cst.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0].value, cst.GeneratorExp)


EDIT = EditKind("argument", write)
