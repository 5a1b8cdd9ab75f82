"""Where a value comes from: the request, outside (database, network, file), the clock, chance, or only code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from statelint.facts.model import (
    Attr,
    Bind,
    Call,
    Combine,
    Const,
    Enter,
    Invoke,
    Item,
    Iterate,
    MakeClass,
    MakeFunction,
    Move,
    New,
    Op,
    Operand,
    Return,
    SetAttr,
    Span,
    Spread,
    Yield,
    YieldFrom,
)
from statelint.models.tables import REQUEST as ANY_REQUEST
from statelint.program.definitions import arguments_of, calls_at, calls_of, definitions_of, given_to, poured_into
from statelint.program.file_calls import FileCalls
from statelint.program.holders import Holders
from statelint.program.linking import Linker
from statelint.program.objects import (
    Context,
    External,
    Instance,
    Object,
)
from statelint.program.reachability import Reachability
from statelint.program.scratch import Scratch

REQUEST, OUTSIDE, FILE, CLOCK, RANDOM, STATE = "request", "outside", "file", "clock", "random", "state"
BORN_OUT_OF_SIGHT = frozenset({OUTSIDE, FILE, CLOCK, RANDOM})
DEEPEST_TRACE = 60
MOST_OBJECTS = 24  # that one operand may stand for and is still followed to each
DEEPEST_WRAPPERS = 2  # objects around a client, such as a store with a backend with a connection
MOST_VISITS = 600


class Provenance:
    """Backward slices over facts, followed through calls as far as a budget allows."""

    def __init__(
        self, linker: Linker, reach: Reachability, holders: Holders, files: FileCalls, scratch: Scratch
    ) -> None:
        """Slices are made on demand: only candidates ask."""
        self.linker = linker
        self.files = files
        self.reach = reach
        self.holders = holders
        self.scratch = scratch
        self.changing: set[str] = set()  # last names of state objects: reading one makes a result depend on state
        self._results: dict[tuple[Context, Operand, Operand], frozenset[str]] = {}
        self._spans: dict[Context, dict[Context, list[Span]]] = {}
        self._births: dict[tuple[Context, Operand], frozenset[str]] = {}
        self._library_births: dict[tuple[Context, int], frozenset[str] | None] = {}
        self._wrappers: dict[tuple[Instance, int], bool] = {}

    def of(self, context: Context, operand: Operand, without: Operand = None) -> frozenset[str]:
        """Origins of the value of an operand; empty for constants and configuration.

        What comes only through `without` does not count: the value of a memo depends on its key.
        """
        key = (context, operand, without)
        if key not in self._results:
            found: set[str] = set()
            self._trace(context, operand, found, {(context, without)}, 0)
            self._results[key] = frozenset(found)
        return self._results[key]

    def of_result(self, context: Context) -> frozenset[str]:
        """Origins of what a function gives back."""
        found: set[str] = set()
        self._returned(context, found, set(), 0)
        return frozenset(found)

    def _trace(self, context: Context, operand: Operand, found: set[str], seen: set[object], depth: int) -> None:
        if operand is None or isinstance(operand, Const):
            return
        key = (context, operand)
        if key in seen or depth > DEEPEST_TRACE or len(seen) > MOST_VISITS:
            return
        seen.add(key)
        is_name = isinstance(operand, str)
        if is_name and ("entered", context) in seen and any(param.name == operand for param in context.body.params):
            return  # the arguments of the call that led here were followed at the call
        found |= self._born(context, operand)
        for op in definitions_of(context.body).get(operand, ()):
            self._definition(context, op, found, seen, depth + 1)
        for poured in poured_into(context.body).get(operand, ()):
            self._trace(context, poured, found, seen, depth + 1)
        if isinstance(operand, str):
            self._name(context, operand, found, seen, depth + 1)

    def _born(self, context: Context, operand: Operand) -> frozenset[str]:
        """Origins that the objects tell for which an operand may stand."""
        key = (context, operand)
        known = self._births.get(key)
        if known is None:
            found: set[str] = set()
            objects = self.linker.objects(context, operand)[:MOST_OBJECTS]
            if objects and not self._is_part_of_request(context, operand):
                for obj in objects:
                    self._object(obj, found)
            if OUTSIDE in found and self.scratch.gives(context, operand):
                found.discard(OUTSIDE)
            known = self._births[key] = frozenset(found)
        return known

    def _is_part_of_request(self, context: Context, operand: Operand) -> bool:
        """Whether a value is made of another one that tells better, when it is followed, whether a request gave it."""
        return any(
            any(_is_request_value(obj) for obj in node.objects)
            for op in definitions_of(context.body).get(operand, ())
            for part in self._followed(context, op)
            if (node := self.linker.node(context, part)) is not None
        )

    def _followed(self, context: Context, op: Op) -> tuple[Operand, ...]:
        """What an operation takes its value from; for a call of the program's own code, the arguments."""
        match op:
            case Attr(base=base) | Invoke(base=base) if isinstance(op, Attr) or not context.callees_at(op.span):
                return (base,)
            case Call(args=args) | Invoke(args=args) if context.callees_at(op.span):
                return args
        return ()

    def _object(self, obj: Object, found: set[str]) -> None:
        match obj:
            case External(dotted=dotted):
                if obj.made and (origin := self.linker.models.origins.of(dotted)) in BORN_OUT_OF_SIGHT:
                    found.add(origin)
                if self.linker.models.belongs_to_request(dotted):
                    found.add(REQUEST)
            case Instance(per_request=True):
                found.add(REQUEST)

    def _definition(self, context: Context, op: Op, found: set[str], seen: set[object], depth: int) -> None:
        follow: Iterable[Operand] = ()
        match op:
            case Bind(source=source) | Move(source=source) | Iterate(source=source) | Enter(source=source):
                follow = (source,)
            case Spread(source=source) | Yield(source=source) | YieldFrom(source=source):
                follow = (source,)
            case Attr(base=base, name=name):
                if name in self.changing and self._is_kept(context, base):
                    found.add(STATE)
                if self._is_row(context, base):
                    found.add(OUTSIDE)
                follow = (base,)
            case Item(base=base, key=key):
                follow = (base, key)
            case Combine(operands=operands):
                follow = operands
            case New(keys=keys, values=values):
                follow = (*keys, *values)
            case Call() | Invoke():
                self._call(context, op, found, seen, depth)
                return
            case MakeFunction() | MakeClass():
                return
        for operand in follow:
            self._trace(context, operand, found, seen, depth)

    def _is_kept(self, context: Context, base: Operand) -> bool:
        node = self.linker.node(context, base)
        return node is not None and any(
            isinstance(obj, Instance) and self.holders.is_long_lived(obj) for obj in node.objects
        )

    def _is_row(self, context: Context, base: Operand) -> bool:
        """Whether a value is a row of a table, and not the class that declares it."""
        return any(
            isinstance(obj, Instance) and self.linker.is_of_records(obj.cls) for obj in self._some(context, base)
        )

    def _some(self, context: Context, operand: Operand) -> tuple[Object, ...]:
        return self.linker.objects(context, operand)[:MOST_OBJECTS]

    def _call(self, context: Context, op: Call | Invoke, found: set[str], seen: set[object], depth: int) -> None:
        born = self._born_in_library(context, op)
        if born is None:
            return
        found |= born
        if isinstance(op, Invoke):
            self._trace(context, op.base, found, seen, depth)
        for edge in context.calls_at.get(op.span, ()):
            self._returned(edge.callee, found, seen, depth)
        for argument in (*arguments_of(op), op.star, op.double_star):
            self._trace(context, argument, found, seen, depth)

    def _born_in_library(self, context: Context, op: Call | Invoke) -> frozenset[str] | None:
        """Origins of what the library gives that a call may reach; None where it makes a client."""
        key = (context, op.target)
        if key not in self._library_births:
            born = None if self._constructs_client(context, op) else frozenset(self._origins_of_callees(context, op))
            self._library_births[key] = born
        return self._library_births[key]

    def _origins_of_callees(self, context: Context, op: Call | Invoke) -> Iterator[str]:
        if self.files.reads(context, op):
            yield FILE
        for _, dotted in self._in_library(context, op):
            origin = self.linker.models.origins.of(dotted)
            if origin in BORN_OUT_OF_SIGHT and not (origin == OUTSIDE and self.scratch.gives(context, op.target)):
                yield origin

    def reads_elsewhere(self, context: Context) -> bool:
        """Whether a function itself calls what reads a database, service, file or clock."""
        reading = (op for op in calls_of(context.body) if not self._gives_part(context, op))
        return any(self._born_in_library(context, op) for op in reading)

    def _gives_part(self, context: Context, op: Call | Invoke) -> bool:
        origins = self.linker.models.origins
        named = isinstance(op, Invoke) and origins.gives_part(op.name)
        return named or any(origins.is_client(dotted) for _, dotted in self._in_library(context, op))

    def _in_library(self, context: Context, op: Call | Invoke) -> Iterator[tuple[External, str]]:
        """What a call calls of a library, or whose method it calls, with the dotted name of the callee."""
        for obj in self.linker.objects(context, op.callee if isinstance(op, Call) else op.base)[:MOST_OBJECTS]:
            if isinstance(obj, External):
                method = f"{obj.dotted}.{op.name}" if isinstance(op, Invoke) else ""
                yield obj, self.linker.models.canonical(method) if method else obj.dotted

    def makes_client(self, context: Context, operand: Operand) -> bool:
        """Whether a value is itself a client, pool, engine or model, which every replica makes alike."""
        return self._is_client(context, operand, set())

    def result_is_client(self, context: Context) -> bool:
        """Whether a function gives back a client."""
        return any(self.makes_client(context, op.source) for op in context.body.ops if isinstance(op, Return))

    def _is_client(self, context: Context, operand: Operand, seen: set[object]) -> bool:
        if operand is None or isinstance(operand, Const) or (context, operand) in seen:
            return False
        seen.add((context, operand))
        node = self.linker.node(context, operand)
        if node is not None and any(self._is_client_object(obj) for obj in node.objects):
            return True
        for op in definitions_of(context.body).get(operand, ()):
            match op:
                case Bind(source=source) | Move(source=source) | Enter(source=source):
                    if self._is_client(context, source, seen):
                        return True
                case New(values=values) if any(self._is_client(context, value, seen) for value in values):
                    return True  # a client with the time when it was last used
                case Attr(base=base) | Invoke(base=base) if self._is_library_client(context, base, seen):
                    if isinstance(op, Attr) or self.linker.models.origins.gives_part(op.name):
                        return True
            if isinstance(op, Call | Invoke):
                if self._constructs_client(context, op) or self._gives_client(context, op, seen):
                    return True
        return False

    def _is_library_client(self, context: Context, operand: Operand, seen: set[object]) -> bool:
        node = self.linker.node(context, operand)
        is_own = node is not None and any(isinstance(obj, Instance) for obj in node.objects)
        return not is_own and self._is_client(context, operand, seen)

    def _is_client_object(self, obj: Object) -> bool:
        """A client, or an object of the program that wraps a client of a database or service."""
        if isinstance(obj, Instance):
            return not obj.per_request and self._wraps_service(obj, DEEPEST_WRAPPERS)
        models = self.linker.models
        if not isinstance(obj, External) or not obj.made or obj.of_value or not models.origins.is_client(obj.dotted):
            return False
        return not obj.is_blurred or models.origins.of(obj.dotted) != OUTSIDE  # what a service gave is data

    def _wraps_service(self, obj: Instance, depth: int) -> bool:
        known = self._wrappers.get((obj, depth))
        if known is None:
            self._wrappers[obj, depth] = False  # objects may hold one another
            parts = (inner for node in obj.fields.values() for inner in node.objects)
            known = self._wrappers[obj, depth] = any(
                self._wraps_service(inner, depth - 1)
                if isinstance(inner, Instance) and depth
                else self._is_service(inner)
                for inner in parts
            )
        return known

    def _is_service(self, obj: Object) -> bool:
        return (
            isinstance(obj, External)
            and obj.made
            and not obj.of_value
            and self.linker.models.origins.is_service(obj.dotted)
        )

    def _constructs_client(self, context: Context, op: Call | Invoke) -> bool:
        """A call of a library's class or function, not of a method of what such a call gave."""
        return any(
            not obj.made and obj.base is None and self.linker.models.origins.is_client(dotted)
            for obj, dotted in self._in_library(context, op)
        )

    def _gives_client(self, context: Context, op: Call | Invoke, seen: set[object]) -> bool:
        return any(
            self._is_client(edge.callee, inner.source, seen)
            for edge in context.calls_at.get(op.span, ())
            for inner in edge.callee.body.ops
            if isinstance(inner, Return)
        )

    def _returned(self, callee: Context, found: set[str], seen: set[object], depth: int) -> None:
        key = ("result", callee)
        if key in seen or depth > DEEPEST_TRACE:
            return
        seen.update((key, ("entered", callee)))
        if callee.body.name == "__init__":
            self._constructed(callee, callee, found, seen, depth)
            return
        for op in callee.body.ops:
            if isinstance(op, Return | Yield | YieldFrom):
                self._trace(callee, op.source, found, seen, depth + 1)

    def _constructed(
        self, constructor: Context, context: Context, found: set[str], seen: set[object], depth: int
    ) -> None:
        """What a constructor, and the methods that it calls on its own object, put into that object."""
        first = context.body.params[0].name if context.body.params else None
        for op in context.body.ops:
            if isinstance(op, SetAttr) and op.base == first:
                self._trace(context, op.source, found, seen, depth + 1)
            elif isinstance(op, Invoke) and op.base == first:
                for inner in context.callees_at(op.span):
                    if inner.receiver is constructor.receiver and ("made", inner) not in seen:
                        seen.update((("made", inner), ("entered", inner)))
                        self._constructed(constructor, inner, found, seen, depth + 1)

    def _name(self, context: Context, name: str, found: set[str], seen: set[object], depth: int) -> None:
        """A parameter: what the callers pass; a variable of an enclosing function: what that holds."""
        body = context.body
        index = next((at for at, param in enumerate(body.params) if param.name == name), None)
        if index is None:
            if name not in body.names and (outer := self.linker.defining_context(context, name)) is not None:
                self._trace(outer, name, found, seen, depth)
            return
        if context in self.reach.entry_contexts:
            if index > 0 or not context.takes_self:
                found.add(REQUEST)
            return
        for caller in dict.fromkeys(self.reach.callers.get(context, ())):
            for span in self._spans_of(caller).get(context, ()):
                for op in calls_at(caller.body, span):
                    given = given_to(op, context, index)
                    self._trace(caller, given[0] if given is not None else op.star, found, seen, depth)

    def _spans_of(self, caller: Context) -> dict[Context, list[Span]]:
        """Where a context calls which other."""
        if caller not in self._spans:
            self._spans[caller] = defaultdict(list)
            for callee, span in caller.calls:
                self._spans[caller][callee].append(span)
        return self._spans[caller]


def _is_request_value(obj: Object) -> bool:
    return isinstance(obj, External) and obj.dotted.startswith(ANY_REQUEST)
