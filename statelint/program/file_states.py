"""Files and folders that serving code writes: one state for each place that says where they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from statelint.facts.model import Attr, Call, Invoke, Operand, Span
from statelint.models.files import NO_CHANGE
from statelint.models.rows import FileEffect, WriteForm
from statelint.program.definitions import calls_of, definitions_of
from statelint.program.entry_points import LOOP
from statelint.program.file_calls import FileCalls, FileUse, names_flags, operand_at
from statelint.program.holders import Holders
from statelint.program.objects import CONSTRUCTORS, Context
from statelint.program.origins import CODE, HANDLE, MEMORY, UPLOAD, Anchor, Origin
from statelint.program.paths import Paths
from statelint.program.reachability import Reachability
from statelint.program.settings import Settings

STARTING = frozenset({
    FileEffect.WRITE, FileEffect.APPEND, FileEffect.CREATE, FileEffect.COPY, FileEffect.RENAME, FileEffect.LINK,
    FileEffect.TRUNCATE, FileEffect.LOCK,
})  # fmt: skip
SILENT = frozenset({FileEffect.BACKEND, FileEffect.LOG, FileEffect.SCRATCH, FileEffect.MEMORY})
EXCLUSIVE = frozenset({"O_EXCL"})
MOST_ANCHORS = 8
MOST_CALLED = 200  # functions below a constructor that are searched
MOST_CLEANUPS = 6
LOCK, UPLOADED = "lock", "upload"
At = tuple[Context, Span]
Variable = tuple[Context, str]


class FileWrite:
    """One write; `removed` are later deletions of what it wrote, `moved` later renames of it."""

    __slots__ = ("at", "moved", "origin", "removed", "shapes", "use")

    def __init__(self, use: FileUse, origin: Origin, at: At) -> None:
        """`at` is where it happens, which for a lock is not where the lock was made. Nothing removed yet."""
        self.use = use
        self.origin = origin
        self.at = at
        self.shapes: frozenset[str] = frozenset()
        self.removed: list[At] = []
        self.moved: list[tuple[FileWrite, At]] = []

    @property
    def starts(self) -> bool:
        """Whether it leaves something that a later request may miss."""
        return self.use.row.effect in STARTING and HANDLE not in self.origin.births  # opening it is what counts


class FileState:
    """Everything that is known of the files below one origin."""

    __slots__ = ("anchor", "reads", "symbol", "writes")

    def __init__(self, symbol: str, anchor: Anchor | None) -> None:
        """No use yet."""
        self.symbol = symbol
        self.anchor = anchor
        self.writes: list[FileWrite] = []
        self.reads: list[At] = []


class FileStates:
    """Collects the uses of files in serving code, and groups them by origin."""

    def __init__(self, reach: Reachability, holders: Holders, settings: Settings, calls: FileCalls) -> None:
        """Nothing is followed until someone asks."""
        self._settings = settings
        self._linker = settings.linker
        self._reach = reach
        self._holders = holders
        self._calls = calls

    @cached_property
    def writes(self) -> list[FileWrite]:
        """Writes that leave something behind, with what is known of their removal."""
        found = [write for use, at in self._open_uses if (write := self._write(use, at)) is not None]
        self._note_removals(found)
        return found

    @cached_property
    def _uses(self) -> list[tuple[FileUse, At]]:
        """Every call that uses a file, also where the file is nobody else's matter."""
        found: list[tuple[FileUse, At]] = []
        for context in self._reach.order:
            if self._reach.entry_of(context).row is LOOP:
                continue  # a program of its own, beside the server
            found.extend((use, (context, use.op.span)) for use in self._uses_in(context))
            found.extend((use, (context, span)) for use, span in self._calls.locks_taken(context))
        return found

    @cached_property
    def _open_uses(self) -> list[tuple[FileUse, At]]:
        return [(use, at) for use, at in self._uses if use.row.effect not in SILENT]

    @cached_property
    def _databases(self) -> list[FileUse]:
        return [use for use, _ in self._uses if use.row.effect is FileEffect.BACKEND and use.path is not None]

    def _uses_in(self, context: Context) -> Iterator[FileUse]:
        yield from self._calls.in_context(context)
        files, packages = self._linker.models.files, self._linker.modules.imported
        for op in calls_of(context.body):
            if isinstance(op, Invoke) and (row := files.of_request(op.name, packages)) is not None:
                path = operand_at(op, row.path)
                if path is None or self._calls.row_of(context, op) is not None:
                    continue
                if UPLOAD in self._paths.of(context, op.base).births:
                    yield FileUse(context, op, row, path)

    @cached_property
    def _paths(self) -> Paths:
        return Paths(self._reach, self._holders, self._settings, self._calls)

    def _write(self, use: FileUse, at: At) -> FileWrite | None:
        if use.row.effect in NO_CHANGE or not self._calls.writes(use.op, use.context, use.row):
            return None
        if use.path is None and not use.row.without_path:
            return None
        origin = self._paths.of(use.context, use.path)
        if MEMORY in origin.births or origin.is_device or origin.is_remote(use.row.remote):
            return None
        if use.row.telling and use.row.effect is FileEffect.CREATE and not origin.is_found and origin.passed is None:
            return None  # `touch` of anything
        if use.row.descriptor and HANDLE not in origin.births:
            return None
        if use.row.accepts_file and not origin.is_found and HANDLE not in origin.births and not use.row.upload:
            return None
        return FileWrite(use, origin, at)

    def reads_only_code(self, contexts: Iterable[Context]) -> bool:
        """Whether all files that some functions read lie beside the code, where the program writes nothing."""
        uses = (use for context in contexts for use in self._uses_in(context) if use.row.effect not in SILENT)
        read = [use for use in uses if use.path is not None and not self._calls.writes(use.op, use.context, use.row)]
        origins = [self._paths.of(use.context, use.path) for use in read]
        written = [write.origin for write in self.writes if CODE in write.origin.births]
        return (
            bool(origins)
            and all(CODE in origin.births for origin in origins)
            and not any(origin.may_meet(other) for origin in origins for other in written)
        )

    # --- what is removed again

    def _note_removals(self, writes: list[FileWrite]) -> None:
        removals = [(self._paths.of(*operand), at) for operand, at in self._removals(writes)]
        renames = [
            (self._paths.of(write.use.context, source), write)
            for write in writes
            if write.use.row.effect is FileEffect.RENAME and (source := _source(write.use)) is not None
        ]
        for write in writes:
            own = write.origin.variables.keys()
            for origin, at in removals:
                shared = _shared(own, origin)
                if shared is not None and len(write.removed) < MOST_CLEANUPS:
                    write.removed.extend(one for one in _calls_of(shared, at) if _is_after(one, write.at))
            for origin, rename in renames:
                shared = _shared(own, origin)
                if rename is not write and shared is not None:
                    places = (one for one in _calls_of(shared, rename.at) if _is_after(one, write.at))
                    write.moved.extend((rename, at) for at in places)

    def _removals(self, writes: list[FileWrite]) -> Iterator[tuple[tuple[Context, Operand], At]]:
        """Deletions, and calls that are handed a function that deletes, such as a background task."""
        for write in writes:
            if write.use.row.effect is FileEffect.DELETE:
                yield (write.use.context, write.use.path), write.at
        for context in self._reach.order if writes else ():
            for op in calls_of(context.body):
                yield from (((context, one), (context, op.span)) for one in self._handed_over(context, op))

    def _handed_over(self, context: Context, op: Call | Invoke) -> Iterator[Operand]:
        """`add_task(os.remove, path)` and `add_task(path.unlink)`."""
        for one in op.args:
            if isinstance(one, str) and self._deletes(one):
                yield from op.args
            for made in definitions_of(context.body).get(one, ()) if isinstance(one, int) else ():
                if isinstance(made, Attr) and self._deletes(made.name):
                    yield from (made.base, *op.args)

    def _deletes(self, name: str) -> bool:
        files = self._linker.models.files
        return any(row.effect is FileEffect.DELETE for row in files.named(name))

    def contents(self, write: FileWrite) -> Iterator[tuple[Context, Operand]]:
        """What a write puts there, also through the file that it opens."""
        for other in self.writes:
            if other is write or (HANDLE in other.origin.births and _is_same_file(other, write)):
                given = (*other.use.op.args, *(value for _, value in other.use.op.keywords))
                yield from ((other.use.context, value) for value in given if value != other.use.path)

    # --- groups

    def groups(self, writes: Iterable[FileWrite]) -> list[FileState]:
        """One state for each origin, with whoever reads it."""
        found: dict[object, FileState] = {}
        for write in writes:
            for key, symbol, anchor in self._keys(write.use, write.origin):
                state = found.setdefault(key, FileState(symbol, anchor))
                state.writes.append(write)
            write.shapes = frozenset(self._shapes(write))
        for use in self._databases if found else ():
            for key, _, _ in self._keys(use, self._paths.of(use.context, use.path)):
                found.pop(key, None)  # the files of a database are its own matter
        self._note_reads(found)
        return [state for state in found.values() if any(write.starts for write in state.writes)]

    def _keys(self, use: FileUse, origin: Origin) -> Iterator[tuple[object, str, Anchor | None]]:
        if origin.passed is not None and not origin.is_found:
            yield (origin.passed.symbol, origin.passed.place), origin.passed.symbol, origin.passed
            return
        if origin.anchors:
            for anchor in tuple(origin.anchors)[:MOST_ANCHORS]:
                if origin.is_beside:
                    yield (anchor.symbol, use.context.symbol), f"{use.context.symbol}.<file>", None
                else:
                    yield (anchor.symbol, anchor.place), anchor.symbol, anchor
            return
        text = next(iter(origin.texts), "")
        yield (use.context.module.path, text or use.context.symbol), f"{use.context.symbol}.<file>", None

    def _shapes(self, write: FileWrite) -> Iterator[str]:
        use, origin = write.use, write.origin
        if use.row.effect is FileEffect.LOCK or names_flags(use.context, operand_at(use.op, use.row.mode), EXCLUSIVE):
            yield LOCK
        if use.row.upload or UPLOAD in origin.births or self._takes_upload(use):
            yield UPLOADED

    def _takes_upload(self, use: FileUse) -> bool:
        """Whether what is written is what a client uploaded."""
        given = [value for value in use.op.args if value is not use.path]
        return any(UPLOAD in self._paths.of(use.context, value).births for value in given)

    def _note_reads(self, found: dict[object, FileState]) -> None:
        if not found:
            return
        for use, at in self._open_uses:
            if use.row.effect in STARTING - {FileEffect.WRITE} or use.path is None:
                continue
            if use.row.effect not in NO_CHANGE and self._calls.writes(use.op, use.context, use.row):
                continue
            for key, _, _ in self._keys(use, self._paths.of(use.context, use.path)):
                if key in found:
                    found[key].reads.append(at)


