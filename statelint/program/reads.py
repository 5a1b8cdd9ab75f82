"""Reads: who looks at a state object while serving."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from statelint.domain.words import Holder
from statelint.facts.model import (
    Attr,
    Bind,
    Body,
    Call,
    Combine,
    How,
    Invoke,
    Item,
    Iterate,
    Move,
    New,
    Op,
    Operand,
    Return,
    SetAttr,
    SetItem,
    Span,
    Spread,
)
from statelint.program.core import NOWHERE
from statelint.program.definitions import definitions_of, given_by
from statelint.program.linking import Linker
from statelint.program.modules import Module
from statelint.program.objects import Container, Context, External, Instance, ModuleObject, Object, Text
from statelint.program.state import State

READING = frozenset({Item, Invoke, Attr, Call, Combine, Iterate, Spread, Return, New})
READS = frozenset({"get", "items", "keys", "values", "copy", "index", "count", "__contains__", "qsize", "empty"})


class Reads:
    """Notes on each state object where it is read."""

    def __init__(self, linker: Linker, states: Iterable[State]) -> None:
        """Index the state objects by what a read may name."""
        self.linker = linker
        self._by_object: dict[Object, list[State]] = defaultdict(list)
        self._by_name: dict[str, list[State]] = defaultdict(list)
        self._by_global: dict[str, dict[str, State]] = defaultdict(dict)
        self._looks: dict[int, list[tuple[Op, list[State]]]] = {}  # by identity of a body
        for state in states:
            for obj in state.objects:
                self._by_object[obj].append(state)
            self._by_name[state.key.name.rpartition(".")[2]].append(state)
            if state.key.holder is Holder.MODULE_GLOBAL:
                self._by_global[state.key.path][state.key.name] = state

    def note(self, context: Context) -> None:
        """Note every read in the operations of one context."""
        for op, read_globals in self._looks_of(context.module, context.body):
            self._read(context, op)
            for state in read_globals:
                if (span := _place_of(context, op)) is not None:
                    state.reads.append((context, span))

    def _looks_of(self, module: Module, body: Body) -> list[tuple[Op, list[State]]]:
        """Operations that may read a state object, each with the globals that it reads by their own names."""
        known = self._looks.get(id(body))
        if known is None:
            stepped = _stepped(body)
            by_global = self._by_global.get(module.path, {})
            pairs = ((op, _read_by_name(body, op, by_global) if by_global else []) for op in body.ops)
            known = self._looks[id(body)] = [
                (op, states) for op, states in pairs if states or self._may_read(op, stepped)
            ]
        return known

    def _may_read(self, op: Op, stepped: frozenset[tuple[int, int]]) -> bool:
        if isinstance(op, Attr):
            return op.name in self._by_name and (op.line, op.column) not in stepped
        return type(op) in READING

    def _read(self, context: Context, op: Op) -> None:
        match op:
            case Item() | Invoke():
                if isinstance(op, Item) or op.name in READS:
                    self._read_elements(context, op.base, _span(op), whole=_takes_all(op))
                for operand in op.args if isinstance(op, Invoke) and not self._is_followed(context, op) else ():
                    self._pass_on(context, operand, _span(op))
            case Attr():
                self._read_attribute(context, op)
            case Call(callee="getattr") if len(op.args) > 1:
                self._read_named(context, op)
            case Combine(operator="in"):
                for operand in op.operands[1:]:
                    self._read_elements(context, operand, _span(op), whole=False)
            case Iterate(source=source, line=line):
                self._read_elements(context, source, Span(line, 1, line, 1), whole=True)
            case Spread(target=target, source=source):
                self._read_elements(context, source, _made_at(context, target), whole=True)
            case Call(args=args, star=star, double_star=double_star, span=span):
                for operand in (*args, star, double_star) if not self._is_followed(context, op) else ():
                    self._pass_on(context, operand, span)
            case New() | Return():
                span = op.span if isinstance(op, New) else Span(op.line, 1, op.line, 1)
                for operand in op.values if isinstance(op, New) else (op.source,):
                    self._pass_on(context, operand, span)

    def _is_followed(self, context: Context, op: Call | Invoke) -> bool:
        """Whether a call goes to code of the program, which shows itself what it does with its arguments."""
        return op.span in context.calls_at

    def _read_attribute(self, context: Context, op: Attr) -> None:
        for state in self._by_name.get(op.name, ()):
            objects = self.linker.objects(context, op.base)
            if any(isinstance(obj, ModuleObject) or self._has_part(state, obj) for obj in objects):
                if not self._is_handed_on(context, op, state):
                    state.reads.append((context, _span(op)))

    def _is_handed_on(self, context: Context, op: Attr, state: State) -> bool:
        """`Listener(self.replies)`: who gets a container of the program shows itself what it reads of it."""
        call = given_by(context.body).get(op.target)
        return (
            call is not None
            and self._is_followed(context, call)
            and any(obj in state.objects for obj in self.linker.objects(context, op.target) if type(obj) is Container)
        )

    def _has_part(self, state: State, obj: Object) -> bool:
        """Whether an attribute of an object is the state: its own, or that of its class."""
        return obj in state.objects or (
            isinstance(obj, Instance)
            and state.key.holder is Holder.CLASS_ATTRIBUTE
            and not state.objects.keys().isdisjoint(self.linker.mro(obj.cls))
        )

    def _read_elements(self, context: Context, operand: Operand, span: Span, *, whole: bool) -> None:
        for state in self._states_in(context, operand):
            state.reads.append((context, span))
            if whole:
                state.scans.append((context, span))

    def _pass_on(self, context: Context, operand: Operand, span: Span) -> None:
        """Who takes the whole object may read any of it."""
        for state in self._states_in(context, operand):
            state.scans.append((context, span))

    def _states_in(self, context: Context, operand: Operand) -> Iterable[State]:
        node = self.linker.node(context, operand)
        if node is None or self._by_object.keys().isdisjoint(node.objects):
            return ()
        return (
            state
            for obj in tuple(node.objects)
            if isinstance(obj, Container | External)
            for state in self._by_object.get(obj, ())
        )

    def _read_named(self, context: Context, op: Call) -> None:
        """`getattr(x, name)` for the names that are known."""
        bases = set(self.linker.objects(context, op.args[0]))
        for obj in self.linker.objects(context, op.args[1]):
            for state in self._by_name.get(obj.value, ()) if isinstance(obj, Text) else ():
                if not bases.isdisjoint(state.objects):
                    state.reads.append((context, op.span))


def _stepped(body: Body) -> frozenset[tuple[int, int]]:
    """Places of `x.n += 1`: reading `x.n` there tells nobody anything."""
    return frozenset((op.span.line, op.span.column) for op in body.ops if type(op) is SetAttr and op.how == How.AUGMENT)


def _read_by_name(body: Body, op: Op, by_global: Mapping[str, State]) -> list[State]:
    operands = (operand for operand in _operands(op) if isinstance(operand, str) and operand not in body.names)
    return [by_global[name] for name in operands if name in by_global]


def _takes_all(op: Item | Invoke) -> bool:
    return isinstance(op, Invoke) and op.name in {"items", "keys", "values", "copy"}


def _operands(op: Op) -> Iterator[Operand]:
    """Operands that an operation reads for their value."""
    match op:
        case Return(source=source) | Bind(source=source) | Move(source=source) | Iterate(source=source):
            yield source
        case SetAttr(source=source) | SetItem(source=source):
            yield source
        case Spread(source=source):
            yield source
        case Call(args=args, keywords=keywords) | Invoke(args=args, keywords=keywords):
            yield from (*args, op.star, op.double_star)
            yield from (value for _, value in keywords)
        case Combine(operands=operands) if not op.is_in_place:
            yield from operands
        case New(values=values):
            yield from values


def _made_at(context: Context, target: Operand) -> Span:
    """Where the display stands that a temporary holds."""
    made = definitions_of(context.body).get(target, ())
    return next((op.span for op in made if isinstance(op, New)), NOWHERE)


def _place_of(context: Context, op: Op) -> Span | None:
    if isinstance(op, Spread):
        return _made_at(context, op.target)
    if isinstance(span := getattr(op, "span", None), Span):
        return span
    line = getattr(op, "line", None)
    return Span(line, 1, line, 1) if isinstance(line, int) else None


def _span(op: Attr | Item | Invoke | Combine) -> Span:
    if isinstance(op, Invoke):
        return op.span
    return Span(op.line, op.column, op.line, op.column + 1)
