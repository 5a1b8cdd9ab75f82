"""Direct effects: the state objects of a program, with every write and read of them while serving."""

from __future__ import annotations

from collections import defaultdict

from statelint.domain.words import Holder
from statelint.facts.model import SetAttr
from statelint.program.definitions import changing_ops
from statelint.program.holders import Holders, Key
from statelint.program.linking import Linker
from statelint.program.objects import Instance, Object
from statelint.program.reachability import Reachability
from statelint.program.reads import Reads
from statelint.program.state import State, Write
from statelint.program.writes import Writes


class Effects:
    """Walks every context reached while serving."""

    def __init__(self, linker: Linker, reach: Reachability, holders: Holders) -> None:
        """Collect writes, then the reads of what is written."""
        self.holders = holders
        self.states: dict[Key, State] = {}
        writes = Writes(linker, reach, holders)
        for context in reach.order:
            for op in changing_ops(context.body):
                for write in writes.of(context, op):
                    self._add(write)
        self._drop_other_applications()
        self._join_parts()
        self.changed = {write.obj for state in self.states.values() for write in state.writes if write.obj is not None}
        reads = Reads(linker, self.states.values())
        for context in reach.order:
            reads.note(context)
        for state in self.states.values():
            state.reads = state.reads or state.scans.copy()

    def _drop_other_applications(self) -> None:
        """`request.app` may be any application: what is meant is the one on which start-up code set that part."""
        parts: dict[str, list[Key]] = defaultdict(list)
        for key in self.states:
            if (part := self.holders.part_of(key)) is not None:
                parts[part].append(key)
        for keys in parts.values():
            set_up = [key for key in keys if self.holders.is_set_up(key)]
            for key in keys if set_up else ():
                if key not in set_up:
                    del self.states[key]

    def _join_parts(self) -> None:
        """What a container keeps in its attributes about its own elements belongs to it."""
        contents: dict[Object, State] = {}
        for state in self.states.values():
            for obj in state.objects:
                if isinstance(obj, Instance) and obj.content is not None and not _sets_attributes(state):
                    contents.setdefault(obj, state)
        for key, state in tuple(self.states.items()):
            hosts = {contents[obj]: None for obj in self._keepers(state) if obj in contents}
            if hosts and state not in hosts:
                for host in hosts:
                    host.writes.extend(state.writes)
                del self.states[key]

    def _keepers(self, state: State) -> list[Object]:
        """The objects whose attribute a state is."""
        if state.key.holder is not Holder.SINGLETON_INSTANCE:
            return []
        return [
            owner
            for obj in state.objects
            for owner in ([obj] if isinstance(obj, Instance) else self.holders.keepers(obj))
        ]

    def _add(self, write: Write) -> None:
        state = self.states.get(write.key)
        if state is None:
            state = self.states[write.key] = State(write.key)
        if write.obj is not None:
            state.objects[write.obj] = None
        state.writes.append(write)


def _sets_attributes(state: State) -> bool:
    return all(isinstance(write.op, SetAttr) for write in state.writes)