def _source(use: FileUse) -> Operand:
    """What a rename takes away: the first argument, or the receiver."""
    if use.row.form is WriteForm.METHOD and isinstance(use.op, Invoke):
        return use.op.base
    return use.op.args[0] if use.op.args else None


def _shared(own: Collection[Variable], other: Origin) -> Context | None:
    """Where a local holds a path, or a folder above it, that another operation uses whole or spells the same way."""
    wanted = other.variables if other.variables.keys() <= set(own) else other.names
    return next((context for context, name in own if (context, name) in wanted), None)


def _calls_of(context: Context, at: At) -> Iterator[At]:
    """A place itself, or the calls in `context` that lead to the function in which it stands."""
    if at[0] is context:
        yield at
    else:
        yield from ((context, span) for callee, span in context.calls if callee is at[0])


def _is_same_file(one: FileWrite, other: FileWrite) -> bool:
    first, second = one.origin, other.origin
    return (
        one.use.context is other.use.context
        and first.anchors.keys() == second.anchors.keys()
        and next(iter(first.texts), None) == next(iter(second.texts), None)
    )


def _is_after(later: At, earlier: At) -> bool:
    """Whether a place may come after another: below it, or in a function that calls the one where that stands."""
    if later[0].body is earlier[0].body:
        return later[1].line > earlier[1].line
    return later[0].body.name not in CONSTRUCTORS or _leads_to(later[0], earlier[0])


def _leads_to(caller: Context, wanted: Context) -> bool:
    waiting, seen = [caller], {caller}
    while waiting and len(seen) < MOST_CALLED:
        for edge in tuple(waiting.pop().calls.values()):
            if edge.callee is wanted:
                return True
            if edge.callee not in seen:
                seen.add(edge.callee)
                waiting.append(edge.callee)
    return False
