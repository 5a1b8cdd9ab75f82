"""What is known where a look-up has failed: in `except KeyError`, and after `with suppress(KeyError)`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from statelint.syntax.conditions import Atom, Clause, Form, absent
from statelint.syntax.names import Names, item_path
from statelint.syntax.nodes import statements_of, walk_scope

ITEM_ERRORS = frozenset({"KeyError", "LookupError", "IndexError"})
ATTRIBUTE_ERRORS = frozenset({"AttributeError"})
NAME_ERRORS = frozenset({"NameError", "UnboundLocalError"})
SEARCH_ERRORS = frozenset({"ValueError"})
ANY_ERROR = frozenset({"Exception", "BaseException"})
FAILING_REMOVALS = frozenset({"pop", "remove", "index"})


def failed_lookups(body: cst.BaseSuite, errors: frozenset[str], names: Names) -> list[Clause]:
    """What one of these errors in the body says about the holders that it reads."""
    if errors & ANY_ERROR:
        # Any error may come from anywhere: it tells of the look-up only where that is all there is.
        if len(statements_of(body)) > 1 or any(isinstance(node, cst.Call | cst.Await) for node in walk_scope(body)):
            return []
        errors |= ITEM_ERRORS | ATTRIBUTE_ERRORS | NAME_ERRORS
    written = set(_written(body))
    found = (_failure(node, errors, names) for node in walk_scope(body) if node not in written)
    return [(atom,) for atom in found if atom is not None]


def error_names(kind: cst.BaseExpression | None) -> frozenset[str]:
    """Names of the classes in `except ...`."""
    match kind:
        case None:
            return ANY_ERROR
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return frozenset({name})
        case cst.Tuple(elements=elements):
            return frozenset().union(*(error_names(element.value) for element in elements))
    return frozenset()


def suppressed_errors(statement: cst.With) -> frozenset[str]:
    """Names of the classes in `with suppress(...)`."""
    found: set[str] = set()
    for item in statement.items:
        match item.item:
            case cst.Call(func=cst.Name(value="suppress") | cst.Attribute(attr=cst.Name(value="suppress")), args=args):
                found.update(*(error_names(argument.value) for argument in args))
    return frozenset(found)


def _failure(node: cst.CSTNode, errors: frozenset[str], names: Names) -> Atom | None:
    match node:
        case cst.Subscript() if errors & ITEM_ERRORS:
            return absent(names, node, Form.MISSING)
        case cst.Attribute() if errors & ATTRIBUTE_ERRORS:
            return absent(names, node, Form.MISSING)
        case cst.Name() if errors & NAME_ERRORS:
            return absent(names, node, Form.MISSING)
        case cst.Call(func=cst.Attribute(value=owner, attr=attr), args=[key]) if attr.value in FAILING_REMOVALS:
            if errors & (ITEM_ERRORS | SEARCH_ERRORS):
                path = item_path(names.path(owner), names.path(key.value))
                return Atom(Form.MISSING, (path,), path)
        case cst.Call(func=cst.Name(value="next"), args=[cst.Arg(value=cst.GeneratorExp(for_in=loop))]):
            if "StopIteration" in errors:
                path = f"{names.path(loop.iter)}[*]"
                return Atom(Form.NO_ELEMENT, (path,), path)
    return None


def _written(body: cst.BaseSuite) -> Iterator[cst.CSTNode]:
    for node in walk_scope(body):
        if isinstance(node, cst.AssignTarget | cst.AnnAssign):
            yield node.target
