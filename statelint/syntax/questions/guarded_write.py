"""Does a write run only where its target had no value, or no such key, yet?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst
import libcst.matchers as m

from statelint.syntax.open import Opened

Condition = tuple[libcst.BaseExpression, bool]
ABSENCE_ERRORS = frozenset(
    {"KeyError", "AttributeError", "NameError", "LookupError", "IndexError", "UnboundLocalError"}
)
SENTINELS = ("missing", "sentinel", "unset", "undefined", "notset", "_none", "empty")
MUTATORS_THAT_ASK = frozenset({"setdefault"})


def ask(opened: Opened, line: int) -> tuple[str, str]:
    """Look at every condition that holds where the line runs."""
    statements = _body(opened)
    path = list(_path(opened, statements, line))
    if not path:
        return "unknown", "no statement at that line"
    last = path[-1][0]
    targets = _targets(opened, last)
    if not targets:
        return "refuted", ""
    if _asks_itself(last):
        return "confirmed", "only if there is no value yet"
    names = targets | _aliases(opened, statements, targets)
    flags = _flags(opened, statements)
    for _, conditions, absent in path:
        if absent and any(text in absent for text in names):
            return "confirmed", "only after a look-up failed"
        for test, holds in conditions:
            if _says_absent(opened, test, names | flags, holds=holds):
                return "confirmed", f"only if `{opened.code(test).strip()}` is {'true' if holds else 'false'}"
    return "refuted", ""


def _body(opened: Opened) -> Sequence[libcst.BaseStatement]:
    statements: Sequence[libcst.BaseStatement] = opened.module.body
    if len(statements) == 1 and isinstance(statements[0], libcst.FunctionDef):
        inner = statements[0].body
        if isinstance(inner, libcst.IndentedBlock):
            return inner.body
    return statements


def _path(
    opened: Opened, statements: Sequence[libcst.BaseStatement | libcst.BaseSmallStatement], line: int
) -> Iterator[tuple[libcst.CSTNode, list[Condition], str]]:
    """From the outermost statement that contains the line to the innermost, with what is known to hold there."""
    known: list[Condition] = []
    for statement in statements:
        first, last = opened.lines_of(statement)
        if last < line:
            known.extend(_early_exit(statement))
            continue
        if first > line:
            return
        conditions = list(known)
        yield from _inside(opened, statement, line, conditions)
        return


def _inside(
    opened: Opened, statement: libcst.CSTNode, line: int, conditions: list[Condition]
) -> Iterator[tuple[libcst.CSTNode, list[Condition], str]]:
    absent = ""
    inner: libcst.CSTNode | None = None
    match statement:
        case libcst.If():
            if _contains(opened, statement.body, line):
                conditions.append((statement.test, True))
                inner = statement.body
            elif statement.orelse is not None:
                conditions.append((statement.test, False))
                inner = statement.orelse
        case libcst.Try() | libcst.TryStar():
            for handler in statement.handlers:
                if _contains(opened, handler, line):
                    inner = handler.body
                    if handler.type is None or any(name in opened.code(handler.type) for name in ABSENCE_ERRORS):
                        absent = opened.code(statement.body)
            if inner is None:
                inner = next(
                    (
                        part
                        for part in (statement.body, statement.orelse, statement.finalbody)
                        if part is not None and _contains(opened, part, line)
                    ),
                    None,
                )
        case (
            libcst.With()
            | libcst.For()
            | libcst.While()
            | libcst.FunctionDef()
            | libcst.Else()
            | libcst.Finally()
            | libcst.ClassDef()
        ):
            inner = statement.body
        case libcst.Match():
            inner = next((case.body for case in statement.cases if _contains(opened, case, line)), None)
    yield statement, conditions, absent
    if isinstance(inner, libcst.If):
        yield from _inside(opened, inner, line, [])
    elif isinstance(inner, libcst.Else):
        yield from _path(opened, _statements(inner.body), line)
    elif inner is not None:
        yield from _path(opened, _statements(inner), line)


def _statements(block: libcst.CSTNode) -> Sequence[libcst.BaseStatement | libcst.BaseSmallStatement]:
    if isinstance(block, libcst.IndentedBlock | libcst.SimpleStatementSuite):
        return block.body
    return ()


def _contains(opened: Opened, node: libcst.CSTNode, line: int) -> bool:
    first, last = opened.lines_of(node)
    return first <= line <= last


def _early_exit(statement: libcst.CSTNode) -> Iterator[Condition]:
    """`if X: return X` says that `X` was false from here on."""
    if isinstance(statement, libcst.If) and statement.orelse is None and _leaves(statement.body):
        yield statement.test, False


def _leaves(block: libcst.BaseSuite) -> bool:
    last = block.body[-1] if block.body else None
    if isinstance(last, libcst.SimpleStatementLine):
        last = last.body[-1]
    return isinstance(last, libcst.Return | libcst.Raise | libcst.Continue | libcst.Break)


def _targets(opened: Opened, statement: libcst.CSTNode) -> set[str]:
    """Texts of what the statement writes: `X`, `self.x`, `X[key]` gives `X`."""
    found: set[str] = set()
    for node in _small(statement):
        match node:
            case libcst.Assign():
                for target in node.targets:
                    found |= _target(opened, target.target)
            case libcst.AnnAssign() | libcst.AugAssign():
                found |= _target(opened, node.target)
            case libcst.Expr(value=libcst.Call(func=libcst.Attribute(value=value))):
                found |= _target(opened, value) | {opened.code(value)}
            case libcst.Expr(value=libcst.Await(expression=libcst.Call(func=libcst.Attribute(value=value)))):
                found |= _target(opened, value) | {opened.code(value)}
            case libcst.Return(value=libcst.Call(func=libcst.Attribute(value=value))):
                found |= {opened.code(value)}
    return found


def _small(statement: libcst.CSTNode) -> Sequence[libcst.CSTNode]:
    return statement.body if isinstance(statement, libcst.SimpleStatementLine) else (statement,)


def _target(opened: Opened, target: libcst.BaseExpression) -> set[str]:
    match target:
        case libcst.Name() | libcst.Attribute():
            return {opened.code(target)}
        case libcst.Subscript():
            return {opened.code(target.value), opened.code(target)}
        case libcst.Tuple() | libcst.List():
            return {text for element in target.elements for text in _target(opened, element.value)}
    return set()


def _asks_itself(statement: libcst.CSTNode) -> bool:
    for node in _small(statement):
        call = m.Call(func=m.Attribute(attr=m.Name("setdefault")))
        if m.matches(node, m.Expr(value=call) | m.Assign(value=call) | m.Return(value=call)):
            return True
        if isinstance(node, libcst.Assign) and isinstance(node.value, libcst.BooleanOperation):
            first = node.targets[0].target
            if isinstance(node.value.operator, libcst.Or) and first.deep_equals(node.value.left):
                return True
    return False


def _aliases(opened: Opened, statements: Sequence[libcst.CSTNode], targets: set[str]) -> set[str]:
    """Local names that were read from a target: `value = CACHE.get(key)`."""
    found: set[str] = set()
    for statement in statements:
        for node in m.findall(statement, m.Assign() | m.NamedExpr()):
            value = node.value  # type: ignore[attr-defined]
            name = node.targets[0].target if isinstance(node, libcst.Assign) else node.target  # type: ignore[attr-defined]
            text = opened.code(value)
            if isinstance(name, libcst.Name) and any(_reads(text, target) for target in targets):
                found.add(name.value)
    return found


def _reads(text: str, target: str) -> bool:
    return text == target or text.startswith((f"{target}.get(", f"{target}[", f"getattr({target}"))


def _flags(opened: Opened, statements: Sequence[libcst.CSTNode]) -> set[str]:
    """Names that the function sets to True: `_loaded = True`."""
    found: set[str] = set()
    for statement in statements:
        for node in m.findall(statement, m.Assign(value=m.Name("True"))):
            found.update(opened.code(target.target) for target in node.targets)  # type: ignore[attr-defined]
    return found


def _says_absent(opened: Opened, test: libcst.BaseExpression, names: set[str], *, holds: bool) -> bool:
    match test:
        case libcst.UnaryOperation(operator=libcst.Not(), expression=inner):
            return _says_absent(opened, inner, names, holds=not holds)
        case libcst.BooleanOperation(operator=operator, left=left, right=right):
            joined = isinstance(operator, libcst.And) is holds
            sides = [_says_absent(opened, side, names, holds=holds) for side in (left, right)]
            return any(sides) if joined else all(sides)
        case libcst.Comparison(left=left, comparisons=[comparison]):
            return _comparison(opened, left, comparison, names, holds=holds)
        case libcst.Call(func=libcst.Name(value="hasattr"), args=[owner, attribute, *_]):
            text = f"{opened.code(owner.value)}.{opened.code(attribute.value)[1:-1]}"
            return not holds and text in names
        case libcst.NamedExpr():
            return not holds and opened.code(test.target) in names
        case libcst.Name() | libcst.Attribute() | libcst.Subscript() | libcst.Call():
            text = opened.code(test)
            return not holds and (text in names or any(_reads(text, name) for name in names))
    return False


def _comparison(
    opened: Opened, left: libcst.BaseExpression, comparison: libcst.ComparisonTarget, names: set[str], *, holds: bool
) -> bool:
    subject = left.target if isinstance(left, libcst.NamedExpr) else left
    text = opened.code(subject)
    other = opened.code(comparison.comparator)
    about = text in names or any(_reads(text, name) for name in names)
    match comparison.operator:
        case libcst.Is() | libcst.Equal():
            return holds and about and _is_nothing(other)
        case libcst.IsNot() | libcst.NotEqual():
            return not holds and about and _is_nothing(other)
        case libcst.NotIn():
            return holds and _holds_keys(other, names)
        case libcst.In():
            return not holds and _holds_keys(other, names)
    return False


def _holds_keys(text: str, names: set[str]) -> bool:
    return text in names or text.removesuffix(".keys()") in names or text.removesuffix(".__dict__") in names


def _is_nothing(text: str) -> bool:
    return text in {"None", "False", "0", "{}", "[]", '""', "''"} or any(word in text.lower() for word in SENTINELS)


QUESTION = ask
