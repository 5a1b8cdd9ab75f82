"""Library calls that use files, by the `write` rows."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from statelint.facts.model import Attr, Bind, Call, Combine, Const, Enter, Invoke, Move, Operand, Span
from statelint.models.answers import Answers
from statelint.models.files import NO_CHANGE
from statelint.models.rows import FileEffect, WriteRow, WritesWhen
from statelint.models.tables import Models
from statelint.program.definitions import argument, calls_at, calls_of, changing_ops, definitions_of, given_to
from statelint.program.linking import Linker
from statelint.program.objects import Container, Context, External, Instance, Object
from statelint.program.reachability import Reachability

WRITING_FLAGS = frozenset({"O_WRONLY", "O_RDWR", "O_CREAT", "O_APPEND", "O_TRUNC"})
WRITING_LETTERS = {WritesWhen.MODE: frozenset("wax+"), WritesWhen.DATABASE_FLAG: frozenset("cnw")}
READING = frozenset({FileEffect.READ, FileEffect.LIST})
MOST_OBJECTS = 24
LONGEST_CHAIN = 5


class FileUse(msgspec.Struct, frozen=True):
    """One call that writes, changes or reads a file; `path` is None where nothing says which."""

    context: Context
    op: Call | Invoke
    row: WriteRow
    path: Operand


def operand_at(op: Call | Invoke, where: tuple[int | str, ...]) -> Operand:
    """The argument at one of these positions or of one of these names."""
    given = argument(op, where)
    return given[0] if given is not None else None


def path_of(op: Call | Invoke, row: WriteRow) -> Operand:
    """The path that a call of this row uses."""
    if row.path:
        return operand_at(op, row.path)
    return op.base if isinstance(op, Invoke) else None


class FileCalls:
    """Finds rows for calls."""

    def __init__(self, linker: Linker, reach: Reachability) -> None:
        """Rows are asked for call by call."""
        self._linker = linker
        self._reach = reach
        self._models: Models = linker.models
        self._rows = Answers(lambda dotted: self._models.files.row(self._models.names_through_bases(dotted)))

    def row_of(self, context: Context, op: Call | Invoke) -> WriteRow | None:
        """The row for a call, through whatever it may call."""
        row = self._known_row(context, op)
        files = self._models.files
        if row is not None or isinstance(op, Call) or not files.speaks_of(op.name):
            return row
        bases = self._objects(context, op.base)
        if not bases and self.is_handle(context, op.base):
            row = files.row((f"builtins.open.{op.name}",))
        if row is None and all(self._may_be_path(base) for base in bases) and not hasattr(str, op.name):
            row = files.of_unknown(op.name)
        return row

    def _may_be_path(self, obj: Object) -> bool:
        """Whether all that is known of a value is its library, and that is no client of a service."""
        return isinstance(obj, External) and "*" in obj.dotted and not self._models.origins.is_service(obj.dotted)

    def _known_row(self, context: Context, op: Call | Invoke) -> WriteRow | None:
        if isinstance(op, Invoke):
            if not self._models.files.speaks_of(op.name):
                return None
            is_own = op.span in context.calls_at  # then a method of the program is meant, and nothing has to be guessed
            bases = self._objects(context, op.base)
            found = (self._method_row(base, op) or (None if is_own else self._guessed_row(base, op)) for base in bases)
        else:
            callees = (obj for obj in self._objects(context, op.callee) if isinstance(obj, External))
            found = (self._row(callee.dotted) for callee in callees)
        return next((row for row in found if row is not None), None)

    def _objects(self, context: Context, operand: Operand) -> tuple[Object, ...]:
        return self._linker.objects(context, operand)[:MOST_OBJECTS]

    def is_handle(self, context: Context, operand: Operand) -> bool:
        """Whether a local value is an open file."""
        return self._is_handle(context, operand, LONGEST_CHAIN)

    def _is_handle(self, context: Context, operand: Operand, patience: int) -> bool:
        if not patience or operand is None or isinstance(operand, Const):
            return False
        for op in definitions_of(context.body).get(operand, ()):
            match op:
                case Bind(source=source) | Move(source=source) | Enter(source=source):
                    if self._is_handle(context, source, patience - 1):
                        return True
                case Call() | Invoke() if (row := self._known_row(context, op)) is not None:
                    return row.when is WritesWhen.MODE
        return False

    def _row(self, dotted: str) -> WriteRow | None:
        return self._rows[dotted]

    def _method_row(self, base: Object, op: Invoke) -> WriteRow | None:
        method = op.name
        match base:
            case External(dotted=dotted):
                return self._row(self._models.canonical(f"{dotted}.{method}"))
            case Container(kind=kind):
                return self._row(f"{kind}.{method}")
            case Instance(cls=cls) if self._linker.defining(cls, method) is None:
                rows = (self._row(f"{name}.{method}") for name in self._linker.external_bases(cls))
                return next((row for row in rows if row is not None), None)
        return None

    def _guessed_row(self, base: Object, op: Invoke) -> WriteRow | None:
        """By the name of the method, where no row speaks of the class: of what came with a request, or of a value."""
        if not isinstance(base, External):
            return None
        if self._is_request(base):
            return self._models.files.of_request(op.name, self._linker.modules.imported)
        if base.made and not _is_of_text(op):
            return self._models.files.of_value(base.dotted.partition(".")[0], op.name)
        return None

    def _is_request(self, obj: External) -> bool:
        return self._models.belongs_to_request(obj.dotted)

    def in_context(self, context: Context) -> Iterator[FileUse]:
        """Calls of one context that use files."""
        for op in calls_of(context.body):
            if (row := self.row_of(context, op)) is not None:
                yield FileUse(context, op, row, path_of(op, row))

    def reads(self, context: Context, op: Call | Invoke) -> bool:
        """Whether a call reads a file or a folder."""
        row = self.row_of(context, op)
        if row is None or row.when is not WritesWhen.MODE:
            return row is not None and row.effect in READING
        return not self.writes(op, context, row)

    def writes(self, op: Call | Invoke, context: Context, row: WriteRow) -> bool:
        """Whether the arguments make a call write."""
        given = operand_at(op, row.mode)
        match row.when:
            case WritesWhen.MODE | WritesWhen.DATABASE_FLAG:
                letters = WRITING_LETTERS[row.when]
                return any(set(mode) & letters for mode in self._texts(context, given, row.mode_default))
            case WritesWhen.FLAGS:
                return names_flags(context, given)
            case WritesWhen.TRUE:
                return given is not None and not (isinstance(given, Const) and not given.value)
            case WritesWhen.PATH:
                path = operand_at(op, row.path)
                return path is not None and not (isinstance(path, Const) and not path.value)
        return row.effect not in NO_CHANGE

    def _texts(self, context: Context, operand: Operand, default: str) -> Iterator[str]:
        """The modes that an argument may be."""
        if operand is None:
            yield default
            return
        literal = self._linker.literal(context, operand)
        if isinstance(literal, Const):
            yield str(literal.value)
            return
        for op in definitions_of(context.body).get(operand, ()):
            if isinstance(op, Bind | Move) and isinstance(op.source, Const):
                yield str(op.source.value)
        yield from self._given(context, operand, LONGEST_CHAIN)

    def _given(self, context: Context, operand: Operand, patience: int) -> Iterator[str]:
        """The literals that callers give for a parameter, or its default."""
        params = context.body.params
        index = next((at for at, param in enumerate(params) if param.name == operand), None)
        if index is None or not patience:
            return
        for caller, op in self._reach.calls_of(context):
            given = given_to(op, context, index)
            value = params[index].default if given is None else given[0]
            if isinstance(value, Const):
                yield str(value.value)
            elif given is not None:
                yield from self._given(caller, value, patience - 1)

    def locks_taken(self, context: Context) -> Iterator[tuple[FileUse, Span]]:
        """`with lock:` and `lock.acquire()` for locks in files, with the call that made the lock."""
        for op in changing_ops(context.body):
            match op:
                case Enter(source=source, span=span) | Invoke(name="acquire", base=source, span=span):
                    yield from ((use, span) for use in self._made_lock(context, source))

    def _made_lock(self, context: Context, operand: Operand) -> Iterator[FileUse]:
        for obj in self._objects(context, operand):
            if not isinstance(obj, External) or not obj.made or obj.site is None or obj.site.context is None:
                continue
            row = self._row(obj.dotted)
            if row is None or row.effect is not FileEffect.LOCK:
                continue
            maker = obj.site.context
            for op in calls_at(maker.body, obj.site.span):
                yield FileUse(maker, op, row, path_of(op, row))


def _is_of_text(op: Invoke) -> bool:
    """`path.stem.replace("-", " ")`: methods of a file that strings have too take one path."""
    return hasattr(str, op.name) and len(op.args) > 1


def names_flags(context: Context, operand: Operand, wanted: frozenset[str] = WRITING_FLAGS) -> bool:
    """Whether an expression such as `os.O_CREAT | os.O_EXCL` names one of the flags."""
    waiting, seen = [operand], set[Operand]()
    while waiting:
        current = waiting.pop()
        if current is None or isinstance(current, Const) or current in seen:
            continue
        seen.add(current)
        for op in definitions_of(context.body).get(current, ()):
            match op:
                case Attr(name=name) if name in wanted:
                    return True
                case Combine(operands=operands):
                    waiting.extend(operands)
                case Bind(source=source) | Move(source=source):
                    waiting.append(source)
    return False
