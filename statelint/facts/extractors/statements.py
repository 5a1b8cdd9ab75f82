"""Statements: definitions, assignments, imports, control flow."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from statelint.facts.extractors.expressions import (
    OPERATORS,
    arguments,
    call,
    lower,
    lower_annotation,
    parameters,
    shadowed,
)
from statelint.facts.extractors.patterns import bind_pattern
from statelint.facts.extractors.targets import store
from statelint.facts.model import (
    Attr,
    Bind,
    Call,
    Catch,
    Combine,
    Declare,
    Enter,
    How,
    Import,
    ImportFrom,
    ImportStar,
    Item,
    MakeClass,
    MakeFunction,
    Operand,
    Raise,
    Return,
    Role,
    SetAttr,
    SetItem,
)
from statelint.facts.scope import dotted, span_of
from statelint.facts.walk import Walk

PLAIN_SOURCES = frozenset({ast.Call, ast.Attribute, ast.Subscript, ast.Await, ast.IfExp, ast.BoolOp})
IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})
STANDARD = sys.stdlib_module_names - {"msvcrt", "nt", "winreg", "winsound", "_winapi", "_winreg"}  # not only on Windows
COPIES = frozenset({"copy", "deepcopy", "dict", "list", "set", "sorted"})
Run = Callable[[Walk, Any], None]
AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


def run(walk: Walk, statements: Sequence[ast.stmt]) -> None:
    """Lower statements in order."""
    scope = walk.scope
    scope.depth += 1
    for statement in statements:
        if run_of := RUN_OF.get(type(statement)):
            run_of(walk, statement)
    scope.depth -= 1


def _expression(walk: Walk, node: ast.Expr) -> None:
    if isinstance(node.value, ast.Call):
        call(walk, node.value, Role.STATEMENT)
    else:
        lower(walk, node.value)


def _assign(walk: Walk, node: ast.Assign) -> None:
    source = lower(walk, node.value)
    if walk.scope.depth == 1:
        _rebind(walk, node)
    if len(node.targets) == 1 and type(node.value) in PLAIN_SOURCES:
        walk.alias(source, node.targets[0])
    for target in node.targets:
        store(walk, target, source, How.ASSIGN)


def _rebind(walk: Walk, node: ast.Assign) -> None:
    """A variable assigned anew in the body itself: what it was before is gone.

    A value computed from the variable may still be the same object, wrapped by something unknown.
    """
    scope = walk.scope
    for name in {name for target in node.targets for name in _plain_names(target)} & scope.names:
        if name in scope.global_names or name in scope.nonlocal_names or scope.kind == "class":
            continue
        mentioned = any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node.value))
        if not mentioned or _is_copy(node.value, name) or _is_new_text(node.value):
            scope.rebind(name)


def _is_copy(value: ast.expr, name: str) -> bool:
    """`deepcopy(name)`, `dict(name)`, `name.copy()`: certainly another object."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=base), attr="copy"), args=[]):
            return base == name
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=[ast.Name(id=given)]):
            return called in COPIES and given == name
    return False


def _is_new_text(value: ast.expr) -> bool:
    """`f"{name}.json"`, `"%s.json" % name`: never the object that the name was."""
    match value:
        case ast.JoinedStr() | ast.BinOp(op=ast.Mod() | ast.Add(), left=ast.Constant(value=str()) | ast.JoinedStr()):
            return True
    return False


