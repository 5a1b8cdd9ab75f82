"""Names that stand for one literal: a key written as `CART_KEY` is told apart like one written as `"cart"`."""

from __future__ import annotations

from collections import Counter

from statelint.facts.model import Attr, Bind, Const, Import, ImportFrom, Operand
from statelint.models.tables import Models
from statelint.program.copies import Copies
from statelint.program.definitions import definitions_of
from statelint.program.modules import Module, Modules
from statelint.program.objects import Context

LONGEST_CHAIN = 4  # modules that pass a constant on by importing it
Constant = Bind | Import | ImportFrom


class Constants(Copies):
    """Finds the literal behind a name that is bound once."""

    def __init__(self, modules: Modules, models: Models) -> None:
        """No module read yet."""
        super().__init__(modules, models)
        self._globals_bound_once: dict[Module, dict[str, Constant]] = {}
        self._rebound_names: dict[Module, frozenset[str]] = {}

    def literal(self, context: Context, operand: Operand) -> Operand:
        """The literal that `operand` always is, or the operand itself."""
        found: Const | None = None
        if type(operand) is str:
            found = self._literal_of_name(context, operand)
        elif type(operand) is int:
            match definitions_of(context.body).get(operand):
                case [Attr(base=str() as base, name=name)]:
                    found = self._literal_of_member(context, base, name)
        return operand if found is None else found

    def _literal_of_name(self, context: Context, name: str) -> Const | None:
        if self._is_global(context, name):
            return self._literal_in(context.module, name, LONGEST_CHAIN)
        body = context.body
        if name not in body.names or body.kind not in {"function", "lambda"}:
            return None
        if any(param.name == name for param in body.params) or name in self._rebound(context.module):
            return None
        match definitions_of(body).get(name):
            case [Bind(source=Const() as constant)]:
                return constant
        return None

    def _is_global(self, context: Context, name: str) -> bool:
        body = context.body
        if body.kind == "module" or name in body.global_names:
            return True
        return name not in body.names and self.defining_context(context, name) is None

    def _literal_of_member(self, context: Context, base: str, name: str) -> Const | None:
        """`settings.CART_KEY` where `settings` is a module."""
        if not self._is_global(context, base):
            return None
        op = self._bound_once(context.module).get(base)
        target = None
        if isinstance(op, Import):
            target = self.import_target(context.module, op.bound, 0)
        elif isinstance(op, ImportFrom):
            package = f"{op.module}.{op.member}" if op.module else op.member
            target = self.import_target(context.module, package, op.level)
        return self._literal_in(target.module, name, LONGEST_CHAIN) if target is not None else None

    def _literal_in(self, module: Module, name: str, patience: int) -> Const | None:
        match self._bound_once(module).get(name):
            case Bind(source=Const() as constant):
                return constant
            case ImportFrom() as op if patience:
                source = self.import_target(module, op.module, op.level)
                return self._literal_in(source.module, op.member, patience - 1) if source is not None else None
        return None

    def _bound_once(self, module: Module) -> dict[str, Constant]:
        """The one operation that binds each global which is never bound again."""
        known = self._globals_bound_once.get(module)
        if known is None:
            ops = [op for op in module.bodies[0].ops if isinstance(op, Constant)]
            times = Counter(op.name for op in ops)
            rebound = self._rebound(module)
            known = {op.name: op for op in ops if times[op.name] == 1 and op.name not in rebound}
            self._globals_bound_once[module] = known
        return known

    def forget_constants(self, module: Module) -> None:
        """Forget what was found in a module that has changed."""
        self._globals_bound_once.pop(module, None)
        self._rebound_names.pop(module, None)

    def _rebound(self, module: Module) -> frozenset[str]:
        """Names that an inner scope may bind."""
        known = self._rebound_names.get(module)
        if known is None:
            known = frozenset().union(*(body.global_names | body.nonlocal_names for body in module.bodies))
            self._rebound_names[module] = known
        return known
