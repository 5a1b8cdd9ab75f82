"""Where a value comes from: the request, outside (database, network, file), the clock, chance, or only code."""

from __future__ import annotations

from collections.abc import Iterable

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
    Spread,
    Yield,
    YieldFrom,
)
from statelint.program.definitions import definitions_of
from statelint.program.holders import Holders
from statelint.program.linking import Linker
from statelint.program.objects import (
    SERVING,
    Bound,
    ClassObject,
    Context,
    External,
    FunctionObject,
    Instance,
    Object,
)
from statelint.program.reachability import Reachability

REQUEST, OUTSIDE, CLOCK, RANDOM, CLIENT, STATE = "request", "outside", "clock", "random", "client", "state"
DEEPEST_TRACE = 10
MOST_VISITS = 400


class Provenance:
    """Backward slices over facts, followed through calls as far as a budget allows."""

    def __init__(self, linker: Linker, reach: Reachability, holders: Holders) -> None:
        """Slices are made on demand: only candidates ask."""
        self.linker = linker
        self.reach = reach
        self.holders = holders
        self.changing: set[str] = set()  # last names of state objects: reading one makes a result depend on state
        self._results: dict[tuple[Context, Operand, Operand], frozenset[str]] = {}
        self._entry_contexts = {edge.callee for entry in reach.entries for edge in entry.context.calls.values()}

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
        node = self.linker.node(context, operand)
        if node is not None:
            for obj in tuple(node.objects)[:24]:
                self._object(obj, found)
        for op in definitions_of(context.body).get(operand, ()):
            self._definition(context, op, found, seen, depth + 1)
        if isinstance(operand, str):
            self._name(context, operand, found, seen, depth + 1)

    def _object(self, obj: Object, found: set[str]) -> None:
        match obj:
            case External(dotted=dotted):
                self._dotted(dotted, found, is_value=obj.made)
                if dotted.startswith("<request>") or self.linker.models.is_request_object(dotted):
                    found.add(REQUEST)
            case Instance(per_request=True):
                found.add(REQUEST)

    def _dotted(self, dotted: str, found: set[str], *, is_value: bool) -> None:
        if not is_value:
            return
        models = self.linker.models
        if models.is_client(dotted):
            found.add(CLIENT)
            return
        origin = models.origin(dotted)
        if origin in {OUTSIDE, CLOCK, RANDOM}:
            found.add(origin)

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

    def _call(self, context: Context, op: Call | Invoke, found: set[str], seen: set[object], depth: int) -> None:
        arguments = [*op.args, *(value for _, value in op.keywords), op.star, op.double_star]
        callees = [edge.callee for (_, span), edge in context.calls.items() if span == op.span]
        client = False
        if isinstance(op, Call):
            node = self.linker.node(context, op.callee)
            for callee in tuple(node.objects) if node is not None else ():
                if isinstance(callee, External):
                    client = client or self.linker.models.is_client(callee.dotted)
                    self._dotted(callee.dotted, found, is_value=True)
        else:
            client = self._method(context, op, found, seen, depth)
        if client:
            found.add(CLIENT)
            return
        for inner in callees:
            self._returned(inner, found, seen, depth)
        for argument in arguments:
            self._trace(context, argument, found, seen, depth)

    def _method(self, context: Context, op: Invoke, found: set[str], seen: set[object], depth: int) -> bool:
        models = self.linker.models
        node = self.linker.node(context, op.base)
        for base in tuple(node.objects)[:24] if node is not None else ():
            if isinstance(base, External):
                dotted = models.canonical(f"{base.dotted}.{op.name}")
                if models.is_client(dotted):
                    return True
                self._dotted(dotted, found, is_value=True)
        self._trace(context, op.base, found, seen, depth)
        return False

    def _returned(self, callee: Context, found: set[str], seen: set[object], depth: int) -> None:
        key = ("result", callee)
        if key in seen or depth > DEEPEST_TRACE:
            return
        seen.add(key)
        for op in callee.body.ops:
            if type(op) is Return or type(op) is Yield:
                self._trace(callee, op.source, found, seen, depth + 1)

    def _name(self, context: Context, name: str, found: set[str], seen: set[object], depth: int) -> None:
        """A parameter: what the callers pass; a variable of an enclosing function: what that holds."""
        body = context.body
        index = next((at for at, param in enumerate(body.params) if param.name == name), None)
        if index is None:
            if name not in body.names and (outer := self.linker.defining_context(context, name)) is not None:
                self._trace(outer, name, found, seen, depth)
            return
        if context in self._entry_contexts:
            if index > 0 or context.function is None or context.function.owner is None:
                found.add(REQUEST)
            return
        has_self = context.function is not None and context.function.owner is not None
        for caller in dict.fromkeys(self.reach.callers.get(context, ())):
            for callee, span in caller.calls:
                if callee is not context:
                    continue
                for op in caller.body.ops:
                    if isinstance(op, Call | Invoke) and op.span == span:
                        self._argument(caller, op, name, index - (1 if has_self else 0), found, seen, depth)

    def _argument(
        self, caller: Context, op: Call | Invoke, name: str, index: int, found: set[str], seen: set[object], depth: int
    ) -> None:
        keyword = next((value for key, value in op.keywords if key == name), None)
        if keyword is not None:
            self._trace(caller, keyword, found, seen, depth)
        elif 0 <= index < len(op.args):
            self._trace(caller, op.args[index], found, seen, depth)
        elif op.star is not None:
            self._trace(caller, op.star, found, seen, depth)

    def makes_object(self, context: Context, operand: Operand) -> bool:
        """Whether a value is an object that the program or a library makes, rather than data."""
        node = self.linker.node(context, operand)
        if node is None:
            return False
        return any(
            isinstance(obj, Instance | ClassObject | FunctionObject | Bound)
            or (isinstance(obj, External) and obj.phase == SERVING and obj.made)
            for obj in node.objects
        )
