"""The linked program as detectors see it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import msgspec

from statelint.deployment.model import Document
from statelint.deployment.project import Deployment
from statelint.facts.model import Attr, Call, Invoke, Operand, Span
from statelint.program.definitions import calls_of
from statelint.program.documents import Documents
from statelint.program.effects import Effects
from statelint.program.file_calls import FileCalls
from statelint.program.file_states import FileStates
from statelint.program.holders import Holders
from statelint.program.infrastructure import Infrastructure
from statelint.program.jobs import Job, jobs
from statelint.program.library_uses import LibraryUses
from statelint.program.linking import Linker
from statelint.program.objects import (
    STARTUP,
    Context,
    Edge,
    External,
    FunctionObject,
    Instance,
    Object,
    Property,
    Site,
)
from statelint.program.processes import ServingProcess
from statelint.program.provenance import Provenance
from statelint.program.reachability import Reachability
from statelint.program.scratch import Scratch
from statelint.program.settings import Settings
from statelint.program.stores import Stores
from statelint.program.values import Values

DEEPEST_SEARCH = 6


class Memo(msgspec.Struct, frozen=True):
    """A memoised function, what memoises it and where, and how it is reached while serving."""

    function: FunctionObject
    dotted: str
    site: Site
    contexts: tuple[Context, ...]
    of_instance: bool = False  # kept on its object, for as long as that lives


class ProgramIndex:
    """Everything that was found out about a program, computed once."""

    def __init__(self, linker: Linker) -> None:
        """Derive what detectors ask for from what is linked."""
        self.models = linker.models
        self.linker = linker
        self.reach = Reachability(self.linker)
        self.holders = Holders(self.linker)
        self.effects = Effects(self.linker, self.reach, self.holders)
        self.file_calls = FileCalls(self.linker, self.reach)
        self.scratch = Scratch(self.linker)
        self.provenance = Provenance(self.linker, self.reach, self.holders, self.file_calls, self.scratch)
        self.provenance.changing = {key.name.rpartition(".")[2] for key in self.effects.states}
        self.stores = Stores(self.linker)
        self.values = Values(self.reach, self.stores)
        self.documents = Documents(self.values)
        self.settings = Settings(self.linker, self.stores, self.values, self.documents)
        self.values.settings_of = self.settings.stores_of
        self.values.parsed = self.documents.parsed
        self.values.layers = self.settings.deployed
        self.stores.documents = self.documents.of
        self.files = FileStates(self.reach, self.holders, self.settings, self.file_calls)
        self._outside: dict[Context, bool] = {}
        self._callees: dict[tuple[Context, int], tuple[External, ...]] = {}

    def describes(self, deployment: Deployment) -> tuple[Document, ...]:
        """What Python code says of a deployment, as far as rows of `deployment` speak of it."""
        found = Infrastructure(self.linker, self.values, deployment.python, deployment.writing)
        return tuple(found.documents())

    @property
    def serving(self) -> tuple[str, ...]:
        """The paths of the code, if any of it is reached while serving."""
        if not self.reach.entries:
            return ()
        return tuple(module.path for module in self.linker.modules.all if module.is_code)

    @cached_property
    def startup_bodies(self) -> frozenset[int]:
        """Bodies that start-up code runs, by identity."""
        return frozenset(id(context.body) for context in self.linker.contexts.values() if context.phase == STARTUP)

    def is_script(self, path: str) -> bool:
        """Whether a framework runs the file again for each event."""
        return any(module.path == path for module in self.linker.scripts)

    def callees(self, context: Context, op: Call | Invoke) -> tuple[External, ...]:
        """Library names that a call may reach; many detectors ask this of every call."""
        key = (context, op.target)
        if key not in self._callees:
            self._callees[key] = self._find_callees(context, op)
        return self._callees[key]

    def _find_callees(self, context: Context, op: Call | Invoke) -> tuple[External, ...]:
        if isinstance(op, Call):
            return tuple(obj for obj in self.linker.objects(context, op.callee) if isinstance(obj, External))
        found: list[External] = []
        for base in self.linker.objects(context, op.base):
            if isinstance(base, External):
                dotted = self.models.canonical(f"{base.dotted}.{op.name}")
                found.append(self.linker.externals.get((dotted, base)) or External(dotted, base.site, base.phase, base))
        return tuple(found)

    def changes_outside(self, context: Context, depth: int = 0) -> bool:
        """Whether a function or what it calls changes a database, a file or another service."""
        if context in self._outside or depth > DEEPEST_SEARCH:
            return self._outside.get(context, False)
        self._outside[context] = False
        found = any(self.op_changes_outside(context, op) for op in calls_of(context.body))
        found = found or any(self.changes_outside(edge.callee, depth + 1) for edge in tuple(context.calls.values()))
        self._outside[context] = found
        return found

    def op_changes_outside(self, context: Context, op: Call | Invoke) -> bool:
        """Whether one call of a library does."""
        if self.scratch.gives(context, op.target):
            return False
        row = self.file_calls.row_of(context, op)
        if row is not None:
            return self.file_calls.writes(op, context, row) or op.star is not None
        return any(self.models.origins.writes_outside(callee.dotted) for callee in self.callees(context, op))

    def lines_change_outside(self, context: Context, first: int, last: int, *, guess: bool = False) -> bool:
        """Whether a range of lines changes something outside the process; `guess` by names where nothing is known."""
        for op in context.body.ops:
            if isinstance(op, Call | Invoke) and first <= op.span.line <= last:
                if self.op_changes_outside(context, op):
                    return True
                if any(self.changes_outside(edge.callee) for edge in self.calls_at(context, op.span)):
                    return True
            if guess and isinstance(op, Attr | Invoke) and first <= _line(op) <= last:
                if self.may_change_outside(context, op):
                    return True
        return False

    def may_change_outside(self, context: Context, op: Attr | Invoke) -> bool:
        """Whether the name of a method says so, where nothing is known of its receiver."""
        return self.models.origins.is_changing_verb(op.name) and self._is_unknown(context, op.base)

    def _is_unknown(self, context: Context, operand: Operand) -> bool:
        """Whether nothing is known of a value, or only the library that it comes from."""
        return all(
            isinstance(obj, External) and self.models.type_row(obj.dotted) is None
            for obj in self.linker.objects(context, operand)
        )

    def is_lock(self, obj: Object) -> bool:
        """Whether an object is a lock that a library makes."""
        row = self.models.type_row(obj.dotted) if isinstance(obj, External) and obj.made else None
        return row is not None and row.kind == "lock"

    def calls_within(self, context: Context, span: Span) -> Iterator[Edge]:
        """Call edges of the calls that stand inside a piece of code."""
        return (edge for (_, at), edge in context.calls.items() if span.holds(at))

    def calls_at(self, context: Context, span: Span) -> Iterator[Edge]:
        """Call edges of one call."""
        return iter(context.calls_at.get(span, ()))

    def unresolved(self) -> dict[str, int]:
        """Calls in reachable code whose target is unknown, by reason."""
        reasons: dict[str, int] = {}
        if self.linker.solver.gave_up:
            reasons["linking stopped at its limit of steps"] = 1
        for context in self.reach.order:
            for op in calls_of(context.body):
                node = self.linker.node(context, op.callee if isinstance(op, Call) else op.base)
                if node is None or node.objects:
                    continue
                reason = "the receiver is unknown" if isinstance(op, Invoke) else "the callee is computed at run time"
                reasons[reason] = reasons.get(reason, 0) + 1
        return reasons

    def memos(self) -> Iterator[Memo]:
        """Functions whose results a decorator keeps in the process, also as attributes of what outlives requests."""
        for function in self.linker.functions.values():
            if function.memo is not None:
                yield Memo(function, *function.memo, tuple(self.contexts_of(function)))
        for kept in tuple(self.linker.specials.values()):
            if isinstance(kept, Property) and kept.cached and kept.site is not None:
                for getter in tuple(kept.getter.objects):
                    if isinstance(getter, FunctionObject) and (contexts := self._of_long_lived(getter)):
                        yield Memo(getter, kept.cached, kept.site, contexts, of_instance=True)

    def _of_long_lived(self, function: FunctionObject) -> tuple[Context, ...]:
        """Contexts of a method for each receiver that outlives requests."""
        contexts = self.contexts_of(function)
        return tuple(one for one in contexts if one.receiver is not None and self._is_kept(one.receiver))

    def _is_kept(self, receiver: Instance) -> bool:
        is_kept = self.holders.is_long_lived(receiver) and self.holders.key_of(receiver) is not None
        return is_kept and not self.holders.is_element(receiver)

    def jobs(self) -> Iterator[Job]:
        """Every start of background work."""
        return jobs(self.linker, self.reach)

    @cached_property
    def serving_process(self) -> ServingProcess:
        """Which start-up code runs in a process that serves."""
        return ServingProcess(self.linker, self.reach)

    @cached_property
    def library_uses(self) -> LibraryUses:
        """Where the program uses back ends of libraries."""
        return LibraryUses(self.linker)

    def contexts_of(self, function: FunctionObject) -> list[Context]:
        """Contexts of a function that are reached while serving."""
        return [context for context in self.reach.order if context.function is function]


def _line(op: Attr | Invoke) -> int:
    return op.span.line if isinstance(op, Invoke) else op.line
