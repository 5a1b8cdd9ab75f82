"""Expressions: each lowers to an operand and the operations that compute it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from statelint.facts.model import (
    Attr,
    Call,
    Combine,
    Const,
    How,
    Invoke,
    Item,
    Iterate,
    MakeFunction,
    New,
    Operand,
    Param,
    Return,
    Role,
    Spread,
    Yield,
    YieldFrom,
)
from statelint.facts.scope import constant, dotted, span_of
from statelint.facts.walk import Walk

Lower = Callable[[Walk, ast.expr], Operand]


def lower(walk: Walk, node: ast.expr | None) -> Operand:
    """The operand that stands for the value of `node`."""
    if node is None:
        return None
    lower_of = LOWER_OF.get(type(node))
    return lower_of(walk, node) if lower_of else None


def lower_all(walk: Walk, nodes: list[ast.expr]) -> tuple[Operand, ...]:
    """Operands of several expressions; a starred one stands for its elements."""
    return tuple(lower(walk, node) for node in nodes)


def _name(walk: Walk, node: ast.Name) -> Operand:
    return walk.read(node.id)


def _constant(_: Walk, node: ast.Constant) -> Operand:
    return constant(node.value)


def _attribute(walk: Walk, node: ast.Attribute) -> Operand:
    base = lower(walk, node.value)
    if base is None:
        return None
    target = walk.scope.temporary()
    walk.emit(Attr(target, base, node.attr, node.lineno, node.col_offset + 1))
    return target


def _subscript(walk: Walk, node: ast.Subscript) -> Operand:
    base = lower(walk, node.value)
    if isinstance(node.slice, ast.Slice):
        return _slice(walk, base, node.slice, node)
    key = lower(walk, node.slice)
    if base is None:
        return None
    target = walk.scope.temporary()
    walk.emit(Item(target, base, key, node.lineno, node.col_offset + 1))
    return target


def _slice(walk: Walk, base: Operand, bounds: ast.Slice, node: ast.Subscript) -> Operand:
    """An unknown bound is None, a missing one `Const(None)`."""
    known: list[Operand] = []
    for bound in (bounds.lower, bounds.upper, bounds.step):
        operand = Const(None) if bound is None else lower(walk, bound)
        known.append(operand if isinstance(operand, Const) else None)
    if base is None or isinstance(base, Const):
        return None
    target = walk.scope.temporary()
    walk.emit(Combine(target, "slice", (base, *known), node.lineno, node.col_offset + 1))
    return target


def _combined(walk: Walk, operator: str, operands: tuple[Operand, ...], node: ast.expr) -> Operand:
    if operator != "+" and all(operand is None or isinstance(operand, Const) for operand in operands):
        return None
    target = walk.scope.temporary()
    walk.emit(Combine(target, operator, operands, node.lineno, node.col_offset + 1))
    return target


def arguments(
    walk: Walk, node: ast.Call | ast.ClassDef
) -> tuple[tuple[Operand, ...], tuple[tuple[str, Operand], ...], Operand, Operand]:
    """Positional, keyword, `*` and `**` arguments of a call."""
    if isinstance(node, ast.Call):
        given = node.args
    else:
        given = [base for base in node.bases if not isinstance(base, ast.Starred)]
    plain = next((index for index, argument in enumerate(given) if isinstance(argument, ast.Starred)), len(given))
    positional = lower_all(walk, given[:plain])
    star = _spread_arguments(walk, given[plain:])
    keywords: list[tuple[str, Operand]] = []
    double_stars: list[Operand] = []
    for keyword in node.keywords:
        value = lower(walk, keyword.value)
        if keyword.arg is None:
            double_stars.append(value)
        else:
            keywords.append((keyword.arg, value))
    return positional, tuple(keywords), star, walk.scope.merged(double_stars)


def _spread_arguments(walk: Walk, given: list[ast.expr]) -> Operand:
    """What stands for the arguments from the first `*` on: where more follow, their places are unknown."""
    match given:
        case []:
            return None
        case [ast.Starred(value=only)]:
            return lower(walk, only)
    return lower(walk, ast.copy_location(ast.Tuple(given, ast.Load()), given[0]))


def call(walk: Walk, node: ast.Call, role: Role = Role.PLAIN) -> Operand:
    """A call; the role says whether its value is awaited or dropped."""
    function = node.func
    if isinstance(function, ast.Attribute):
        base = lower(walk, function.value)
        rest = arguments(walk, node)
        target = walk.scope.temporary()
        walk.emit(Invoke(target, base, function.attr, *rest, span_of(node), role))
        return target
    callee = lower(walk, function)
    rest = arguments(walk, node)
    target = walk.scope.temporary()
    walk.emit(Call(target, callee, *rest, span_of(node), role))
    return target


def _call(walk: Walk, node: ast.Call) -> Operand:
    return call(walk, node)


def _await(walk: Walk, node: ast.Await) -> Operand:
    if isinstance(node.value, ast.Call):
        return call(walk, node.value, Role.AWAITED)
    return lower(walk, node.value)


def _display(kind: str) -> Lower:
    def lower_display(walk: Walk, node: ast.expr) -> Operand:
        assert isinstance(node, ast.List | ast.Tuple | ast.Set)
        plain = [element for element in node.elts if not isinstance(element, ast.Starred)]
        values = lower_all(walk, plain)
        target = walk.scope.temporary()
        places = () if len(plain) == len(node.elts) else _places(node.elts)
        walk.emit(New(target, kind, places, values, span_of(node)))
        for element in node.elts:
            if isinstance(element, ast.Starred):
                walk.emit(Spread(target, lower(walk, element.value)))
        return target

    return lower_display


def _places(elements: list[ast.expr]) -> tuple[Operand, ...]:
    """The index of each plain element, unknown behind a starred one."""
    starred = [isinstance(element, ast.Starred) for element in elements]
    known = starred.index(True)
    return tuple(Const(index) if index < known else None for index, is_star in enumerate(starred) if not is_star)


def _dict(walk: Walk, node: ast.Dict) -> Operand:
    keys: list[Operand] = []
    values: list[Operand] = []
    spreads: list[Operand] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            spreads.append(lower(walk, value))
        else:
            keys.append(lower(walk, key))
            values.append(lower(walk, value))
    target = walk.scope.temporary()
    walk.emit(New(target, "dict", tuple(keys), tuple(values), span_of(node)))
    for spread in spreads:
        walk.emit(Spread(target, spread))
    return target


def _comprehension(kind: str) -> Lower:
    def lower_comprehension(walk: Walk, node: ast.expr) -> Operand:
        assert isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp)
        outer = walk.renames
        for generator in node.generators:
            source = lower(walk, generator.iter)
            walk.fresh_names(_stored_names(generator.target))
            walk.bind_element(generator.target, source)
            for condition in generator.ifs:
                lower(walk, condition)
        if isinstance(node, ast.DictComp):
            keys: tuple[Operand, ...] = (lower(walk, node.key),)
            values: tuple[Operand, ...] = (lower(walk, node.value),)
        else:
            keys, values = (), (lower(walk, node.elt),)
        walk.renames = outer
        target = walk.scope.temporary()
        walk.emit(New(target, kind, keys, values, span_of(node)))
        return target

    return lower_comprehension


def _stored_names(target: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _bool(walk: Walk, node: ast.BoolOp) -> Operand:
    return walk.scope.merged(lower_all(walk, node.values))


def _conditional(walk: Walk, node: ast.IfExp) -> Operand:
    lower(walk, node.test)
    return walk.scope.merged((lower(walk, node.body), lower(walk, node.orelse)))


OPERATORS: Mapping[type[ast.operator], str] = MappingProxyType({
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>", ast.MatMult: "@",
})  # fmt: skip

COMPARISONS: Mapping[type[ast.cmpop], str] = MappingProxyType({
    ast.In: "in", ast.NotIn: "in", ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt",
    ast.GtE: "ge",
})  # fmt: skip
UNARY: Mapping[type[ast.unaryop], str] = MappingProxyType({ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"})


def _binary(walk: Walk, node: ast.BinOp) -> Operand:
    operands = (lower(walk, node.left), lower(walk, node.right))
    return _combined(walk, OPERATORS[type(node.op)], operands, node)


def _unary(walk: Walk, node: ast.UnaryOp) -> Operand:
    operand = lower(walk, node.operand)
    if isinstance(node.op, ast.Not):
        return None
    if isinstance(operand, Const):
        negative = isinstance(node.op, ast.USub) and isinstance(operand.value, int)
        return Const(-operand.value) if negative and isinstance(operand.value, int) else None
    return _combined(walk, UNARY[type(node.op)], (operand,), node)


def _compare(walk: Walk, node: ast.Compare) -> Operand:
    operands = (lower(walk, node.left), *lower_all(walk, node.comparators))
    return _combined(walk, COMPARISONS.get(type(node.ops[0]), "compare"), operands, node)


def _joined(walk: Walk, node: ast.JoinedStr) -> Operand:
    parts: list[Operand] = []
    for value in node.values:
        match value:
            case ast.FormattedValue(value=inner, format_spec=spec):
                parts.append(lower(walk, inner))
                lower(walk, spec)
            case ast.Constant(value=text):
                parts.append(constant(text))
    kept = tuple(parts)
    if not walk.combined(kept):
        return None
    target = walk.scope.temporary()
    walk.emit(Combine(target, "f", kept, node.lineno, node.col_offset + 1))
    return target


def _named(walk: Walk, node: ast.NamedExpr) -> Operand:
    value = lower(walk, node.value)
    name = node.target.id
    walk.bind(name, value, span_of(node), How.ASSIGN)
    return walk.read(name)


def _starred(walk: Walk, node: ast.Starred) -> Operand:
    element = walk.scope.temporary()
    walk.emit(Iterate(element, lower(walk, node.value), node.lineno))
    return element


def _yield(walk: Walk, node: ast.Yield) -> Operand:
    source = lower(walk, node.value)
    walk.scope.is_generator = True
    target = walk.scope.temporary()
    walk.emit(Yield(target, source, node.lineno))
    return target


def _yield_from(walk: Walk, node: ast.YieldFrom) -> Operand:
    source = lower(walk, node.value)
    walk.scope.is_generator = True
    target = walk.scope.temporary()
    walk.emit(YieldFrom(target, source, node.lineno))
    return target


def _lambda(walk: Walk, node: ast.Lambda) -> Operand:
    params = parameters(walk, node.args)
    qualname = walk.qualified(f"<lambda:{node.lineno}>")
    outer = shadowed(walk, params)
    index = walk.open("lambda", "<lambda>", qualname, span_of(node))
    walk.scope.params = params
    walk.scope.names.update(param.name for param in params)
    walk.emit(Return(lower(walk, node.body), node.lineno))
    walk.close(index)
    walk.renames = outer
    target = walk.scope.temporary()
    walk.emit(MakeFunction(target, index))
    return target


def shadowed(walk: Walk, params: tuple[Param, ...]) -> dict[str, str]:
    """Hide renames of comprehension variables that a nested scope's parameters shadow."""
    outer = walk.renames
    if outer:
        own = {param.name for param in params}
        walk.renames = {name: renamed for name, renamed in outer.items() if name not in own}
    return outer


