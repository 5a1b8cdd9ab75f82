"""What each operand of a body is defined by."""

from __future__ import annotations

from collections import defaultdict

from statelint.facts.model import Bind, Body, Op, Operand

_KNOWN: dict[int, tuple[Body, dict[Operand, list[Op]]]] = {}


def definitions_of(body: Body) -> dict[Operand, list[Op]]:
    """Operations by the name or temporary that they define."""
    known = _KNOWN.get(id(body))
    if known is not None and known[0] is body:
        return known[1]
    found: dict[Operand, list[Op]] = defaultdict(list)
    for op in body.ops:
        if type(op) is Bind:
            found[op.name].append(op)
        elif hasattr(op, "target"):
            found[op.target].append(op)
    _KNOWN[id(body)] = (body, found)
    return found