def _plain_names(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _plain_names(part)


def _annotated(walk: Walk, node: ast.AnnAssign) -> None:
    if isinstance(node.target, ast.Name) and walk.scope.kind == "class":
        walk.scope.annotated.append(node.target.id)
    if (annotation := lower_annotation(walk, node.annotation)) is not None:
        match node.target:
            case ast.Name(id=name):
                walk.emit(Declare(None, name, annotation))
            case ast.Attribute(value=base, attr=name):
                walk.emit(Declare(lower(walk, base), name, annotation))
    if node.value is None:
        if isinstance(node.target, ast.Name):
            walk.scope.names.add(node.target.id)
        return
    store(walk, node.target, lower(walk, node.value), How.ASSIGN)


def _augmented(walk: Walk, node: ast.AugAssign) -> None:
    operator = f"{OPERATORS[type(node.op)]}="
    target = node.target
    span = span_of(node)
    result = walk.scope.temporary()
    column = target.col_offset + 1
    if isinstance(target, ast.Name):
        walk.emit(Combine(result, operator, (lower(walk, target), lower(walk, node.value)), span.line, column))
        walk.bind(walk.name(target.id), result, span, How.AUGMENT)
        return
    base = lower(walk, target.value)
    old = walk.scope.temporary()
    if isinstance(target, ast.Attribute):
        walk.emit(Attr(old, base, target.attr, span.line, column))
        walk.emit(Combine(result, operator, (old, lower(walk, node.value)), span.line, column))
        walk.emit(SetAttr(base, target.attr, result, span, How.AUGMENT))
        return
    key = None if isinstance(target.slice, ast.Slice) else lower(walk, target.slice)
    walk.emit(Item(old, base, key, span.line, column))
    walk.emit(Combine(result, operator, (old, lower(walk, node.value)), span.line, column))
    walk.emit(SetItem(base, key, result, span, How.AUGMENT))


def _delete(walk: Walk, node: ast.Delete) -> None:
    for target in node.targets:
        store(walk, target, None, How.DELETE)


def _return(walk: Walk, node: ast.Return) -> None:
    if node.value is not None:
        walk.emit(Return(lower(walk, node.value), node.lineno))


def _function(walk: Walk, node: AnyFunction) -> None:
    decorators = [lower(walk, decorator) for decorator in node.decorator_list]
    params = parameters(walk, node.args)
    returns = lower_annotation(walk, node.returns)
    qualname = walk.qualified(node.name)
    outer = shadowed(walk, params)
    span = span_of(node)
    index = walk.open("function", node.name, qualname, span)
    scope = walk.scope
    scope.params = params
    scope.returns = returns
    scope.names.update(param.name for param in params)
    scope.is_async = isinstance(node, ast.AsyncFunctionDef)
    scope.decorators = tuple(dotted(decorator) for decorator in node.decorator_list)
    run(walk, node.body)
    walk.close(index)
    walk.renames = outer
    made = walk.scope.temporary()
    walk.emit(MakeFunction(made, index))
    _declare(walk, node, node.name, _decorated(walk, node, decorators, made))


def _class(walk: Walk, node: ast.ClassDef) -> None:
    decorators = [lower(walk, decorator) for decorator in node.decorator_list]
    bases, keywords, _, _ = arguments(walk, node)
    index = walk.open("class", node.name, walk.qualified(node.name), span_of(node))
    walk.scope.decorators = tuple(dotted(decorator) for decorator in node.decorator_list)
    run(walk, node.body)
    walk.close(index)
    made = walk.scope.temporary()
    walk.emit(MakeClass(made, index, bases, keywords))
    _declare(walk, node, node.name, _decorated(walk, node, decorators, made))


def _decorated(walk: Walk, node: AnyFunction | ast.ClassDef, decorators: list[Operand], made: int) -> Operand:
    current: Operand = made
    for decorator, expression in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
        result = walk.scope.temporary()
        walk.emit(Call(result, decorator, (current,), (), None, None, span_of(expression), Role.DECORATOR))
        current = result
    return current


def _declare(walk: Walk, node: AnyFunction | ast.ClassDef, name: str, source: Operand) -> None:
    walk.bind(name, source, span_of(node), How.DECLARE)


def _import(walk: Walk, node: ast.Import) -> None:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        walk.emit(Import(name, alias.name if alias.asname else f"{alias.name} ", node.lineno))
        _imported(walk, node, name)


def _import_from(walk: Walk, node: ast.ImportFrom) -> None:
    module = node.module or ""
    for alias in node.names:
        if alias.name == "*":
            walk.emit(ImportStar(module, node.level, node.lineno))
            continue
        name = alias.asname or alias.name
        walk.emit(ImportFrom(name, module, alias.name, node.level, node.lineno))
        _imported(walk, node, name)


def _imported(walk: Walk, node: ast.Import | ast.ImportFrom, name: str) -> None:
    walk.scope.names.add(name)
    if name in walk.scope.versions:
        walk.emit(Bind(walk.scope.versions[name], name, span_of(node), How.DECLARE))


def _global(walk: Walk, node: ast.Global) -> None:
    walk.scope.global_names.update(node.names)


def _nonlocal(walk: Walk, node: ast.Nonlocal) -> None:
    walk.scope.nonlocal_names.update(node.names)


def _for(walk: Walk, node: ast.For | ast.AsyncFor) -> None:
    walk.bind_element(node.target, lower(walk, node.iter))
    run(walk, node.body)
    run(walk, node.orelse)


def _while(walk: Walk, node: ast.While) -> None:
    if isinstance(node.test, ast.Constant) and node.test.value and not _may_end(node.body, breaks=ast.Break):
        walk.scope.endless.append(span_of(node))
    lower(walk, node.test)
    run(walk, node.body)
    run(walk, node.orelse)


def _may_end(block: list[ast.stmt], *, breaks: type[ast.stmt]) -> bool:
    """Whether a statement ends the loop around it; a `break` in an inner loop ends only that one."""
    for node in block:
        if isinstance(node, ast.Return | breaks):
            return True
        inner = ast.Return if isinstance(node, ast.For | ast.AsyncFor | ast.While) else breaks
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if any(_may_end(part, breaks=inner) for part in _blocks(node)):
                return True
    return False


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of statements that a statement has."""
    for name in ("body", "orelse", "finalbody"):
        yield getattr(node, name, [])
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def _if(walk: Walk, node: ast.If) -> None:
    lower(walk, node.test)
    run(walk, node.body)
    run(walk, node.orelse)


def _with(walk: Walk, node: ast.With | ast.AsyncWith) -> None:
    for item in node.items:
        source = lower(walk, item.context_expr)
        entered = walk.scope.temporary()
        walk.emit(Enter(entered, source, span_of(item.context_expr)))
        if item.optional_vars is not None:
            store(walk, item.optional_vars, entered, How.DECLARE)
    run(walk, node.body)


def _try(walk: Walk, node: ast.Try) -> None:
    run(walk, node.body)
    never_fails = all(map(_imports_what_is_there, node.body))
    for handler in node.handlers:
        if not (never_fails and isinstance(handler.type, ast.Name) and handler.type.id in IMPORT_ERRORS):
            _handler(walk, handler)
    run(walk, node.orelse)
    run(walk, node.finalbody)


def _imports_what_is_there(node: ast.stmt) -> bool:
    """Whether it imports from the standard library, as every server has it: a fallback is for old versions."""
    match node:
        case ast.Import(names=names):
            modules = [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), level=0):
            modules = [module]
        case _:
            return False
    return STANDARD.issuperset(module.partition(".")[0] for module in modules)


def _handler(walk: Walk, node: ast.ExceptHandler) -> None:
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    caught = walk.scope.merged(lower(walk, kind) for kind in kinds)
    if node.name:
        error = walk.scope.temporary()
        walk.emit(Catch(error, caught))
        walk.bind(walk.name(node.name), error, span_of(node), How.DECLARE)
    run(walk, node.body)


def _match(walk: Walk, node: ast.Match) -> None:
    subject = lower(walk, node.subject)
    for case in node.cases:
        bind_pattern(walk, case.pattern, subject)
        lower(walk, case.guard)
        run(walk, case.body)


def _raise(walk: Walk, node: ast.Raise) -> None:
    source = lower(walk, node.exc)
    lower(walk, node.cause)
    if source is not None and not isinstance(node.exc, ast.Call):
        walk.emit(Raise(source, span_of(node)))


def _assert(walk: Walk, node: ast.Assert) -> None:
    lower(walk, node.test)
    lower(walk, node.msg)


RUN_OF: Mapping[type[ast.stmt], Run] = MappingProxyType(
    {
        ast.Expr: _expression,
        ast.Assign: _assign,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.Delete: _delete,
        ast.Return: _return,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.ClassDef: _class,
        ast.Import: _import,
        ast.ImportFrom: _import_from,
        ast.Global: _global,
        ast.Nonlocal: _nonlocal,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.While: _while,
        ast.If: _if,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Try: _try,
        **({ast.TryStar: _try} if hasattr(ast, "TryStar") else {}),
        ast.Match: _match,
        ast.Raise: _raise,
        ast.Assert: _assert,
    }
)
