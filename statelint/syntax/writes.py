"""Finds the write that a question is about, and how it names what it writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst
import msgspec

from statelint.syntax.names import Names, is_nothing, item_path
from statelint.syntax.nodes import walk, walk_scope
from statelint.syntax.question import Question
from statelint.syntax.segment import Segment

MUTATOR = re.compile(
    r"append(left)?|extend(left)?|insert|add|update|setdefault|pop(item|left)?|remove|discard|clear|set|put|push|store|"
    r"sort|reverse|rotate|register|put_nowait|set_\w+|add_\w+|__setitem__|move_to_end|subtract|\w+_update"
)
SELF = frozenset({"self", "cls"})


class Write(msgspec.Struct, frozen=True):
    """One write: its node, and from longest to shortest the paths of what it changes."""

    node: cst.CSTNode
    paths: tuple[str, ...]
    value: cst.BaseExpression | None = None


def write_at(segment: Segment, question: Question, names: Names) -> Write | None:
    """The write at the place of a question; on its line, the one that names the subject."""
    exact = list(_writes(segment.starting_at(question.line, question.column), segment, names))
    subject = subject_path(question.subject, names)
    if exact:
        return exact[0]
    head = segment.head(question.line)
    if head is None:
        return None
    found = list(_writes(_nodes_of_line(head.node), segment, names))
    about = [write for write in found if any(is_about(path, subject) for path in write.paths)]
    return next(iter(about or found), None)


def subject_path(subject: str, names: Names) -> str:
    """The path of a holder that is given as code; `.x` stays what it is."""
    text = subject.strip()
    if text.startswith(".") or not text:
        return text
    try:
        return names.path(cst.parse_expression(text))
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError, ValueError):
        return "".join(text.split())


def is_about(path: str, subject: str) -> bool:
    """Whether a path is the subject; the receiver counts only where the subject names one."""
    return path == subject or (subject.startswith(".") and path.endswith(subject))


def about_subject(paths: tuple[str, ...], subject: str) -> tuple[str, ...]:
    """The paths of a write that are the subject or lie in it; all but `self` where none does."""
    name = subject.rpartition(".")[2]
    for index in range(len(paths) - 1, -1, -1):
        if is_about(paths[index], subject):
            return paths[: index + 1]
    for index in range(len(paths) - 1, -1, -1):
        if paths[index].rpartition(".")[2] == name:
            return paths[: index + 1]
    return tuple(path for path in paths if path not in SELF)


def targets_of(node: cst.CSTNode) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression | None]]:
    """Targets that a node writes, each with the value where it is plain."""
    match node:
        case cst.Assign(targets=targets, value=value):
            for target in targets:
                yield from ((one, value if one is target.target else None) for one in _flat(target.target))
        case cst.AnnAssign(target=target, value=value) if value is not None:
            yield target, value
        case cst.NamedExpr(target=target, value=value):
            yield target, value
        case cst.AugAssign(target=target) | cst.Del(target=target) | cst.For(target=target):
            yield from ((one, None) for one in _flat(target))
        case cst.AsName(name=name):
            yield from ((one, None) for one in _flat(name))


def call_paths(call: cst.Call, names: Names) -> tuple[str, ...]:
    """What a call of a mutating method changes: `X[key]`, `X` for `X.add(key)`; `obj.x` for `setattr(obj, "x", v)`."""
    match call:
        case cst.Call(
            func=cst.Name(value="setattr" | "delattr"),
            args=[owner, cst.Arg(value=cst.SimpleString() as name), *_],
        ):
            return (f"{names.path(owner.value)}.{name.evaluated_value!s}", *names.prefixes(owner.value))
        case cst.Call(func=cst.Attribute(value=owner), args=args):
            items = (item_path(names.path(owner), names.path(key)) for key in _keys(args))
            return (*items, *names.prefixes(owner))
    return tuple(path for argument in call.args for path in names.prefixes(argument.value))


def _keys(args: Sequence[cst.Arg]) -> Iterator[cst.BaseExpression]:
    """The first argument, and the only key of a dict display: `X.update({key: value})`."""
    if args and args[0].keyword is None and not args[0].star:
        yield args[0].value
        match args[0].value:
            case cst.Dict(elements=[cst.DictElement(key=key)]):
                yield key


def _flat(target: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    match target:
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            for element in elements:
                yield from _flat(element.value)
        case cst.StarredElement(value=inner):
            yield from _flat(inner)
        case _:
            yield target


def _nodes_of_line(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(node, cst.SimpleStatementLine):
        yield from walk(node)
        return
    for name in ("items", "target", "iter", "test", "subject", "guard", "decorator", "body"):
        part = getattr(node, name, None)
        for child in part if isinstance(part, list | tuple) else (part,):
            if isinstance(child, cst.CSTNode) and not isinstance(child, cst.IndentedBlock):
                yield from walk(child)


def _writes(nodes: Iterator[cst.CSTNode] | tuple[cst.CSTNode, ...], segment: Segment, names: Names) -> Iterator[Write]:
    """Writes among some nodes: targets first, then calls, mutating ones first and outer before inner."""
    calls: list[cst.Call] = []
    for node in nodes:
        if (write := _target(node, segment, names)) is not None:
            yield write
        elif isinstance(node, cst.Call):
            calls.append(node)
    for call in sorted(calls, key=_is_plain_call):
        yield Write(call, call_paths(call, names))


def _is_plain_call(call: cst.Call) -> bool:
    return not (isinstance(call.func, cst.Attribute) and MUTATOR.fullmatch(call.func.attr.value))


def _target(node: cst.CSTNode, segment: Segment, names: Names) -> Write | None:
    """The write whose target is this node."""
    if not isinstance(node, cst.Name | cst.Attribute | cst.Subscript):
        return None
    for above in segment.above(node):
        for target, value in targets_of(above):
            if target is node:
                return Write(above, tuple(_target_paths(target, names)), value)
        if isinstance(above, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            break
    return None


def _target_paths(target: cst.BaseExpression, names: Names) -> Iterator[str]:
    if isinstance(target, cst.Name):
        yield target.value
    else:
        yield from names.prefixes(target)


def set_within(region: cst.CSTNode, since: cst.CSTNode, names: Names) -> Iterator[str]:
    """Paths that are set in a region, after one of its nodes."""
    order = names.segment.order
    for node in walk_scope(region):
        if order.get(node, 0) < order[since]:
            continue
        if isinstance(node, cst.Call):
            yield from call_paths(node, names)[:2] if isinstance(node.func, cst.Attribute) else ()
        for target, value in targets_of(node):
            if not (is_nothing(value) or (isinstance(value, cst.Name) and value.value == "False")):
                yield target.value if isinstance(target, cst.Name) else names.path(target)
