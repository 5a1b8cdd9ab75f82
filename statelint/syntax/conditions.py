"""What a condition says about holders: that one has no value, or no such key, yet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType

import libcst as cst
import msgspec

from statelint.syntax.names import Names, is_nothing, item_path

MOST_ALTERNATIVES = 16
SENTINEL = re.compile(r"missing|sentinel|unset|undefined|not_?(?:set|given)|marker|nothing|empty|absent", re.IGNORECASE)
WRAPPERS = frozenset({"bool", "len", "list", "set", "tuple", "dict", "frozenset", "sorted"})
EMPTY_TEXTS = frozenset({"False", "0", "''", "b''", "()", "[]", "{}", "set()", "dict()", "list()", "tuple()"})
KEY_METHODS = frozenset({"has", "has_key", "contains", "exists", "__contains__"})
SAYS_CLOSED = frozenset({"closed", "is_closed", "is_closing", "empty", "is_empty"})
SAYS_OPEN = frozenset({"is_set", "is_alive", "is_connected", "connected", "is_open", "is_running", "running"})
AT_LEAST_ONE = frozenset({("GreaterThan", "0"), ("NotEqual", "0"), ("GreaterThanEqual", "1")})
NONE_AT_ALL = frozenset({("Equal", "0"), ("LessThan", "1"), ("LessThanEqual", "0")})


class Form(Enum):
    """How a condition says that there is no value; NOT_ABSENT says anything else."""

    NONE = "is None"
    EMPTY = "is empty"
    MISSING = "is missing"
    CLOSED = "is closed"
    NO_ELEMENT = "has no such element"
    NOT_ABSENT = ""


class Atom(msgspec.Struct, frozen=True):
    """One thing that a condition says; about any of `paths`."""

    form: Form
    paths: tuple[str, ...]
    text: str


# At least one atom of a clause holds; all clauses of a list hold.
Clause = tuple[Atom, ...]


def clauses(test: cst.BaseExpression, names: Names, *, holds: bool) -> list[Clause]:
    """What is known where a condition was true, or false."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return clauses(inner, names, holds=not holds)
        case cst.BooleanOperation(operator=operator, left=left, right=right):
            sides = [clauses(side, names, holds=holds) for side in (left, right)]
            return sides[0] + sides[1] if isinstance(operator, cst.And) is holds else either(sides)
        case cst.Comparison(left=left, comparisons=[comparison]):
            return [(_comparison(left, comparison, names, holds=holds),)]
        case cst.NamedExpr(value=value):
            return clauses(value, names, holds=holds)
        case cst.Name() if (known := names.value_of(test)) is not None and _is_condition(known):
            return clauses(known, names, holds=holds)
        case cst.Call(func=cst.Name(value=wrapper), args=[cst.Arg(value=inner)]) if wrapper in WRAPPERS:
            return clauses(inner, names, holds=holds)
    return [(_plain(test, names, holds=holds),)]


def either(alternatives: list[list[Clause]]) -> list[Clause]:
    """What is known when one of several lists of clauses holds."""
    found = alternatives[0]
    for other in alternatives[1:]:
        found = [one + two for one in found for two in other][:MOST_ALTERNATIVES]
    return found


def absent(names: Names, node: cst.BaseExpression, form: Form) -> Atom:
    """The expression has no value."""
    return Atom(form, (names.path(node),), names.segment.text(node))


def _is_condition(value: cst.BaseExpression) -> bool:
    match value:
        case cst.Comparison() | cst.BooleanOperation() | cst.UnaryOperation(operator=cst.Not()):
            return True
        case cst.Call(func=cst.Name(value="hasattr" | "any" | "isinstance")):
            return True
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name))):
            return name in KEY_METHODS | SAYS_CLOSED | SAYS_OPEN
    return False


def _other(names: Names, node: cst.BaseExpression) -> Atom:
    return Atom(Form.NOT_ABSENT, (), names.segment.text(node))


def _plain(test: cst.BaseExpression, names: Names, *, holds: bool) -> Atom:
    """A condition without operators: `X`, `X.closed`, `hasattr(X, "y")`."""
    match test:
        case cst.Call(func=cst.Name(value="hasattr"), args=[owner, cst.Arg(value=cst.SimpleString() as name)]):
            path = f"{names.path(owner.value)}.{name.evaluated_value!s}"
            return _other(names, test) if holds else Atom(Form.MISSING, (path,), path)
        case cst.Call(func=cst.Name(value="isinstance"), args=[owner, _]):
            return _other(names, test) if holds else absent(names, owner.value, Form.MISSING)
        case cst.Call(func=cst.Name(value="any"), args=[cst.Arg(value=cst.GeneratorExp(for_in=loop))]):
            path = f"{names.path(loop.iter)}[*]"
            return _other(names, test) if holds else Atom(Form.NO_ELEMENT, (path,), path)
        case cst.Call(func=cst.Attribute(value=owner, attr=attr), args=[key]) if attr.value in KEY_METHODS:
            path = item_path(names.path(owner), names.path(key.value))
            return _other(names, test) if holds else Atom(Form.MISSING, (path,), path)
        case cst.Call(func=cst.Attribute(value=owner, attr=attr), args=[]) | cst.Attribute(value=owner, attr=attr):
            return _state(test, owner, attr.value, names, holds=holds)
    return _other(names, test) if holds else absent(names, test, Form.EMPTY)


