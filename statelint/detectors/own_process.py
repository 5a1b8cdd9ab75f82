"""Writes that every process does for itself: a worker starts like the server, a watcher remembers what it saw."""

from __future__ import annotations

from collections.abc import Collection

from statelint.domain.words import Holder, Phase, Trigger
from statelint.program.definitions import is_made_empty
from statelint.program.entry_points import EntryPoint
from statelint.program.index import ProgramIndex
from statelint.program.objects import Container, Context, Instance
from statelint.program.state import State, Write

DRAINING = frozenset({"clear", "popitem", "popleft", "get_nowait"})


def repeats_start(index: ProgramIndex, write: Write) -> bool:
    """Whether a job of a worker only does again what start-up code of the server has done."""
    return id(write.context.body) in index.startup_bodies and index.reach.is_only_below(write.context, _is_job)


def is_memory_of_watcher(index: ProgramIndex, state: State) -> bool:
    """Whether a handler of events of this very process keeps something for itself."""
    if state.key.holder is not Holder.SINGLETON_INSTANCE:
        return False
    contexts = [*(write.context for write in state.writes), *(context for context, _ in state.reads)]
    return _is_watcher(index, state) and all(is_only_watching(index, context) for context in contexts)


def is_only_watching(index: ProgramIndex, context: Context) -> bool:
    """Whether nothing but an event of this process, such as a changed file, leads to a context."""
    return index.reach.is_only_below(context, _is_local)


def drains_own_memory(index: ProgramIndex, work: Collection[Context]) -> bool:
    """Whether work takes out all that requests put into memory: what another process has only that one can take."""
    return any(
        any(write.context in work and _drains(index, write) for write in state.writes)
        and any(_is_of_request(index, write) for write in state.writes if write.context not in work)
        for state in index.effects.states.values()
    )


def _drains(index: ProgramIndex, write: Write) -> bool:
    """`counts.clear()`, `waiting.popleft()`, `counts = {}`."""
    if write.how in DRAINING:
        return True
    values = index.linker.objects(write.context, write.value) if write.how in {"rebind", "attribute"} else ()
    return any(isinstance(obj, Container) and is_made_empty(obj) for obj in values)


def _is_of_request(index: ProgramIndex, write: Write) -> bool:
    return not _drains(index, write) and index.reach.phase_of(write.context) is Phase.SERVING


def _is_watcher(index: ProgramIndex, state: State) -> bool:
    classes = {obj.cls for obj in state.objects if isinstance(obj, Instance)}
    return bool(classes) and all(
        any(row.local for row in index.models.base_class_rows(index.linker.external_bases(cls))) for cls in classes
    )


def _is_job(entry: EntryPoint) -> bool:
    return entry.row.trigger is Trigger.JOB


def _is_local(entry: EntryPoint) -> bool:
    return entry.row.local
