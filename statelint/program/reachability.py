"""What may run while serving, and the shortest chain of calls from an entry point that shows it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container
from functools import cached_property

from statelint.domain.findings import Place, Step
from statelint.domain.words import Phase, Trigger
from statelint.facts.model import Call, Invoke, Span
from statelint.models.rows import Form
from statelint.program.definitions import calls_at
from statelint.program.entry_points import GUESSED_ENTRIES, EntryPoint
from statelint.program.linking import Linker
from statelint.program.objects import CONSTRUCTORS, SERVING, Context, Edge
from statelint.program.servers import reloads_code, starts_server
from statelint.program.starts import servers_of

ORDER = {trigger: index for index, trigger in enumerate(Trigger)}


class Reachability:
    """Breadth first from every entry point, requests before background work."""

    def __init__(self, linker: Linker) -> None:
        """Walk the call graph once."""
        self._linker = linker
        self.entries = sorted(linker.entries.values(), key=_entry_order)
        self._origin: dict[Context, tuple[EntryPoint, Edge]] = {}
        self.order: list[Context] = []
        self.callers: dict[Context, list[Context]] = {}
        self._walk()
        self._constructing = self._constructor_only()

    def _walk(self) -> None:
        sure: deque[tuple[EntryPoint, Edge]] = deque()
        guessed: deque[tuple[EntryPoint, Edge]] = deque()  # a path without a guess is shown, however long
        for entry in self.entries:
            if entry.row.phase is Phase.BACKGROUND and self.is_startup(entry.context):
                continue  # whoever starts it
            waiting = guessed if entry.row.id in GUESSED_ENTRIES else sure
            waiting.extend((entry, edge) for edge in entry.context.calls.values())
        while sure or guessed:
            entry, edge = (sure or guessed).popleft()
            callee = edge.callee
            self.callers.setdefault(callee, []).append(edge.caller)
            if callee in self._origin or callee.phase != SERVING:
                continue
            self._origin[callee] = (entry, edge)
            self.order.append(callee)
            for inner in callee.calls.values():
                (guessed if inner.likely else sure).append((entry, inner))

    @cached_property
    def entry_contexts(self) -> frozenset[Context]:
        """What frameworks call themselves."""
        return frozenset(edge.callee for entry in self.entries for edge in entry.context.calls.values())

    @cached_property
    def edges_to(self) -> dict[Context, list[Edge]]:
        """Every call of a context, also by code that is not reached while serving."""
        found: dict[Context, list[Edge]] = {}
        for context in tuple(self._linker.contexts.values()):
            for edge in context.calls.values():
                found.setdefault(edge.callee, []).append(edge)
        return found

    def calls_of(self, context: Context) -> list[tuple[Context, Call | Invoke]]:
        """The calls of a context as written, each with its caller."""
        return [
            (edge.caller, op) for edge in self.edges_to.get(context, ()) for op in calls_at(edge.caller.body, edge.span)
        ]

    def is_startup(self, context: Context) -> bool:
        """Whether background work runs the server, or loads code again."""
        return starts_server(self._linker, context) or reloads_code(self._linker, context)

    def _constructor_only(self) -> set[Context]:
        """Contexts that run only while an object is being made: their writes to it are its beginning."""
        found = {context for context in self.order if context.body.name in CONSTRUCTORS}
        growing = True
        while growing:
            growing = False
            for context in self.order:
                callers = self.callers.get(context, ())
                if context in found or not callers or context.function is None or context.function.owner is None:
                    continue
                if all(caller in found for caller in callers):
                    found.add(context)
                    growing = True
        return found

    def is_constructing(self, context: Context) -> bool:
        """Whether a context runs only while its receiver is being made."""
        return context in self._constructing

    def __contains__(self, context: Context) -> bool:
        """Whether a context is reached while serving."""
        return context in self._origin

    def entry_of(self, context: Context) -> EntryPoint:
        """The entry point whose chain to this context is shortest."""
        return self._origin[context][0]

    def starting_calls(self, context: Context) -> list[Edge] | None:
        """The calls from start-up code, through work that it starts once; None where something else leads there."""
        found: list[Edge] = []
        seen, waiting = {context}, [context]
        while waiting:
            current = waiting.pop()
            edges = self._edges_from(current)
            if edges is None:
                return None
            found += edges
            callers = {edge.caller for edge in edges if edge.caller.phase == SERVING}
            if not seen.isdisjoint(callers):
                return None  # what starts itself again
            seen |= callers
            waiting.extend(callers)
        return found

    def _edges_from(self, context: Context) -> list[Edge] | None:
        """Who calls or starts a context; None where a framework may call it again and again."""
        found: list[Edge] = []
        callers = dict.fromkeys(self.callers.get(context, ()))
        sure = [caller for caller in callers if not self._is_guess(caller)]
        for caller in sure:
            entry = self._entry_at.get(caller)
            if entry is None:
                found += (edge for edge in caller.calls.values() if edge.callee is context)
            elif self._runs_once(entry, context):
                found += self._starts_of.get(caller, ())
            else:
                return None
        return found if sure else None

    def _is_guess(self, caller: Context) -> bool:
        entry = self._entry_at.get(caller)
        return entry is not None and entry.row.id in GUESSED_ENTRIES

    @cached_property
    def _entry_at(self) -> dict[Context, EntryPoint]:
        return {entry.context: entry for entry in self.entries}

    @cached_property
    def _starts_of(self) -> dict[Context, list[Edge]]:
        found: dict[Context, list[Edge]] = {}
        for start in self._linker.starts.values():
            for server in servers_of(self._linker, start):
                found.setdefault(server, []).append(Edge(start.site.context, server, start.site.span))
        return found

    def _runs_once(self, entry: EntryPoint, started: Context) -> bool:
        if entry.row.form is Form.BASE_CLASS:  # without a receiver, the thread object is made while serving
            return entry.row.trigger is Trigger.THREAD and started.receiver is not None
        return entry.row.phase is Phase.BACKGROUND and (entry.row.once or entry.row.trigger is Trigger.THREAD)

    def is_only_below(self, context: Context, wanted: Callable[[EntryPoint], bool]) -> bool:
        """Whether every chain of calls to a context goes through a handler of a wanted entry point."""
        chosen = (entry for entry in self.entries if wanted(entry))
        handlers = {id(edge.callee.body) for entry in chosen for edge in entry.context.calls.values()}
        seen, waiting = {context}, [context]
        while waiting:
            current = waiting.pop()
            if id(current.body) in handlers:
                continue
            callers = self.callers.get(current, ())
            if not callers:
                return False
            waiting.extend(caller for caller in callers if caller not in seen)
            seen.update(callers)
        return True

    def runs_only_within(self, context: Context, hosts: Container[Context]) -> bool:
        """Whether every chain of calls to a context goes through one of these."""
        seen, waiting = {context}, [context]
        while waiting:
            callers = self.callers.get(waiting.pop(), ())
            if not callers:
                return False
            more = [caller for caller in callers if caller not in hosts and caller not in seen]
            seen.update(more)
            waiting += more
        return True

    def phase_of(self, context: Context) -> Phase:
        """Serving or background."""
        return self.entry_of(context).row.phase

    def witness(self, context: Context, last: Span, note: str) -> tuple[Step, ...]:
        """Steps from the entry point's function to a place in `context`."""
        steps = [Step(place_of(context, last), context.symbol, note)]
        current = context
        while True:
            entry, edge = self._origin[current]
            if edge.caller is entry.context or edge.caller not in self._origin:
                break
            steps.append(Step(place_of(edge.caller, edge.span), edge.caller.symbol, f"calls {current.body.name}"))
            current = edge.caller
        first = self._origin[current][0].entry
        steps.append(Step(_head(first.place), first.function, first.title))
        return tuple(reversed(steps))

    def is_likely(self, context: Context) -> bool:
        """Whether the chain rests on a guessed call."""
        current = context
        while True:
            entry, edge = self._origin[current]
            if edge.likely or entry.row.id in GUESSED_ENTRIES:
                return True
            if edge.caller not in self._origin:
                return False
            current = edge.caller


def _head(place: Place) -> Place:
    return Place(place.path, place.line, place.column, place.line, place.column)


def place_of(context: Context, span: Span) -> Place:
    """A span of the context's file as a place."""
    return context.module.place(span)


def _entry_order(entry: EntryPoint) -> tuple[int, str, int, str]:
    return (ORDER[entry.row.trigger], entry.place.path, entry.place.line, entry.row.id)
