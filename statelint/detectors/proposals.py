"""What rows of `rules/` would write for a finding: from the state that decides to edits of the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from statelint.detectors.backends import Given, Judged
from statelint.detectors.clauses import Clauses, Level
from statelint.domain.words import Applicability
from statelint.facts.model import Bind, Body, Call, How, Import, ImportFrom, Invoke, Item, Operand, Span
from statelint.fixes.proposal import Proposal
from statelint.models.fixes import ENVIRONMENT, FixRow
from statelint.models.rows import BackendRow
from statelint.program.index import ProgramIndex
from statelint.program.library_uses import Use
from statelint.program.objects import STARTUP, Context, External
from statelint.program.settings import Setting, is_for_development
from statelint.program.stores import Store
from statelint.program.values import Result
from statelint.sources.settings_files import INI
from statelint.syntax.edit import EditRequest

Request = tuple[str, EditRequest]
ENVIRONMENT_IMPORT = "import os"


class Proposals:
    """Proposes fixes for the findings of one program."""

    def __init__(self, index: ProgramIndex) -> None:
        """Nothing proposed yet."""
        self._index = index
        self._clauses = Clauses(index)

    def of_backend(self, fix: FixRow | None, row: BackendRow, uses: Iterable[Use], judged: Judged) -> Proposal | None:
        """The back end of a fix, in the place where the present one is chosen."""
        if fix is None or judged.is_project_elsewhere:
            return None
        if judged.level is Level.BY_DEFAULT and not judged.variable:
            return None  # another branch has chosen already
        variable = _variable(fix, _holder(judged), judged.variable)
        packages = fix.packages or (row.packages if fix is row.fix else ())
        if judged.drawn is not None:
            return self.of_stores(fix, [judged.drawn], variable, packages)
        if judged.setting is not None:
            requests = list(self._of_settings(fix, (judged.setting, *judged.also), variable))
        elif judged.argument is not None and not fix.call:
            requests = list(self._of_argument(fix, judged.argument, variable))
        else:
            requests = list(self._of_uses(fix, uses, variable))
        return self._proposal(fix, variable, requests, packages)

    def of_secret(self, fix: FixRow, stores: list[Store], variable: str) -> Proposal | None:
        """The same value for every place that stores it."""
        return self.of_stores(fix, stores, _variable(fix, str(stores[0].name), variable), fix.packages)

    def of_stores(
        self, fix: FixRow, stores: Iterable[Store], variable: str, packages: Iterable[str]
    ) -> Proposal | None:
        """The value of a fix, for every place."""
        found: list[Request] = []
        for store in stores:
            value = self._value(fix, store.context, store.operand)
            found += self._request("setting", store.context, store.span, fix, value, str(store.name), variable, ())
        return self._proposal(fix, variable, found, packages)

    def _proposal(
        self, fix: FixRow, variable: str, requests: list[Request], packages: Iterable[str]
    ) -> Proposal | None:
        if not requests:
            return None
        packages = tuple(dict.fromkeys(packages))
        is_safe = fix.forgettable and self._is_required(variable) and self._are_imported(packages)
        needs = [f"set `{variable}`"] if variable else []
        needs += [f"install {', '.join(packages)}"] if packages else []
        message = f"{fix.message} ({', '.join(needs)})" if needs else fix.message
        return Proposal(message, Applicability.SAFE if is_safe else Applicability.UNSAFE, tuple(requests))

    # --- where

    def _of_settings(self, fix: FixRow, settings: Iterable[Setting], variable: str) -> Iterator[Request]:
        for setting in settings:
            store = setting.store
            if store.context.module.path.endswith(INI) or is_for_development(setting.symbol):
                continue
            beside = tuple(
                name for name in fix.beside if setting.within or name in fix.without or not self._is_set(name)
            )
            value = self._value(fix, store.context, store.operand)
            yield from self._request(
                "setting", store.context, store.span, fix, value, str(store.name), variable, beside
            )

    def _of_argument(self, fix: FixRow, given: Given, variable: str) -> Iterator[Request]:
        """Where the value of an argument is written: at the call, or where a name got it."""
        context, operand, clause = given.use.context, given.operand, given.clause
        origins = [store for store in self._index.values.through(context, operand) if self._decides(given, store)]
        if not origins and (local := self._local(context, operand)) is not None:
            origins = [local]
        value = self._value(fix, context, operand)
        for store in origins:
            yield from self._request("setting", store.context, store.span, fix, value, str(store.name), variable, None)
        if origins or self._index.values.through(context, operand):
            return
        yield from self._request(
            "argument", context, given.use.span, fix, value, clause.arg, variable, None, clause.position
        )

    def _of_uses(self, fix: FixRow, uses: Iterable[Use], variable: str) -> Iterator[Request]:
        for use in uses:
            if not isinstance(use.op, Call | Invoke) or not (fix.arg or fix.call):
                continue
            kind, value = ("call", fix.call) if fix.call else ("argument", fix.value)
            yield from self._request(kind, use.context, use.span, fix, value, fix.arg, variable, None)

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

    def _value(self, fix: FixRow, context: Context, operand: Operand) -> str:
        for value in self._index.values.of(context, operand) if fix.value_of else ():
            if isinstance(value, Result) and value.dotted in fix.value_of:
                return fix.value_of[value.dotted]
        return fix.value

    def _request(
        self, kind: str, context: Context, span: Span, fix: FixRow, value: str, name: str, variable: str,
        beside: tuple[str, ...] | None, position: int | None = None,
    ) -> Iterator[Request]:  # fmt: skip
        """`beside` are the further settings that are wanted, all of them for None."""
        texts = {key: text for key, text in fix.beside.items() if beside is None or key in beside}
        environment = f'os.environ["{variable}"]'
        uses_environment = any(ENVIRONMENT in text for text in (value, *texts.values()))
        imports = (*([ENVIRONMENT_IMPORT] if uses_environment else ()), *fix.imports)
        if not all(_is_free(context, local) for local in _locals(imports)):
            return
        yield (
            context.module.path,
            EditRequest(
                kind, span.line, span.column, span.end_line, span.end_column, name, position,
                value.replace(ENVIRONMENT, environment),
                tuple((key, text.replace(ENVIRONMENT, environment)) for key, text in texts.items()),
                fix.without, imports,
            ),
        )  # fmt: skip

    # --- whether nothing else changes

    def _is_required(self, variable: str) -> bool:
        """Whether the program does not start without the variable as it is."""
        if not variable:
            return True
        return any(
            isinstance(op, Item) and self._reads(context, op, variable)
            for context in self._index.linker.contexts.values()
            if context.phase == STARTUP
            for op in context.body.ops
        )

    def _reads(self, context: Context, op: Item, variable: str) -> bool:
        linker = self._index.linker
        if getattr(linker.literal(context, op.key), "value", None) != variable:
            return False
        reader = self._index.models.arguments.reader
        return any(
            isinstance(obj, External) and reader(f"{obj.dotted}[]") is not None
            for obj in linker.objects(context, op.base)
        )

    def _are_imported(self, packages: Iterable[str]) -> bool:
        imported = {name.partition(".")[0] for name in self._index.linker.modules.imported}
        return all(name.partition("[")[0].replace("-", "_") in imported and "[" not in name for name in packages)


def snake_case(name: str) -> str:
    """`signing_key` for `signingKey`, `signing-key` and `signing.key`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").replace(".", "_").lower()


