"""Names as strings: put together, taken apart, or known by their beginning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from statelint.facts.model import Combine, Const, Operand
from statelint.program.core import CallSite
from statelint.program.objects import Context, Node, Text, TextPrefix
from statelint.program.operators import Operators

SPLITTING_LAST = frozenset({"rpartition", "rsplit"})
SPLITTING = SPLITTING_LAST | {"partition", "split"}
MOST_PIECES = 6  # of a string that may be a name
MOST_TEXTS = 64


class Texts(Operators):
    """Links strings that may name something."""

    def split_name(self, text: Text, method: str, site: CallSite) -> None:
        """`path.rpartition(".")` of the dotted name of something in the program."""
        separator = ":" if ":" in text.value else "."
        if method not in SPLITTING or (separator == "." and method not in SPLITTING_LAST):
            return
        module, _, name = text.value.rpartition(separator)
        if self.modules.find_anywhere(module) is None:
            return
        pieces = self.container("tuple", site.context, site.span, site.phase, text)
        for index, piece in enumerate((module, separator, name) if "partition" in method else (module, name)):
            self.solver.add(self.slot(pieces, index), self.solver.text(piece))
        self.solver.add(site.target, pieces)

    def concatenated(self, context: Context, op: Combine, target: Node) -> None:
        """`"on_" + name` for the few strings that `name` may be."""
        parts = [self._texts(context, operand) for operand in op.operands]
        if op.operator == "%":
            self.begins(target, [value.partition("%")[0] for value in parts[0]])
            return
        if parts and not all(parts):
            known = list(takewhile(bool, parts))
            self.begins(target, _joined(known) if known else self._prefixes(context, op.operands[0]))
        if all(parts) and len(parts) <= MOST_PIECES:
            for result in _joined(parts):
                self.solver.add(target, self.solver.text(result))

    def begins(self, target: Node, beginnings: Iterable[str]) -> None:
        """What is known of a string is how it begins."""
        for beginning in filter(None, beginnings):
            self.solver.add(target, self.solver.prefix(beginning))

    def _texts(self, context: Context, operand: Operand) -> list[str]:
        if isinstance(operand, Const):
            return [operand.value] if isinstance(operand.value, str) else []
        if operand in {"__name__", "__package__"}:
            module = context.module
            return [module.name if operand == "__name__" else self.modules.package_name(module, 1)]
        node = self.node(context, operand)
        return [obj.value for obj in node.objects if isinstance(obj, Text)] if node is not None else []

    def _prefixes(self, context: Context, operand: Operand) -> list[str]:
        node = self.node(context, operand)
        return [obj.value for obj in node.objects if isinstance(obj, TextPrefix)] if node is not None else []


def _joined(parts: Sequence[Sequence[str]]) -> list[str]:
    results = [""]
    for values in parts:
        results = [done + value for done in results for value in values][:MOST_TEXTS]
    return results
