"""The conditions under which a place in a function runs: around it, and by early exits above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst
import msgspec

from statelint.syntax.conditions import Atom, Clause, Form, absent, clauses, either
from statelint.syntax.failures import error_names, failed_lookups, suppressed_errors
from statelint.syntax.names import Names, is_nothing
from statelint.syntax.nodes import Suite, statements_of, walk_scope


class Guard(msgspec.Struct, frozen=True):
    """What is known in a region of code since the node `since`."""

    clauses: list[Clause]
    region: cst.CSTNode
    since: cst.CSTNode


def guards(node: cst.CSTNode, names: Names) -> Iterator[Guard]:
    """All that is known where a node runs, innermost first, up to its function."""
    child = node
    for parent in names.segment.above(node):
        if isinstance(parent, Suite | cst.SimpleStatementLine):
            yield from _early_exits(parent, child, names)
        elif found := around(parent, child, names):
            yield Guard(found, child, parent)
        if isinstance(parent, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            return
        child = parent


def around(parent: cst.CSTNode, child: cst.CSTNode, names: Names) -> list[Clause]:
    """What is known in a part of a compound statement or expression."""
    match parent:
        case cst.If(test=test, body=body, orelse=orelse) | cst.IfExp(test=test, body=body, orelse=orelse):
            if child is body or child is orelse:
                return clauses(test, names, holds=child is body)
        case cst.While(test=test, body=body) if child is body:
            return clauses(test, names, holds=True)
        case cst.BooleanOperation(left=left, operator=operator, right=right) if child is right:
            return clauses(left, names, holds=isinstance(operator, cst.And))
        case cst.Try() | cst.TryStar():
            return _in_handler(parent, child, names)
        case cst.Match() if isinstance(child, cst.MatchCase):
            return _in_case(parent.subject, child, names)
        case cst.ListComp() | cst.SetComp() | cst.GeneratorExp() | cst.DictComp() if child is not parent.for_in:
            return _filters(parent.for_in, names)
        case cst.For(target=target, body=body) if child is body:
            return _filtered_loop(target, parent.iter, names)
    return []


def leaves(block: cst.CSTNode | None) -> bool:
    """Whether control never runs off the end of a block."""
    statements = statements_of(block)
    if not statements:
        return False
    match statements[-1]:
        case cst.Return() | cst.Raise() | cst.Continue() | cst.Break():
            return True
        case cst.If(body=body, orelse=orelse):
            return leaves(body) and _else_leaves(orelse)
        case cst.With() as inner:
            return not suppressed_errors(inner) and leaves(inner.body)
        case cst.Try() | cst.TryStar() as tried:
            return _try_leaves(tried)
        case cst.Match(cases=cases):
            return any(_is_wildcard(case) for case in cases) and all(leaves(case.body) for case in cases)
    return False


def _else_leaves(orelse: cst.If | cst.Else | None) -> bool:
    if isinstance(orelse, cst.If):
        return leaves(orelse.body) and _else_leaves(orelse.orelse)
    return orelse is not None and leaves(orelse.body)


def _try_leaves(tried: cst.Try | cst.TryStar) -> bool:
    if tried.finalbody is not None and leaves(tried.finalbody.body):
        return True
    return _tried_leaves(tried) and all(leaves(handler.body) for handler in tried.handlers)


def _tried_leaves(tried: cst.Try | cst.TryStar) -> bool:
    return leaves(tried.body) or (tried.orelse is not None and leaves(tried.orelse.body))


def _early_exits(block: cst.CSTNode, child: cst.CSTNode, names: Names) -> Iterator[Guard]:
    for statement in getattr(block, "body", ()):
        if statement is child:
            return
        small = statement.body if isinstance(statement, cst.SimpleStatementLine) else (statement,)
        for one in small:
            if found := after(one, names):
                yield Guard(found, block, one)


def after(statement: cst.CSTNode, names: Names) -> list[Clause]:
    """What is known once a statement is over and control has not left."""
    match statement:
        case cst.If() if any(leaves(branch) for branch in _branches(statement)):
            return _after_branches(_fall_through(statement, names))
        case cst.Assert(test=test):
            return clauses(test, names, holds=True)
        case cst.While(test=test) if not any(isinstance(node, cst.Break) for node in walk_scope(statement.body)):
            return clauses(test, names, holds=False)
        case cst.With(body=body):
            if errors := suppressed_errors(statement):
                return failed_lookups(body, errors, names) if leaves(body) else []
            return [clause for inner in statements_of(body) for clause in after(inner, names)]
        case cst.Try() | cst.TryStar() if _tried_leaves(statement):
            open_handlers = [handler for handler in statement.handlers if not leaves(handler.body)]
            return _after_branches([_in_handler(statement, handler, names) for handler in open_handlers])
        case cst.Match(subject=subject, cases=cases) if any(_is_wildcard(case) and leaves(case.body) for case in cases):
            return _after_branches([_in_case(subject, case, names) for case in cases if not leaves(case.body)])
    return []


def _branches(statement: cst.If) -> Iterator[cst.CSTNode]:
    yield statement.body
    if isinstance(statement.orelse, cst.If):
        yield from _branches(statement.orelse)
    elif statement.orelse is not None:
        yield statement.orelse.body


def _after_branches(branches: list[list[Clause]]) -> list[Clause]:
    return either(branches) if branches else []


def _fall_through(statement: cst.If, names: Names) -> list[list[Clause]]:
    """What is known in each branch whose end is reached."""
    yes = clauses(statement.test, names, holds=True)
    no = clauses(statement.test, names, holds=False)
    found = [] if leaves(statement.body) else [yes]
    match statement.orelse:
        case cst.If() as following:
            found += [no + branch for branch in _fall_through(following, names)]
        case cst.Else(body=body) if leaves(body):
            pass
        case _:
            found.append(no)
    return found


def _in_handler(tried: cst.Try | cst.TryStar, child: cst.CSTNode, names: Names) -> list[Clause]:
    if isinstance(child, cst.ExceptHandler | cst.ExceptStarHandler):
        return failed_lookups(tried.body, error_names(child.type), names)
    return []


def _in_case(subject: cst.BaseExpression, case: cst.MatchCase, names: Names) -> list[Clause]:
    known = clauses(case.guard, names, holds=True) if case.guard is not None else []
    match case.pattern:
        case cst.MatchSingleton(value=cst.Name(value="True" | "False" as value)):
            return known + clauses(subject, names, holds=value == "True")
    return [*known, (absent(names, subject, Form.NONE),)] if _is_nothing_pattern(case.pattern) else known


def _is_nothing_pattern(pattern: cst.MatchPattern) -> bool:
    match pattern:
        case cst.MatchSingleton(value=value):
            return is_nothing(value)
        case cst.MatchOr(patterns=patterns):
            return all(_is_nothing_pattern(element.pattern) for element in patterns)
        case cst.MatchList(patterns=patterns) | cst.MatchTuple(patterns=patterns):
            return not patterns
    return False


def _is_wildcard(case: cst.MatchCase) -> bool:
    return case.guard is None and isinstance(case.pattern, cst.MatchAs) and case.pattern.pattern is None


def _filters(loop: cst.CompFor, names: Names) -> list[Clause]:
    found = [clause for one in loop.ifs for clause in clauses(one.test, names, holds=True)]
    return found + (_filters(loop.inner_for_in, names) if loop.inner_for_in else [])


def _filtered_loop(target: cst.BaseExpression, source: cst.BaseExpression, names: Names) -> list[Clause]:
    """`for key in [key for key in keys if key not in X]`."""
    made = names.value_of(source) if isinstance(source, cst.Name) else source
    if isinstance(made, cst.ListComp | cst.SetComp | cst.GeneratorExp) and made.elt.deep_equals(target):
        return _filters(made.for_in, names)
    return []


def holder_atoms(found: Sequence[Clause]) -> Iterator[Atom]:
    """Atoms that say that something is absent."""
    return (atom for clause in found for atom in clause if atom.form is not Form.NOT_ABSENT)
