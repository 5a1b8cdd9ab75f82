"""Markers: attributes by which a program picks, among all members of an object, those that a decorator has marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statelint.facts.model import Bind, Body, Call, Const, Operand, SetAttr
from statelint.program.core import CallSite
from statelint.program.objects import Bound, FunctionObject, Node, Object
from statelint.program.registration import Registration
from statelint.program.wrappers import wrapped_function

TESTS = frozenset({"hasattr", "getattr"})


def markers_of_named(site: CallSite) -> frozenset[str]:
    """Those that the code asks of what `getattr(x, name)` gives, where it doesn't write out the name."""
    call = site.operands
    if not isinstance(call, Call) or len(call.args) < 2 or isinstance(call.args[1], Const):  # noqa: PLR2004
        return frozenset()
    body = site.context.body
    names = {op.name for op in body.ops if isinstance(op, Bind) and op.source == call.target}
    return _asked((body,), {call.target, *names})


def markers_of_listed(site: CallSite) -> frozenset[str]:
    """Those that the code asks of the members that `inspect.getmembers(x, predicate)` lists."""
    body, bodies = site.context.body, site.context.module.bodies
    own = bodies.index(body)
    predicates = (one for one in bodies if one.kind == "lambda" and one.parent == own)
    return _asked((body, *predicates), None) - {param.name for param in body.params}


def _asked(bodies: Iterable[Body], members: set[Operand] | None) -> frozenset[str]:
    """`hasattr(member, "marker")`, `getattr(member, "marker", None)`, and nothing that the code itself marks."""
    asked = {name for body in bodies for name in _tests(body, members)}
    return frozenset(asked - {op.name for body in bodies for op in body.ops if isinstance(op, SetAttr)})


def _tests(body: Body, members: set[Operand] | None) -> Iterator[str]:
    for op in body.ops:
        if isinstance(op, Call) and op.callee in TESTS and len(op.args) > 1:
            name = op.args[1]
            if isinstance(name, Const) and isinstance(name.value, str) and (members is None or op.args[0] in members):
                yield name.value


def pick(linker: Registration, markers: frozenset[str], found: Node, target: Node) -> None:
    """Members go on to `target`; where markers are asked for, functions wait until it is known which are marked."""

    def member(value: Object) -> None:
        if markers and isinstance(value, FunctionObject | Bound):
            linker.unmarked.setdefault(target, {})[value] = markers
        else:
            linker.solver.add(target, value)

    linker.each(found, member)


def pick_marked(linker: Registration) -> int:
    """Functions that are marked go on; all do where none is marked in a way that is understood."""
    count = 0
    for target, members in linker.unmarked.items():
        marked = [value for value, markers in members.items() if not markers.isdisjoint(_marks_of(value))]
        new = [value for value in marked or members if value not in target.objects]
        count += len(new)
        for value in new:
            linker.solver.add(target, value)
    return count


def _marks_of(value: Object) -> frozenset[str]:
    function = value.function if isinstance(value, Bound) else value
    assert isinstance(function, FunctionObject)
    return function.marks | wrapped_function(function).marks