def _variable(fix: FixRow, holder: str, known: str) -> str:
    """The variable that the program reads already, where the fix takes nothing but its value."""
    if known.isidentifier() and fix.value == ENVIRONMENT:
        return known
    return fix.variable.format(name=snake_case(holder).upper())


def _holder(judged: Judged) -> str:
    if judged.drawn is not None:
        return str(judged.drawn.name)
    if judged.setting is not None:
        return str(judged.setting.store.name)
    return judged.argument.clause.arg if judged.argument is not None else ""


def _locals(imports: Iterable[str]) -> Iterator[str]:
    for statement in imports:
        for node in ast.parse(statement).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)


def _is_free(context: Context, name: str) -> bool:
    """Whether a name means nothing but an import where the code goes."""
    bodies = context.module.bodies
    body: Body | None = context.body
    while body is not None and body.kind != "module":
        if name in body.names and name not in body.global_names:
            return False
        body = bodies[body.parent] if body.parent >= 0 else None
    return not any(
        isinstance(op, Bind) and op.name == name and op.how in {How.ASSIGN, How.DECLARE} and not _is_import(op, bodies)
        for op in bodies[0].ops
    )


def _is_import(bind: Bind, bodies: tuple[Body, ...]) -> bool:
    return any(isinstance(op, Import | ImportFrom) and op.name == bind.name for op in bodies[0].ops)
