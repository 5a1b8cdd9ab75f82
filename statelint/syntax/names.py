"""What expressions of one function stand for, as comparable texts such as `CACHE[key]` or `self._db`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

import libcst as cst
import msgspec

from statelint.syntax.nodes import suite_of, walk, walk_scope
from statelint.syntax.segment import Segment

DEEPEST_ALIAS = 6
ITEM_GETTERS = frozenset({"get", "setdefault", "__getitem__"})
BINDING = frozenset({
    cst.Assign, cst.AnnAssign, cst.NamedExpr, cst.AugAssign, cst.For, cst.CompFor, cst.Del, cst.AsName, cst.MatchAs,
    cst.MatchStar, cst.FunctionDef, cst.ClassDef, cst.ImportAlias,
})  # fmt: skip
WHITE_SPACE = re.compile(r"\s+")


class Binding(msgspec.Struct, frozen=True):
    """One place where a function binds a local name; `value` is None where it can't be told."""

    node: cst.CSTNode
    value: cst.BaseExpression | None


class Names:
    """Names of one function, followed through local copies."""

    def __init__(self, segment: Segment, function: cst.CSTNode, class_name: str = "") -> None:
        """Nothing is looked up yet."""
        self.segment = segment
        self.function = function
        self.class_name = class_name

    @classmethod
    def of(cls, segment: Segment, function: cst.CSTNode, class_name: str = "") -> Names:
        """The names of a function, looked up once for all questions about it."""
        known = segment.names.get((function, class_name))
        if not isinstance(known, cls):
            known = segment.names[function, class_name] = cls(segment, function, class_name)
        return known

    @cached_property
    def shared(self) -> frozenset[str]:
        """Names declared `global` or `nonlocal`."""
        return frozenset(
            item.name.value
            for node in walk_scope(self.function)
            if isinstance(node, cst.Global | cst.Nonlocal)
            for item in node.names
        )

    @cached_property
    def parameters(self) -> frozenset[str]:
        """Names of the parameters."""
        if not isinstance(self.function, cst.FunctionDef):
            return frozenset()
        return frozenset(node.name.value for node in walk(self.function.params) if isinstance(node, cst.Param))

    @cached_property
    def bindings(self) -> dict[str, list[Binding]]:
        """Bindings of each local name in the order of the text."""
        found: dict[str, list[Binding]] = defaultdict(list)
        if isinstance(self.function, cst.Module):
            return found
        for node in walk_scope(self.function):
            for name, value in bound_by(node) if type(node) in BINDING else ():
                if name not in self.shared:
                    found[name].append(Binding(node, value))
        return found

    def is_local(self, name: str) -> bool:
        """Whether a name belongs to this call of the function only."""
        return name in self.parameters or name in self.bindings

    def value_of(self, name: cst.Name) -> cst.BaseExpression | None:
        """What a local name was last set to before a use of it, where every way leads through that place."""
        order, parents = self.segment.order, self.segment.parents
        if name not in order or name.value not in self.bindings:
            return None
        above = set(self.segment.above(name))
        before = [one for one in self.bindings[name.value] if order[one.node] < order[name] and one.node not in above]
        if not before:
            return None
        last = before[-1]
        if suite_of(parents, last.node) in above:
            return last.value
        return self._value_or_none(last, before, above)

    def path(self, node: cst.BaseExpression, depth: int = DEEPEST_ALIAS) -> str:
        """A text that is equal for two expressions that stand for the same object."""
        match node:
            case cst.Name():
                return self._name(node, depth)
            case cst.Attribute(value=value, attr=attr):
                return self._attribute(self.path(value, depth), attr.value)
            case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
                return item_path(self.path(value, depth), self.path(key, depth))
            case cst.Subscript(value=value, slice=[_, _, *_] as keys):
                parts = [self.path(one.slice.value, depth) for one in keys if isinstance(one.slice, cst.Index)]
                if len(parts) == len(keys):
                    return item_path(self.path(value, depth), f"({','.join(parts)})")
            case cst.Call():
                return self._call(node, depth)
            case cst.Await(expression=inner) | cst.NamedExpr(value=inner):
                return self.path(inner, depth)
            case cst.SimpleString():
                return repr(node.evaluated_value)
            case cst.Tuple(elements=elements):
                return f"({','.join(self.path(element.value, depth) for element in elements)})"
        return WHITE_SPACE.sub("", self.segment.text(node))

    def prefixes(self, node: cst.BaseExpression) -> Iterator[str]:
        """`X[a].b`, `X[a]`, `X` for `X[a].b`; local copies are followed."""
        yield self.path(node)
        match node:
            case cst.Attribute(value=value) | cst.Subscript(value=value):
                yield from self.prefixes(value)
            case cst.Call(func=cst.Attribute(value=value)):
                yield from self.prefixes(value)
            case cst.Call(func=cst.Name(value="getattr" | "vars"), args=[owner, *_]):
                yield from self.prefixes(owner.value)
            case cst.Await(expression=inner) | cst.NamedExpr(value=inner):
                yield from self.prefixes(inner)
            case cst.Name() if (copied := self.value_of(node)) is not None:
                yield from self.prefixes(copied)

    def _name(self, node: cst.Name, depth: int) -> str:
        if node.value in {"cls", "__class__"} or (self.class_name and node.value == self.class_name):
            return "self"
        value = self.value_of(node) if depth else None
        return node.value if value is None else self.path(value, depth - 1)

    def _attribute(self, owner: str, name: str) -> str:
        return "self" if owner == "self" and name == "__class__" else f"{owner}.{name}"

    def _call(self, node: cst.Call, depth: int) -> str:
        match node:
            case cst.Call(func=cst.Attribute(value=value, attr=attr), args=[key, *_]) if attr.value in ITEM_GETTERS:
                return item_path(self.path(value, depth), self.path(key.value, depth))
            case cst.Call(func=cst.Name(value="getattr"), args=[owner, cst.Arg(value=cst.SimpleString() as name), *_]):
                return self._attribute(self.path(owner.value, depth), str(name.evaluated_value))
            case cst.Call(func=cst.Name(value="vars"), args=[owner]):
                return f"{self.path(owner.value, depth)}.__dict__"
            case cst.Call(func=cst.Name(value="type"), args=[owner]) if self.path(owner.value, depth) == "self":
                return "self"
        arguments = ",".join(f"{one.star}{self._keyword(one)}{self.path(one.value, depth)}" for one in node.args)
        return f"{self.path(node.func, depth)}({arguments})"

    def _keyword(self, argument: cst.Arg) -> str:
        return f"{argument.keyword.value}=" if argument.keyword else ""

    def _value_or_none(
        self, last: Binding, before: list[Binding], above: set[cst.CSTNode]
    ) -> cst.BaseExpression | None:
        """`v` after `try: v = X[k]` `except KeyError: v = None`: None only if the look-up failed."""
        if not is_nothing(last.value):
            return None
        for node in self.segment.above(last.node):
            if isinstance(node, cst.Try) and suite_of(self.segment.parents, node) in above:
                tried = [one for one in before if node.body in self.segment.above(one.node)]
                return tried[-1].value if tried else None
        return None


