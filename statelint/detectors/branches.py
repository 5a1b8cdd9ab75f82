"""Does the branch that sets a setting run where the deployment sets nothing?"""

from __future__ import annotations

import ast
import json
import operator
import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import lru_cache

import msgspec

from statelint.detectors.asking import answer_at
from statelint.facts.model import Attr, Call, Const, Invoke, Item, Operand, Span
from statelint.program.index import ProgramIndex
from statelint.program.objects import Context, External
from statelint.program.settings import DEVELOPMENT
from statelint.program.values import FromEnvironment, Known, Value
from statelint.syntax.batch import Asker, Verdict

FOR_DEVELOPMENT = re.compile(rf"(?i)(^|_)({DEVELOPMENT}|pytest)(_|$)")
DEPLOYED = re.compile(r"(?i)prod|live|deploy")
COMPARED: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Is: operator.is_, ast.IsNot: operator.is_not,
}  # fmt: skip
Truth = bool | None  # None: nobody can tell


class Branch(Enum):
    """What is known of the conditions around a statement."""

    ALWAYS = "always"  # no condition, or none that tells
    BY_DEFAULT = "by default"  # where an environment variable is not set
    CHOSEN = "chosen"  # only where the deployment asks for it
    DEVELOPMENT = "development"  # where a name says that this is no deployment


class Found(msgspec.Struct, frozen=True):
    """A kind of branch, and the variable that decides, if one does."""

    kind: Branch
    variable: str = ""


class Branches:
    """Evaluates conditions as if no variable of the environment were set."""

    def __init__(self, index: ProgramIndex, asker: Asker) -> None:
        """Nothing asked yet."""
        self.index = index
        self.asker = asker
        self._known: dict[tuple[Context, Span], Found] = {}

    def around(self, context: Context, span: Span) -> Found:
        """What the conditions around a statement say of it."""
        if not context.module.is_code or (context.body.kind == "module" and span.column == 1):
            return Found(Branch.ALWAYS)  # a condition would stand before it
        key = (context, span)
        if key not in self._known:
            self._known[key] = self._around(context, span)
        return self._known[key]

    def _around(self, context: Context, span: Span) -> Found:
        answer = answer_at(self.asker, context, span, "branches")
        if answer.verdict is not Verdict.CONFIRMED:
            return Found(Branch.ALWAYS)
        conditions = [_Condition(self.index, context, *one) for one in json.loads(answer.note)]
        if any(condition.is_development for condition in conditions):
            return Found(Branch.DEVELOPMENT)
        variable = next((name for condition in conditions for name in condition.variables), "")
        if any(condition.outcome is False for condition in conditions):
            return Found(Branch.CHOSEN, variable)
        is_known = all(condition.outcome for condition in conditions)
        return Found(Branch.BY_DEFAULT if variable and is_known else Branch.ALWAYS, variable if is_known else "")


class _Condition:
    """One test, and whether the branch is the one where it holds."""

    def __init__(self, index: ProgramIndex, context: Context, line: int, column: int, text: str, holds: bool) -> None:  # noqa: FBT001
        self.index = index
        self.context = context
        self.line = line
        self.column = column
        self.holds = holds
        self.tree = _parsed(text)
        self.variables: dict[str, None] = {}
        truth = self._truth(self.tree) if self.tree is not None else None
        self.outcome: Truth = truth if truth is None or holds else not truth
        if self.outcome is False and DEPLOYED.search(text):
            self.outcome = None  # what only deployments do is what counts

    @property
    def is_development(self) -> bool:
        """`if DEBUG:`, `if settings.TESTING:`, `if env == "local":`, but not what follows `else`."""
        if self.tree is None or not self.holds or isinstance(self.tree, ast.UnaryOp | ast.BoolOp):
            return False
        if isinstance(self.tree, ast.Compare) and not isinstance(self.tree.ops[0], ast.Eq):
            return False
        return any(FOR_DEVELOPMENT.search(word) for word in _words(self.tree))

    def _truth(self, node: ast.expr) -> Truth:
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                truth = self._truth(inner)
                return None if truth is None else not truth
            case ast.BoolOp(op=joining, values=parts):
                return _joined([self._truth(part) for part in parts], is_and=isinstance(joining, ast.And))
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as within], comparators=[right]):
                return self._is_set(left, right, isinstance(within, ast.In))
            case ast.Compare(left=left, ops=[comparing], comparators=[right]) if type(comparing) in COMPARED:
                return self._compared(left, right, COMPARED[type(comparing)])
        return _agreed(None if one is None else bool(one[0]) for one in self._literals(node))

    def _compared(self, left: ast.expr, right: ast.expr, compare: Callable[[object, object], bool]) -> Truth:
        others = self._literals(right)
        return _agreed(
            None if one is None or other is None else compare(one[0], other[0])
            for one in self._literals(left)
            for other in others
        )

    def _is_set(self, left: ast.expr, right: ast.expr, wanted: bool) -> Truth:  # noqa: FBT001
        """`"REDIS_URL" in os.environ`"""
        objects = self.index.linker.objects(self.context, self._operand(right))
        arguments = self.index.models.arguments
        if isinstance(left, ast.Constant) and any(
            isinstance(obj, External) and arguments.holds_environment(obj.dotted) for obj in objects
        ):
            self.variables[str(left.value)] = None
            return not wanted
        return None

    def _literals(self, node: ast.expr) -> list[tuple[object] | None]:
        """What an expression may be, None where that is not known."""
        if isinstance(node, ast.Constant):
            return [(node.value,)]
        operand = self._operand(node)
        if operand is None:
            return [None]
        return [one for value in self.index.values.of(self.context, operand) for one in self._literal(value)]

    def _literal(self, value: Value) -> Iterator[tuple[object] | None]:
        match value:
            case Known(value=literal):
                yield (literal,)
            case FromEnvironment(name=name, default=()):
                self.variables[name] = None
                yield (None,)
            case FromEnvironment(name=name, default=default):
                self.variables[name] = None
                for one in default:
                    yield from self._literal(one)
            case _:
                yield None

    def _operand(self, node: ast.expr) -> Operand:
        """The operand of the facts that an expression of the test became."""
        if isinstance(node, ast.Name):
            return node.id
        line = self.line + node.lineno - 1
        column = node.col_offset + (self.column if node.lineno == 1 else 1)
        for op in self.context.body.ops:
            match op:
                case Call() | Invoke() if isinstance(node, ast.Call):
                    ends = node.end_col_offset or 0
                    end = ends + (self.column if node.end_lineno == 1 else 1)
                    if (op.span.line, op.span.column, op.span.end_column) == (line, column, end):
                        return op.target
                case Attr(name=name) if isinstance(node, ast.Attribute):
                    if (op.line, op.column, name) == (line, column, node.attr):
                        return op.target
                case Item(key=Const(value=key)) if isinstance(node, ast.Subscript):
                    if (op.line, op.column) == (line, column) and _key(node) == key:
                        return op.target
        return None


@lru_cache(maxsize=256)
def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None


def _key(node: ast.Subscript) -> object:
    return node.slice.value if isinstance(node.slice, ast.Constant) else None


def _words(tree: ast.expr) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.Constant(value=str() as word):
                yield word


def _agreed(truths: Iterable[Truth]) -> Truth:
    """What all alternatives say alike."""
    found = set(truths)
    return found.pop() if len(found) == 1 else None


def _joined(truths: list[Truth], *, is_and: bool) -> Truth:
    decisive = not is_and
    if decisive in truths:
        return decisive
    return None if None in truths else is_and