def _state(test: cst.BaseExpression, owner: cst.BaseExpression, name: str, names: Names, *, holds: bool) -> Atom:
    if name in SAYS_CLOSED and holds:
        return Atom(Form.CLOSED, (names.path(owner),), names.segment.text(owner))
    if holds:
        return _other(names, test)
    paths = (names.path(test), names.path(owner)) if name in SAYS_OPEN else (names.path(test),)
    return Atom(Form.EMPTY, paths, names.segment.text(test))


def _comparison(left: cst.BaseExpression, target: cst.ComparisonTarget, names: Names, *, holds: bool) -> Atom:
    if compare := COMPARISON_OF.get(type(target.operator)):
        equal, atom_of = compare
        if (atom := atom_of(left, target.comparator, names, holds=equal is holds)) is not None:
            return atom
    return _length(left, target, names, holds=holds) or _other(names, left)


def _sameness(left: cst.BaseExpression, right: cst.BaseExpression, names: Names, *, holds: bool) -> Atom | None:
    """`X is None`, `None is X`, `X == ""`, `X is not MISSING`, `X is True`."""
    for subject, value in ((left, right), (right, left)):
        if isinstance(value, cst.Name) and value.value == "True":
            return None if holds else absent(names, subject, Form.EMPTY)
        if (form := _nothing(value, names)) is not None and not isinstance(subject, cst.BaseNumber):
            if isinstance(subject, cst.Call) and _function(subject) == "len":
                continue
            return absent(names, subject, form) if holds else None
    return None


def _membership(left: cst.BaseExpression, right: cst.BaseExpression, names: Names, *, holds: bool) -> Atom | None:
    """`key in X`, `key not in X.keys()`, `"x" in vars(obj)`, `X in (None, "")`."""
    match right:
        case cst.Tuple(elements=elements) | cst.List(elements=elements) | cst.Set(elements=elements):
            if holds and elements and all(_nothing(element.value, names) for element in elements):
                return absent(names, left, Form.NONE)
            return None
        case cst.Call(func=cst.Attribute(value=owner, attr=cst.Name(value="keys")), args=[]):
            return _membership(left, owner, names, holds=holds)
        case cst.Call(func=cst.Name(value=wrapper), args=[cst.Arg(value=inner)]) if wrapper in WRAPPERS:
            return _membership(left, inner, names, holds=holds)
    path = item_path(names.path(right), names.path(left))
    return None if holds else Atom(Form.MISSING, (path,), path)


def _length(left: cst.BaseExpression, target: cst.ComparisonTarget, names: Names, *, holds: bool) -> Atom | None:
    if not (isinstance(left, cst.Call) and _function(left) == "len" and len(left.args) == 1):
        return None
    shape = (type(target.operator).__name__, names.segment.text(target.comparator))
    says_empty = shape in NONE_AT_ALL if holds else shape in AT_LEAST_ONE
    return absent(names, left.args[0].value, Form.EMPTY) if says_empty else None


def _function(call: cst.Call) -> str:
    return call.func.value if isinstance(call.func, cst.Name) else ""


def _nothing(value: cst.BaseExpression, names: Names) -> Form | None:
    """What a value that stands for "nothing yet" says."""
    if is_nothing(value):
        return Form.NONE
    if isinstance(value, cst.Ellipsis):
        return Form.MISSING
    text = names.path(value, 0)
    if text in EMPTY_TEXTS:
        return Form.EMPTY
    plain = isinstance(value, cst.Name | cst.Attribute)
    return Form.MISSING if plain and SENTINEL.search(text.rpartition(".")[2]) else None


Compare = Callable[..., Atom | None]
COMPARISON_OF: Mapping[type[cst.BaseCompOp], tuple[bool, Compare]] = MappingProxyType(
    {
        cst.Is: (True, _sameness),
        cst.Equal: (True, _sameness),
        cst.IsNot: (False, _sameness),
        cst.NotEqual: (False, _sameness),
        cst.In: (True, _membership),
        cst.NotIn: (False, _membership),
    }
)