def is_nothing(node: cst.CSTNode | None) -> bool:
    """Whether it is written `None`."""
    return isinstance(node, cst.Name) and node.value == "None"


def item_path(owner: str, key: str) -> str:
    """`owner[key]`, or the attribute or global that the key of a namespace names."""
    quoted = key[:1] in {"'", '"'}
    if quoted and owner.endswith(".__dict__"):
        return f"{owner.removesuffix('.__dict__')}.{key[1:-1]}"
    return key[1:-1] if quoted and owner == "globals()" else f"{owner}[{key}]"


def bound_by(node: cst.CSTNode) -> Iterator[tuple[str, cst.BaseExpression | None]]:
    """Names that one statement or expression binds, with the value where it is plain."""
    match node:
        case cst.Assign(targets=targets, value=value):
            for target in targets:
                yield from _bound(target.target, value)
        case cst.AnnAssign(target=target, value=value) if value is not None:
            yield from _bound(target, value)
        case cst.NamedExpr(target=target, value=value):
            yield from _bound(target, value)
        case cst.AugAssign(target=target) | cst.For(target=target) | cst.CompFor(target=target):
            yield from _bound(target, None)
        case cst.Del(target=target):
            yield from _bound(target, None)
        case cst.AsName(name=name):
            yield from _bound(name, None)
        case cst.MatchAs(name=cst.Name(value=name)) | cst.MatchStar(name=cst.Name(value=name)):
            yield name, None
        case cst.FunctionDef(name=cst.Name(value=name)) | cst.ClassDef(name=cst.Name(value=name)):
            yield name, None
        case cst.ImportAlias(asname=None, name=cst.Name(value=name)):
            yield name, None


def _bound(
    target: cst.BaseExpression, value: cst.BaseExpression | None
) -> Iterator[tuple[str, cst.BaseExpression | None]]:
    match target:
        case cst.Name(value=name):
            yield name, value
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            for element in elements:
                yield from _bound(element.value, None)
        case cst.StarredElement(value=inner):
            yield from _bound(inner, None)
