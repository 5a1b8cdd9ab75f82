"""What rows of `rules/` would write for a finding: from the state that decides to edits of the code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from statelint.detectors.backends import Given, Judged
from statelint.detectors.clauses import Clauses, Level
from statelint.detectors.plain_data import plain_table
from statelint.detectors.requirements import Requirements, words_of
from statelint.domain.words import Applicability
from statelint.facts.model import Bind, Call, Invoke, Operand, Span
from statelint.fixes.names import is_free, locals_of
from statelint.fixes.proposal import Proposal
from statelint.models.fixes import ENVIRONMENT, FixRow, fitting
from statelint.models.rows import BackendRow, ReaderRow
from statelint.program.definitions import argument, definitions_of
from statelint.program.index import ProgramIndex
from statelint.program.library_uses import Use
from statelint.program.objects import Context
from statelint.program.settings import Setting, is_for_development
from statelint.program.state import State
from statelint.program.stores import Store
from statelint.program.values import FromEnvironment, Result
from statelint.syntax.edit import EditRequest

Request = tuple[str, EditRequest]
ENVIRONMENT_IMPORT = "import os"
VARIABLE = re.compile(r'os\.environ\["(\w+)"\]')


class Plan(msgspec.Struct, frozen=True):
    """A fix with the variable that it reads."""

    fix: FixRow
    variable: str
    packages: tuple[str, ...]

    def filled(self, text: str) -> str:
        """A text of the fix as code."""
        return text.replace(ENVIRONMENT, f'os.environ["{self.variable}"]')


class Target(msgspec.Struct, frozen=True):
    """What an edit is about: an argument of a call, a setting where it is written, or a whole call."""

    kind: str
    context: Context
    span: Span
    name: str = ""
    operand: Operand = None
    position: int | None = None


class Proposals:
    """Proposes fixes for the findings of one program."""

    def __init__(self, index: ProgramIndex) -> None:
        """Nothing proposed yet."""
        self._index = index
        self._clauses = Clauses(index)
        self._requirements = Requirements(index)

    def of_backend(
        self, rows: tuple[FixRow, ...], row: BackendRow, uses: Sequence[Use], judged: Judged
    ) -> Proposal | None:
        """The back end of a fix, in the place where the present one is chosen."""
        if judged.is_project_elsewhere or (judged.level is Level.BY_DEFAULT and not judged.variable):
            return None  # another project or another branch has to choose
        clause = judged.clause
        decides = "" if clause is None else clause.setting or clause.arg
        fix = fitting(rows, uses[0].dotted if uses else "", decides)
        if fix is None:
            return None
        plan = self._plan(fix, _holder(judged), fix.packages or (row.packages if fix in row.fix else ()))
        if judged.drawn is not None:
            return self._proposal(plan, list(self._of_store(plan, judged.drawn)))
        if judged.setting is not None:
            return self._proposal(plan, list(self._of_settings(plan, (judged.setting, *judged.also))))
        if judged.argument is not None and not fix.call:
            return self._proposal(plan, list(self._of_argument(plan, judged.argument)))
        return self._proposal(plan, list(self._of_uses(plan, uses)))

    def of_secret(self, rows: tuple[FixRow, ...], stores: list[Store]) -> Proposal | None:
        """The same value for every place that stores it."""
        fix = fitting(rows, "", "")
        if fix is None:
            return None
        plan = self._plan(fix, str(stores[0].name), fix.packages)
        return self._proposal(plan, [request for store in stores for request in self._of_store(plan, store)])

    def of_table(self, rows: tuple[FixRow, ...], state: State) -> Proposal | None:
        """A table outside in the place of a dict of plain data."""
        fix = fitting(rows, "", "")
        if fix is None or (store := plain_table(self._index, state, fix.plain)) is None:
            return None
        value = fix.value.replace("{symbol}", state.key.symbol)
        plan = self._plan(msgspec.structs.replace(fix, value=value), state.key.name, fix.packages)
        return self._proposal(plan, list(self._of_store(plan, store)))

    def _proposal(self, plan: Plan, requests: list[Request]) -> Proposal | None:
        if not requests:
            return None
        variables = tuple(dict.fromkeys(name for _, one in requests for name in VARIABLE.findall(one.text)))
        is_safe = (
            plan.fix.forgettable
            and all(map(self._requirements.is_variable_needed, variables))
            and self._requirements.are_packages_needed(plan.packages)
        )
        applicability = Applicability.SAFE if is_safe else Applicability.UNSAFE
        return Proposal(plan.fix.message, applicability, tuple(requests), (), variables, plan.packages)

    def _plan(self, fix: FixRow, holder: str, packages: Iterable[str]) -> Plan:
        """With the variable that the program reads for this already, where there is one."""
        known = next(filter(None, map(self._requirements.variable_like, (fix.variable, *fix.like))), "")
        variable = known or fix.variable.format(name=snake_case(holder).upper())
        return Plan(fix, variable, tuple(dict.fromkeys(packages)))

    # --- where

    def _of_store(self, plan: Plan, store: Store, beside: Iterable[str] = ()) -> Iterator[Request]:
        if not store.context.module.is_code:
            return
        target = Target("setting", store.context, store.span, str(store.name), store.operand)
        yield from self._valued(plan, target, beside)

    def _of_settings(self, plan: Plan, settings: Sequence[Setting]) -> Iterator[Request]:
        fix = plan.fix
        if fix.levels and len(settings) > 1:
            return  # one variable is not enough
        for setting in settings:
            if is_for_development(setting.symbol):
                continue
            store = (*setting.within, setting.store)[-1 - fix.levels]
            new = (name for name in fix.beside if setting.within or name in fix.without or not self._is_set(name))
            yield from self._of_store(plan, store, tuple(new))

    def _of_argument(self, plan: Plan, given: Given) -> Iterator[Request]:
        """Where the value of an argument is written: at the call, or where a name got it."""
        context, operand, clause = given.use.context, given.operand, given.clause
        through = self._index.values.through(context, operand)
        origins = [store for store in through if self._decides(given, store)]
        if not origins and (local := self._local(context, operand)) is not None:
            origins = [local]
        if through and not origins and plan.fix.value:
            return
        call = Target("argument", context, given.use.span)
        if not plan.fix.value:
            yield from self._request(plan, call, "", plan.fix.beside)
            return
        if not origins:
            target = msgspec.structs.replace(call, name=clause.arg, operand=operand, position=clause.position)
            yield from self._valued(plan, target, plan.fix.beside)
            return
        value = msgspec.structs.replace(plan, fix=msgspec.structs.replace(plan.fix, beside={}, without=()))
        for store in origins:
            yield from self._of_store(value, store)
        if plan.fix.beside or plan.fix.without:
            yield from self._request(plan, call, "", plan.fix.beside)

    def _of_uses(self, plan: Plan, uses: Iterable[Use]) -> Iterator[Request]:
        fix = plan.fix
        for use in uses:
            if isinstance(use.op, Call | Invoke) and (fix.arg or fix.call):
                kind, value = ("call", fix.call) if fix.call else ("argument", fix.value)
                target = Target(kind, use.context, use.span, fix.arg)
                yield from self._request(plan, target, value, () if fix.call else fix.beside)

    def _decides(self, given: Given, store: Store) -> bool:
        """Whether a store gives the value itself, and does not pass on another name's."""
        values = self._index.values
        source = (store.context, store.operand)
        return not values.through(*source) and self._clauses.test(given.clause, values.of(*source), source)[0] > 0

    def _local(self, context: Context, operand: Operand) -> Store | None:
        """The one assignment of a local variable."""
        if not isinstance(operand, str) or any(param.name == operand for param in context.body.params):
            return None
        found = [op for op in context.body.ops if isinstance(op, Bind) and op.name == operand]
        return Store(operand, context, found[0].source, found[0].span) if len(found) == 1 else None

    def _is_set(self, name: str) -> bool:
        return bool(self._index.settings.find(name))

    # --- what

    def _valued(self, plan: Plan, target: Target, beside: Iterable[str]) -> Iterator[Request]:
        """Another value; where the present one is what a variable is by default, no default or another one."""
        fix = plan.fix
        if fix.value == ENVIRONMENT or fix.value_of:
            plan = self._with_own_variable(plan, target)
        reader = None if fix.levels else self._reader(target)
        if reader is None or (fix.value == ENVIRONMENT and not reader[1].raises):
            yield from self._request(plan, target, self._value(fix, target), beside)
            return
        op, row = reader
        position = next((at for at in row.default if isinstance(at, int)), None)
        name = next((at for at in row.default if isinstance(at, str)), "")
        call = Target("argument", target.context, op.span, name, position=position)
        if fix.value == ENVIRONMENT:
            call = msgspec.structs.replace(call, kind="without-argument")
        yield from self._request(plan, call, fix.value, ())
        if beside:
            yield from self._request(plan, msgspec.structs.replace(target, kind="beside"), "", beside)

    def _with_own_variable(self, plan: Plan, target: Target) -> Plan:
        """The variable that the value is read from already, if that is one."""
        values = self._index.values.of(target.context, target.operand)
        names = {value.name for value in values if isinstance(value, FromEnvironment) and value.name.isidentifier()}
        return msgspec.structs.replace(plan, variable=names.pop()) if len(names) == 1 else plan

    def _reader(self, target: Target) -> tuple[Call | Invoke, ReaderRow] | None:
        """The call that reads the environment and gives a default, where nothing else gives the value."""
        found = definitions_of(target.context.body).get(target.operand, ()) if target.operand is not None else ()
        match list(found):
            case [Call() | Invoke() as op]:
                for callee in self._index.callees(target.context, op):
                    row = self._index.models.arguments.reader(callee.dotted)
                    if row is not None and argument(op, row.default) is not None:
                        return op, row
        return None

    def _value(self, fix: FixRow, target: Target) -> str:
        for value in self._index.values.of(target.context, target.operand) if fix.value_of else ():
            if isinstance(value, Result) and value.dotted in fix.value_of:
                return fix.value_of[value.dotted]
        return fix.value

    def _request(self, plan: Plan, target: Target, value: str, beside: Iterable[str]) -> Iterator[Request]:
        fix, context, span = plan.fix, target.context, target.span
        new = tuple((name, plan.filled(fix.beside[name])) for name in beside)
        request = EditRequest(
            target.kind, span.line, span.column, span.end_line, span.end_column, target.name, target.position,
            plan.filled(value), new, fix.without, tuple(sorted(words_of(fix.variable))),
        )  # fmt: skip
        imports = (*fix.imports, *([ENVIRONMENT_IMPORT] if "os.environ[" in request.text else ()))
        if all(is_free(context, name) for name in locals_of(imports)):
            yield context.module.path, msgspec.structs.replace(request, imports=imports)


def snake_case(name: str) -> str:
    """`signing_key` for `signingKey`, `signing-key` and `signing.key`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").replace(".", "_").lower()


def _holder(judged: Judged) -> str:
    if judged.store is not None:
        return str(judged.store.name)
    return judged.argument.clause.arg if judged.argument is not None else ""
