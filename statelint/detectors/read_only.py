"""Is an embedded database only read, and so the same in every replica that was deployed with it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from statelint.detectors.backends import Backends
from statelint.detectors.outward import STATEMENT, reads_by_statement
from statelint.facts.model import Body, Call, Invoke, Operand
from statelint.models.rows import BackendRow
from statelint.program.definitions import definitions_of
from statelint.program.library_uses import Use
from statelint.program.objects import Context, External
from statelint.program.opened import names_of, outlives_call
from statelint.program.values import Value
from statelint.syntax.batch import Asker

SAVES = frozenset({"commit", "backup"})
GIVES = frozenset({"cursor", "closing", "aclosing"})  # what they give belongs to the same connection
Run = tuple[Context, Invoke]


class ReadOnly:
    """Looks at the address of a database, and at the statements that are run on it."""

    def __init__(self, backends: Backends, asker: Asker) -> None:
        """Nothing looked at yet."""
        self.backends = backends
        self.index = backends.index
        self.asker = asker

    def is_opened_so(self, row: BackendRow, use: Use | None, texts: tuple[str, ...]) -> bool:
        """Whether an argument or setting that decides says so, by one of these texts."""
        return any(text in found for found in self.backends.deciding_texts(row, use) for text in texts)

    def is_used_so(self, use: Use, uses: Iterable[Use]) -> bool:
        """Whether all statements run there, and by other `uses` of the same database, are known and change nothing."""
        same = [use, *(one for one in uses if one is not use and self._address(one) == self._address(use))]
        return all(self._only_reads(one) for one in same)

    def _only_reads(self, use: Use) -> bool:
        if not isinstance(use.op, Call | Invoke):
            return False
        own = [] if outlives_call(use.context.body, use.op) else list(self._run_here(use.context, use.op))
        return self._all_read(own) or self._all_read(self._runs.get(use.dotted.partition(".")[0], ()))

    def _address(self, use: Use) -> tuple[Value, ...]:
        given = use.op.args[:1] if isinstance(use.op, Call | Invoke) else ()
        return tuple(value for one in given for value in self.index.values.of(use.context, one))

    def _all_read(self, runs: Iterable[Run]) -> bool:
        runs = list(runs)
        return bool(runs) and all(op.name.startswith(STATEMENT) and self._reads(context, op) for context, op in runs)

    def _reads(self, context: Context, op: Invoke) -> bool:
        statement = op.args[0] if op.args else None
        for made in definitions_of(context.body).get(statement, ()):
            if isinstance(made, Call | Invoke):  # `execute(text("SELECT ..."))`
                return reads_by_statement(self.index, context, made, self.asker) is True
        return reads_by_statement(self.index, context, op, self.asker) is True

    def _run_here(self, context: Context, opening: Call | Invoke) -> Iterator[Run]:
        names = _with_cursors(context.body, opening)
        for op in context.body.ops:
            if isinstance(op, Invoke) and op.base in names and _tells(op):
                yield context, op

    @cached_property
    def _runs(self) -> dict[str, list[Run]]:
        """Statements run by the whole program on whatever a library gave, by library."""
        found: dict[str, list[Run]] = {}
        for context in tuple(self.index.linker.contexts.values()):
            for op in context.body.ops:
                if isinstance(op, Invoke) and _tells(op):
                    objects = self.index.linker.objects(context, op.base)
                    for package in {obj.dotted.partition(".")[0] for obj in objects if isinstance(obj, External)}:
                        found.setdefault(package, []).append((context, op))
        return found


def _tells(op: Invoke) -> bool:
    return op.name.startswith(STATEMENT) or op.name in SAVES


def _with_cursors(body: Body, opening: Call | Invoke) -> set[Operand]:
    """What stands for a connection, and for the cursors that it gives."""
    names = names_of(body, opening.target)
    for op in body.ops:
        if isinstance(op, Call | Invoke) and _is_same_connection(op, names):
            names |= names_of(body, op.target)
    return names


def _is_same_connection(op: Call | Invoke, names: set[Operand]) -> bool:
    """`connection.cursor()`, `closing(connection)`, `contextlib.closing(connection)`."""
    if isinstance(op, Call):
        return op.callee in GIVES and not names.isdisjoint(op.args)
    return op.name in GIVES and (op.base in names or not names.isdisjoint(op.args))
