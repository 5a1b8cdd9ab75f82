"""Parameters used as keys: the literals that the calls of a function give to them."""

from __future__ import annotations

from collections.abc import Callable

from statelint.facts.model import Body, Const, Item, Operand, Param
from statelint.models.tables import Models
from statelint.program.constants import Constants
from statelint.program.core import CallSite
from statelint.program.definitions import ONE_VALUE, definitions_of, signature_of
from statelint.program.modules import Modules
from statelint.program.objects import Context

Use = Callable[[Operand], None]


class Given:
    """What calls gave to one parameter so far, and who must hear of more."""

    __slots__ = ("uses", "values")

    def __init__(self) -> None:
        """Nothing yet."""
        self.values: dict[Operand, None] = {}
        self.uses: list[Use] = []

    def add(self, value: Operand) -> None:
        """One more literal, or the name of the parameter where a call gives anything else."""
        if value not in self.values:
            self.values[value] = None
            for use in tuple(self.uses):
                use(value)

    def listen(self, use: Use) -> None:
        """Call `use` for every value, now and later."""
        self.uses.append(use)
        for value in tuple(self.values):
            use(value)


class Parameters(Constants):
    """Follows literals from calls to the keys of `table[parameter]`."""

    def __init__(self, modules: Modules, models: Models) -> None:
        """No call seen yet."""
        super().__init__(modules, models)
        self._given: dict[tuple[Context, str], Given] = {}
        self._keys: dict[int, tuple[Param, ...]] = {}

    def each_literal(self, context: Context, operand: Operand, use: Use) -> None:
        """Call `use` with each literal that `operand` may be, or with the operand itself."""
        key = self.literal(context, operand)
        if type(key) is str and any(param.name == key for param in self._key_parameters(context.body)):
            self._given_to(context, key).listen(use)
        else:
            use(key)

    def give(self, context: Context, site: CallSite | None, taken: int = 0) -> None:
        """A call was found, or someone unknown calls; the receiver takes the first `taken` parameters."""
        for param in self._key_parameters(context.body):
            self._given_to(context, param.name).add(self._given_by(context, param, site, taken))

    def _given_to(self, context: Context, name: str) -> Given:
        given = self._given.get((context, name))
        if given is None:
            given = self._given[context, name] = Given()
        return given

    def _given_by(self, context: Context, param: Param, site: CallSite | None, taken: int) -> Operand:
        if site is None or site.operands is None or context.environment is None:
            return param.name
        op = site.operands
        positional = signature_of(context.body).positional[taken:]
        given = {**dict(zip(positional, op.args, strict=False)), **dict(op.keywords)}
        if op.star is not None or op.double_star is not None:
            return param.name
        if param.name in given:
            value = self.literal(site.context, given[param.name])
        else:
            value = self.literal(context.environment, param.default)
        return value if isinstance(value, Const) and isinstance(value.value, str | int) else param.name

    def _key_parameters(self, body: Body) -> tuple[Param, ...]:
        """Parameters that are used as keys and never assigned."""
        found = self._keys.get(id(body))
        if found is None:
            found = ()
            if body.params and body.kind in {"function", "lambda"}:
                used = {op.key for op in body.ops if type(op) is Item and type(op.key) is str}
                found = tuple(
                    param
                    for param in body.params
                    if param.name in used and param.kind in ONE_VALUE and param.name not in definitions_of(body)
                )
            self._keys[id(body)] = found
        return found
