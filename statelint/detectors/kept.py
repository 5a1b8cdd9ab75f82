"""Is a value that is drawn at random put away, and used again by whoever starts later: in a file, or in a database?"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from statelint.facts.model import (
    Attr,
    Bind,
    Call,
    Combine,
    Const,
    Enter,
    Invoke,
    Item,
    Move,
    New,
    Op,
    Operand,
    Return,
    SetAttr,
    SetItem,
)
from statelint.program.definitions import arguments_of, calls_of, definitions_of, given_to, poured_into
from statelint.program.index import ProgramIndex
from statelint.program.objects import Container, Context, External, Instance, Object
from statelint.program.provenance import FILE, OUTSIDE, RANDOM

MOST_STEPS = 80  # of one search
DEEPEST_CALLS = 3  # between the function that has the value and the call that puts it away
PURE, RECORD = "pure", "record"
SAVING = ("write", "save", "dump")


KEPT_ON_DISK = (
    "It is drawn once and kept in a file on this replica's disk. What one replica signs or encrypts with it, a replica "
    "on another host refuses, and so does this one when its disk is replaced: cookies, tokens and links stop working."
)


class Where(IntEnum):
    """Where a drawn value is put away; a database, which all replicas share, comes before a file."""

    NOWHERE = 0
    FILE = 1
    DATABASE = 2


class Keeping:
    """Follows a value back to where it was drawn, and from each place on to the calls that are given it."""

    def __init__(self, index: ProgramIndex) -> None:
        """Nothing looked for yet."""
        self.index = index

    def where(self, context: Context, operand: Operand) -> Where:
        """Where the functions that it goes through put it, or the file that it is read from."""
        path = self._path(context, operand).items()
        found = max((self._kept_in(place, carriers, 0) for place, carriers in path), default=Where.NOWHERE)
        if found is Where.NOWHERE and FILE in self.index.provenance.of(context, operand):
            return Where.FILE
        return found

    def is_read_back(self, context: Context, operand: Operand) -> bool:
        """Whether it is read from a file into which the same code puts a random value if there is none."""
        if isinstance(operand, Const) or FILE not in self.index.provenance.of(context, operand):
            return False
        read = frozenset(self.index.documents.names(context, operand))
        return any(
            self._kept_by(place, op, carriers, DEEPEST_CALLS) is Where.FILE and self._is_same_file(place, op, read)
            for place in self._readers(context, operand)
            for op in calls_of(place.body)
            if (carriers := {one for one in arguments_of(op) if self._is_drawn(place, one)})
        )

    def _is_same_file(self, context: Context, op: Call | Invoke, read: frozenset[str]) -> bool:
        """Whether a call may write to the file of one of these names; not every name is known."""
        given = (*arguments_of(op), *((op.base,) if isinstance(op, Invoke) else ()))
        written = {name for one in given for name in self.index.documents.names(context, one)}
        return not read or not written or not read.isdisjoint(written)

    def _readers(self, context: Context, operand: Operand) -> Iterator[Context]:
        """The body that reads a value, which may be a function that it calls."""
        yield context
        for op in definitions_of(context.body).get(operand, ()):
            if isinstance(op, Call | Invoke):
                for callee in context.callees_at(op.span):
                    yield callee
                    yield from (edge.callee for edge in tuple(callee.calls.values()))

    def _is_drawn(self, context: Context, operand: Operand) -> bool:
        is_literal = operand is None or isinstance(operand, Const)
        return not is_literal and RANDOM in self.index.provenance.of(context, operand)

    # --- back to the draw

    def _path(self, context: Context, operand: Operand) -> dict[Context, set[Operand]]:
        """The functions that the value goes through, and its names there."""
        found: dict[Context, set[Operand]] = {}
        waiting = [(context, operand)]
        while waiting and sum(map(len, found.values())) < MOST_STEPS:
            place, current = waiting.pop()
            known = found.setdefault(place, set())
            if current is None or isinstance(current, Const) or current in known:
                continue
            if RANDOM not in self.index.provenance.of(place, current):
                continue
            known.add(current)
            waiting.extend(self._sources(place, current))
        return found

    def _sources(self, context: Context, operand: Operand) -> Iterator[tuple[Context, Operand]]:
        for op in definitions_of(context.body).get(operand, ()):
            match op:
                case Bind(source=source) | Move(source=source):
                    yield context, source
                case Combine(operands=operands):
                    yield from ((context, one) for one in operands)
                case Call() | Invoke():
                    yield from self._sources_of_call(context, op)
        for store in self.index.values.through(context, operand):
            yield store.context, store.operand
        if isinstance(operand, str):
            yield from self._given(context, operand)

    def _sources_of_call(self, context: Context, op: Call | Invoke) -> Iterator[tuple[Context, Operand]]:
        if isinstance(op, Invoke):
            yield context, op.base
        yield from ((context, one) for one in op.args)
        for callee in context.callees_at(op.span):
            yield from ((callee, inner.source) for inner in callee.body.ops if isinstance(inner, Return))

    def _given(self, context: Context, name: str) -> Iterator[tuple[Context, Operand]]:
        """What the callers pass for a parameter."""
        index = next((at for at, param in enumerate(context.body.params) if param.name == name), None)
        if index is None:
            return
        for caller, op in self.index.reach.calls_of(context):
            if (given := given_to(op, context, index)) is not None:
                yield caller, given[0]

    # --- on to the call that puts it away

    def _kept_in(self, context: Context, carriers: set[Operand], depth: int) -> Where:
        carriers = self._spread(context, carriers, follows_attributes=depth > 0)
        is_column = any(
            isinstance(op, SetAttr) and op.source in carriers and self._is_record(context, op.base)
            for op in context.body.ops
        )
        calls = (self._kept_by(context, op, carriers, depth) for op in calls_of(context.body))
        return Where.DATABASE if is_column else max(calls, default=Where.NOWHERE)

    def _spread(self, context: Context, carriers: set[Operand], *, follows_attributes: bool) -> set[Operand]:
        """Everything in a body that is made of the value, or that holds it."""
        found: set[Operand] = {one for one in carriers if one is not None and not isinstance(one, Const)}
        names = {op.name for op in context.body.ops if isinstance(op, SetAttr) and op.source in found}
        growing = True
        while growing:
            before = len(found)
            for op in context.body.ops:
                found.update(one for one in self._made_of(context, op, found) if one is not None)
                if isinstance(op, Attr) and (op.name in names or (follows_attributes and op.base in found)):
                    found.add(op.target)
            for base, poured in poured_into(context.body).items():
                if not found.isdisjoint(poured):
                    found.update(self._holding(context, base))
            growing = len(found) > before
        return found

    def _made_of(self, context: Context, op: Op, carriers: set[Operand]) -> Iterator[Operand]:
        match op:
            case Bind(name=name, source=source) if source in carriers:
                yield name
            case Move(source=source, target=target) if source in carriers:
                yield target
            case Combine(operands=parts, target=target) | New(values=parts, target=target):
                if not carriers.isdisjoint(parts):
                    yield target
            case SetItem(base=base, source=source) | SetAttr(base=base, source=source) if source in carriers:
                yield from self._holding(context, base)
            case Call() | Invoke() if self._is_given(context, op, carriers) and self._passes_on(context, op):
                yield op.target

    def _passes_on(self, context: Context, op: Call | Invoke) -> bool:
        """Whether the result of a call still tells the value: text made of it, or an object that has it."""
        arguments, origins = self.index.models.arguments, self.index.models.origins
        if isinstance(op, Invoke) and (arguments.keeps_text(f"*.{op.name}") or arguments.joins_text(f"*.{op.name}")):
            return True
        if any(isinstance(obj, Instance) for obj in self.index.linker.objects(context, op.target)):
            return True
        names = [callee.dotted for callee in self.index.callees(context, op)]
        return any(arguments.keeps_text(name) or origins.of(name) == PURE for name in names)

    def _holding(self, context: Context, base: Operand) -> Iterator[Operand]:
        """`self.data` and `self` for `self.data[...] = value`; what a library holds is its own matter."""
        objects = self.index.linker.objects(context, base)
        if objects and all(isinstance(obj, Container | Instance) or self._is_file_like(obj) for obj in objects):
            yield base
        for op in definitions_of(context.body).get(base, ()):
            if isinstance(op, Attr | Item):
                yield from self._holding(context, op.base)

    def _is_file_like(self, obj: Object) -> bool:
        """Whether an object of a library may write itself to a file, such as a `ConfigParser`."""
        if not isinstance(obj, External) or not obj.made:
            return False
        files, names = self.index.models.files, self.index.models.names_through_bases
        return any(files.row(names(f"{obj.dotted}.{verb}")) is not None for verb in SAVING)

    def _kept_by(self, context: Context, op: Call | Invoke, carriers: set[Operand], depth: int) -> Where:
        is_asked = isinstance(op, Invoke) and op.base in carriers
        if not is_asked and not self._is_given(context, op, carriers):
            return Where.NOWHERE
        if self.index.op_changes_outside(context, op):
            return Where.DATABASE if self.index.file_calls.row_of(context, op) is None else Where.FILE
        written_to = (op.base, *op.args) if isinstance(op, Invoke) else op.args
        if any(self._is_open_file(context, one) for one in written_to):
            return Where.FILE
        if isinstance(op, Invoke) and self.index.may_change_outside(context, op):
            return Where.DATABASE
        return self._kept_by_callees(context, op, carriers, depth) if depth < DEEPEST_CALLS else Where.NOWHERE

    def _is_open_file(self, context: Context, operand: Operand) -> bool:
        """`file` of `with open(path) as file`, or of another call that writes a file."""
        calls, definitions = self.index.file_calls, definitions_of(context.body)
        return calls.is_handle(context, operand) or any(
            isinstance(made, Call | Invoke) and calls.row_of(context, made) is not None
            for bound in definitions.get(operand, ())
            if isinstance(bound, Bind)
            for entered in definitions.get(bound.source, ())
            if isinstance(entered, Enter)
            for made in definitions.get(entered.source, ())
        )

    def _is_given(self, context: Context, op: Call | Invoke, carriers: set[Operand]) -> bool:
        """Whether an argument tells the value; an object that has it beside much else does not."""
        given = (*arguments_of(op), op.star, op.double_star)
        told = [one for one in given if not isinstance(one, Const) and one in carriers]
        return any(not self._is_plain_object(context, one) for one in told)

    def _is_plain_object(self, context: Context, operand: Operand) -> bool:
        objects = self.index.linker.objects(context, operand)
        is_own = bool(objects) and all(isinstance(obj, Instance) for obj in objects)
        return is_own and not self._is_record(context, operand)

    def _kept_by_callees(self, context: Context, op: Call | Invoke, carriers: set[Operand], depth: int) -> Where:
        callees = (edge.callee for edge in self.index.calls_at(context, op.span))
        named = ((callee, self._names_in(callee, op, carriers)) for callee in callees)
        return max((self._kept_in(callee, names, depth + 1) for callee, names in named if names), default=Where.NOWHERE)

    def _names_in(self, callee: Context, op: Call | Invoke, carriers: set[Operand]) -> set[Operand]:
        """The parameters that take the value, and the receiver of a method that saves it."""
        found: set[Operand] = {
            param.name
            for at, param in enumerate(callee.body.params)
            if (given := given_to(op, callee, at)) is not None and given[0] in carriers
        }
        saves = self.index.models.origins.is_changing_verb(callee.body.name.lstrip("_"))
        if isinstance(op, Invoke) and op.base in carriers and callee.takes_self and saves:
            found.add(callee.body.params[0].name)
        return found

    def _is_record(self, context: Context, operand: Operand) -> bool:
        """Whether an attribute is a column of a row in a table."""
        return any(self._is_of_table(name) for name in self._class_names(context, operand))

    def _class_names(self, context: Context, operand: Operand) -> Iterator[str]:
        for obj in self.index.linker.objects(context, operand):
            if isinstance(obj, Instance):
                yield from self.index.linker.external_bases(obj.cls)
            elif isinstance(obj, External) and obj.made:
                yield obj.dotted

    def _is_of_table(self, dotted: str) -> bool:
        row = self.index.models.type_row(dotted)
        return (row is not None and row.kind == RECORD) or self.index.models.origins.of(dotted) == OUTSIDE
