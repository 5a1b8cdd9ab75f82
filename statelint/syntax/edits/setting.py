"""Gives a setting another value, wherever it is written: an assignment, an entry of a dict, a keyword."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from statelint.syntax.code import (
    head_of,
    line_text,
    literal,
    margin_of,
    newline_of,
    nodes_at,
    range_of,
    refuse_parameters,
    replaced,
)
from statelint.syntax.edit import EditKind, EditRequest, Refused, Replacement
from statelint.syntax.edits.argument import argument_of, changed_call
from statelint.syntax.items import added, removed
from statelint.syntax.outside import is_outside
from statelint.syntax.segment import Segment


def write(segment: Segment, request: EditRequest) -> Iterator[Replacement]:
    """What stands at the place says in which form."""
    yield from changed_setting(segment, request, keeps_value=False)


def changed_setting(segment: Segment, request: EditRequest, *, keeps_value: bool) -> Iterator[Replacement]:
    """The edits of a setting, and of those beside it."""
    found = list(_changes(segment, request))
    yield from found[1:] if keeps_value else found  # the value goes first


def _changes(segment: Segment, request: EditRequest) -> Iterator[Replacement]:
    for node in nodes_at(segment, request):
        match node:
            case cst.Call():
                yield from _of_call(segment, node, request)
                return
            case cst.Dict():
                yield from _of_dict(segment, node, request)
                return
    yield from _of_assignment(segment, request)


def _of_call(segment: Segment, call: cst.Call, request: EditRequest) -> Iterator[Replacement]:
    """`update(NAME=...)`, or `setdefault("NAME", ...)` and `define("NAME", default=...)`."""
    if argument_of(call, request.name) is not None:
        yield from changed_call(segment, call, request)
        return
    first = literal(call.args[0].value) if call.args else None
    given = argument_of(call, "default", 1)
    if not isinstance(first, str) or given is None or first.lstrip("-") != request.name or request.beside:
        raise Refused("the call gives the setting in another form")
    refuse_parameters(segment, given.value)
    yield replaced(segment, given.value, request.value)


def _of_dict(segment: Segment, display: cst.Dict, request: EditRequest) -> Iterator[Replacement]:
    entries = {literal(entry.key): entry for entry in display.elements if isinstance(entry, cst.DictElement)}
    entry = entries.get(request.name)
    if entry is None:
        yield from _of_inner_dict(segment, display, request)
        return
    refuse_parameters(segment, entry.value)
    yield replaced(segment, entry.value, request.value)
    given = {
        name: new
        for name, new in request.beside
        if name not in entries or not is_outside(entries[name].value, request.outside)
    }
    new = [(name, value) for name, value in request.beside if name not in entries]
    for name in request.without:
        if name in given and name in entries:
            yield replaced(segment, entries[name].value, given[name])
    kept = {name for name, _ in request.beside}
    gone = [entries[name] for name in request.without if name in entries and name not in kept]
    last = display.elements[-1]
    if new and isinstance(last, cst.DictElement) and last in gone:
        yield replaced(segment, last.key, _quoted(entry, new[0][0]))
        yield replaced(segment, last.value, new[0][1])
        gone = [one for one in gone if one is not last]
        if len(new) > 1:
            raise Refused("the last entry goes")
    elif new:
        yield added(segment, display, display.elements, [f"{_quoted(entry, name)}: {value}" for name, value in new])
    yield from removed(segment, display.elements, gone)


def _of_inner_dict(segment: Segment, display: cst.Dict, request: EditRequest) -> Iterator[Replacement]:
    """The display is the value of the entry itself."""
    above = segment.parents.get(display)
    if not isinstance(above, cst.DictElement) or literal(above.key) != request.name or request.beside:
        raise Refused("no entry has this key")
    yield replaced(segment, display, request.value)


def _quoted(entry: cst.DictElement, name: str) -> str:
    quote = entry.key.value[-1] if isinstance(entry.key, cst.SimpleString) else '"'
    return f"{quote}{name}{quote}"


def _of_assignment(segment: Segment, request: EditRequest) -> Iterator[Replacement]:
    """Further settings get statements of their own, below."""
    head = head_of(segment, request)
    line = head.node
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        raise Refused("other statements stand on this line")
    target, value = _target_and_value(line.body[0])
    if request.name not in _names(target):
        raise Refused("another name is assigned")
    refuse_parameters(segment, value)
    yield replaced(segment, value, request.value)
    if request.beside:
        yield _below(segment, target, value, request)


def _target_and_value(statement: cst.BaseSmallStatement) -> tuple[cst.CSTNode, cst.BaseExpression]:
    match statement:
        case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value):
            return target, value
        case cst.AnnAssign(target=target, value=cst.BaseExpression() as value):
            return target, value
    raise Refused("this is no assignment of one name")


def _names(target: cst.CSTNode) -> set[object]:
    match target:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return {name}
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            return {literal(key)}
    return set()


def _below(segment: Segment, target: cst.CSTNode, value: cst.CSTNode, request: EditRequest) -> Replacement:
    last = _last_line(segment, value)
    margin = margin_of(segment, request.line)
    lines = [f"{margin}{_like(segment, target, name)} = {new}" for name, new in request.beside]
    place = (last, len(line_text(segment, last)))
    return Replacement(place, place, "".join(f"{newline_of(segment)}{line}" for line in lines))


def _last_line(segment: Segment, value: cst.CSTNode) -> int:
    head = next(one for one in segment.heads if one.first <= range_of(segment, value)[0][0] <= one.last)
    return head.last


def _like(segment: Segment, target: cst.CSTNode, name: str) -> str:
    """Another setting, written as this one is."""
    match target:
        case cst.Name():
            return name
        case cst.Attribute(value=owner):
            return f"{segment.text(owner)}.{name}"
        case cst.Subscript(value=owner, slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString() as key))]):
            return f"{segment.text(owner)}[{key.quote}{name}{key.quote}]"
    raise Refused("another form of assignment")


EDIT = EditKind("setting", write)
