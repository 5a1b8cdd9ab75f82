"""Operators that call methods of the program's classes."""

from __future__ import annotations

from functools import cached_property

from statelint.facts.model import Combine, Span
from statelint.models.rows import TypeRow
from statelint.program.calls import Calls
from statelint.program.core import CallSite
from statelint.program.objects import Context, Instance, Node, Object

BINARY = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "//": "__floordiv__", "%": "__mod__",
    "|": "__or__", "&": "__and__", "^": "__xor__", "@": "__matmul__", "<<": "__lshift__", ">>": "__rshift__",
    "**": "__pow__",
}  # fmt: skip
COMPARING = {"eq": "__eq__", "ne": "__ne__", "lt": "__lt__", "le": "__le__", "gt": "__gt__", "ge": "__ge__"}
UNARY = {"neg": "__neg__", "pos": "__pos__", "invert": "__invert__"}
IN_PLACE = "__i"
Step = tuple[Node | None, tuple[str, ...], list[Node | None]]


class Operators(Calls):
    """Links operators on instances."""

    @cached_property
    def special_methods(self) -> frozenset[str]:
        """Every special method that some class of the program defines: the others need no listener."""
        return frozenset(
            name
            for module in self.modules.all
            for body in module.bodies
            if body.kind == "class"
            for name in body.names
            if name.startswith("__")
        )

    def operator_methods(self, context: Context, op: Combine, target: Node) -> None:
        """Call what each operand defines for the operator, the first of its names that is there."""
        site = CallSite(context, Span(op.line, op.column, op.line, op.column), [], {}, target)
        for receiver, names, arguments in self._steps(context, op):
            known = tuple(name for name in names if name in self.special_methods)
            if known:
                inner = site.with_args(arguments)
                self.each(receiver, lambda obj, of=known, at=inner: self._call_first(obj, of, at))  # type: ignore[misc]

    def _steps(self, context: Context, op: Combine) -> list[Step]:
        operands = [self.node(context, operand) for operand in op.operands]
        operator = op.operator.removesuffix("=")
        left = operands[:1]
        right = operands[1:2]
        if (name := BINARY.get(operator)) is not None and left and right:
            in_place = (_in_place(name),) if operator != op.operator else ()
            return [(left[0], (*in_place, name), right), (right[0], (name.replace("__", "__r", 1),), left)]
        if (name := COMPARING.get(operator)) is not None and left:
            return [(left[0], (name,), right)]
        if (name := UNARY.get(operator)) is not None and left:
            return [(left[0], (name,), [])]
        if operator == "in" and right:
            return [(right[0], ("__contains__",), left)]
        if operator == "f":
            return [(operand, ("__format__", "__str__", "__repr__"), []) for operand in operands]
        return []

    def _call_first(self, obj: Object, names: tuple[str, ...], site: CallSite) -> None:
        if isinstance(obj, Instance):
            name = next((name for name in names if self.defining(obj.cls, name) is not None), None)
            if name is not None:
                self.call_method(obj, name, site)


def changes_in_place(row: TypeRow | None, operator: str, *, by_constant: bool = False) -> bool:
    """Whether a container can be changed by an operator such as `|=`: by any, where its row names none, else by those
    that it names, with another container on the right unless they repeat it."""
    known = [name for name in row.mutators if name.startswith(IN_PLACE)] if row is not None else []
    sign = operator.removesuffix("=")
    return not known or (_in_place(BINARY.get(sign, "")) in known and (sign == "*" or not by_constant))


def _in_place(method: str) -> str:
    return method.replace("__", IN_PLACE, 1)
