"""What each operand of a body is defined by, and what is put into it afterwards."""

from __future__ import annotations

from collections import defaultdict

from statelint.facts.model import Bind, Body, Invoke, Op, Operand, SetItem

POURING = frozenset({
    "append", "appendleft", "add", "extend", "update", "insert", "setdefault", "put", "push", "write", "writelines",
    "feed",
})  # fmt: skip
_KNOWN: dict[int, tuple[Body, dict[Operand, list[Op]], dict[Operand, list[Operand]]]] = {}


def definitions_of(body: Body) -> dict[Operand, list[Op]]:
    """Operations by the name or temporary that they define."""
    return _known(body)[1]


def poured_into(body: Body) -> dict[Operand, list[Operand]]:
    """Operands by the name whose value they go into: `x.append(a)`, `x[k] = a`."""
    return _known(body)[2]


def _known(body: Body) -> tuple[Body, dict[Operand, list[Op]], dict[Operand, list[Operand]]]:
    known = _KNOWN.get(id(body))
    if known is None or known[0] is not body:
        known = _KNOWN[id(body)] = (body, _definitions(body), _pourings(body))
    return known


def _definitions(body: Body) -> dict[Operand, list[Op]]:
    found: dict[Operand, list[Op]] = defaultdict(list)
    for op in body.ops:
        if type(op) is Bind:
            found[op.name].append(op)
        elif hasattr(op, "target"):
            found[op.target].append(op)
    return found


def _pourings(body: Body) -> dict[Operand, list[Operand]]:
    found: dict[Operand, list[Operand]] = defaultdict(list)
    for op in body.ops:
        if isinstance(op, Invoke) and op.name in POURING and isinstance(op.base, str):
            found[op.base].extend((*op.args, *(value for _, value in op.keywords)))
        elif isinstance(op, SetItem) and isinstance(op.base, str):
            found[op.base].extend((op.key, op.source))
    return found