def parameters(walk: Walk, node: ast.arguments) -> tuple[Param, ...]:
    """Parameters with defaults and annotations as operands of the enclosing scope."""
    positional = [*node.posonlyargs, *node.args]
    missing = len(positional) - len(node.defaults)
    defaults: list[ast.expr | None] = [*[None] * missing, *node.defaults]
    found = [
        _parameter(walk, argument, 0 if index < len(node.posonlyargs) else 1, default)
        for index, (argument, default) in enumerate(zip(positional, defaults, strict=True))
    ]
    if node.vararg:
        found.append(_parameter(walk, node.vararg, 2, None))
    found.extend(
        _parameter(walk, argument, 3, default)
        for argument, default in zip(node.kwonlyargs, node.kw_defaults, strict=True)
    )
    if node.kwarg:
        found.append(_parameter(walk, node.kwarg, 4, None))
    return tuple(found)


def _parameter(walk: Walk, argument: ast.arg, kind: int, default: ast.expr | None) -> Param:
    return Param(
        argument.arg, kind, default is not None, lower(walk, default), lower_annotation(walk, argument.annotation)
    )


def lower_annotation(walk: Walk, node: ast.expr | None) -> Operand:
    """The class or dependency that an annotation names: `X` in `Optional[X]`, `X | None`, `Annotated[X, ...]`."""
    match node:
        case None:
            return None
        case ast.Constant(value=str() as text):
            return text if text.isidentifier() else lower_annotation(walk, _quoted(text))
        case ast.Name() | ast.Attribute():
            return lower(walk, node)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return lower_annotation(walk, right if _is_none(left) else left)
        case ast.Subscript(value=value, slice=ast.Tuple(elts=[first, *metadata])) if dotted(value).endswith(
            "Annotated"
        ):
            return walk.scope.merged((lower_annotation(walk, first), *lower_all(walk, metadata)))
        case ast.Subscript(value=value, slice=inner) if dotted(value).rpartition(".")[2] in {"Optional", "Annotated"}:
            return lower_annotation(walk, inner)
        case ast.Subscript(value=value):
            return lower_annotation(walk, value)
    return None


def _quoted(text: str) -> ast.expr | None:
    try:
        inner = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return None if isinstance(inner, ast.Constant) else inner


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


LOWER_OF: Mapping[type[ast.expr], Callable[[Walk, Any], Operand]] = MappingProxyType(
    {
        ast.Name: _name,
        ast.Constant: _constant,
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
        ast.Call: _call,
        ast.Await: _await,
        ast.List: _display("list"),
        ast.Tuple: _display("tuple"),
        ast.Set: _display("set"),
        ast.Dict: _dict,
        ast.ListComp: _comprehension("list"),
        ast.SetComp: _comprehension("set"),
        ast.GeneratorExp: _comprehension("generator"),
        ast.DictComp: _comprehension("dict"),
        ast.BoolOp: _bool,
        ast.IfExp: _conditional,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.Compare: _compare,
        ast.JoinedStr: _joined,
        ast.NamedExpr: _named,
        ast.Starred: _starred,
        ast.Yield: _yield,
        ast.YieldFrom: _yield_from,
        ast.Lambda: _lambda,
    }
)
