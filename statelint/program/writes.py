"""Writes: every operation of serving code that changes a long-lived object."""

from __future__ import annotations

from collections.abc import Iterator

from statelint.facts.model import (
    Bind,
    Call,
    Combine,
    Const,
    Enter,
    How,
    Invoke,
    Move,
    Op,
    Operand,
    SetAttr,
    SetItem,
    Span,
)
from statelint.program.definitions import definitions_of
from statelint.program.holders import Holders
from statelint.program.linking import Linker
from statelint.program.objects import (
    SERVING,
    STARTUP,
    Bound,
    ClassObject,
    Container,
    Context,
    External,
    FunctionObject,
    Instance,
    Namespace,
    Object,
    Super,
)
from statelint.program.operators import changes_in_place
from statelint.program.reachability import Reachability
from statelint.program.sharing import Sharing
from statelint.program.state import Write
from statelint.program.state_keys import IMMUTABLE, StateKeys
from statelint.program.targets import Targets

ENTERED = ("__enter__", "__aenter__")  # one of them, called by `with`
MOST_NAMES = 8  # that one `setattr` may set, before they are data rather than names


class Writes:
    """Finds what one operation changes."""

    def __init__(self, linker: Linker, reach: Reachability, holders: Holders) -> None:
        """Looks at no operation before it is asked."""
        self.linker = linker
        self.reach = reach
        self.holders = holders
        self._targets = Targets(linker, holders, Sharing(linker, reach.order, holders.shared_nodes))
        self._keys = StateKeys(linker, holders)

    def of(self, context: Context, op: Op) -> Iterator[Write]:
        """The writes of one of the operations that may change something."""
        match op:
            case Bind():
                yield from self._rebinding(context, op)
            case SetAttr():
                yield from self._attribute(context, op)
            case SetItem():
                yield from self._item(context, op)
            case Invoke():
                yield from self._method(context, op)
                yield from self._library_method(context, op)
                yield from self._handed_over(context, op, op.base, f".{op.name}")
            case Call():
                yield from self._call(context, op)
                yield from self._handed_over(context, op, op.callee, "")
            case Enter():
                yield from self._entered(context, op)
            case Combine():
                yield from self._in_place(context, op)

    def _rebinding(self, context: Context, op: Bind) -> Iterator[Write]:
        body = context.body
        if op.name in body.global_names:
            key = self.holders.global_key(context.module, op.name)
        elif op.name in body.nonlocal_names:
            owner = self.linker.defining_context(context, op.name)
            if owner is None or owner.phase != STARTUP:
                return
            key = self.holders.closure_key(owner, op.name)
        else:
            return
        if op.how == How.DECLARE and body.kind == "module":
            return
        write = Write(key, None, context, op, op.span, _how(op.how, "rebind"))
        write.value = op.source
        yield write

    def _attribute(self, context: Context, op: SetAttr) -> Iterator[Write]:
        constructing = self.reach.is_constructing(context)
        first = context.body.params[0].name if context.body.params else None
        for found in self._with_attribute(op.name, op.base, list(self._targets.shared(context, op.base))):
            base = found.receiver if isinstance(found, Super) else found
            if constructing and op.base == first and not isinstance(base, ClassObject):
                continue
            key = self._keys.attribute_key(base, op.name)
            if key is not None:
                write = Write(key, base, context, op, op.span, _how(op.how, "attribute"))
                write.value = op.source
                yield write

    def _with_attribute(self, name: str, base: Operand, found: list[Object]) -> list[Object]:
        """Where an operand may be many things, those that are known to have the attribute."""
        known = [obj for obj in found if self._keys.has_attribute(obj, name)]
        if known or len(found) != 1:
            return known
        only = found[0]
        if isinstance(only, FunctionObject | Bound):
            return found if isinstance(base, str) else []
        if isinstance(only, Instance) and self.linker.external_bases(only.cls):
            return found if self.holders.is_application(only) else []
        return found

    def _item(self, context: Context, op: SetItem) -> Iterator[Write]:
        objects = self.linker.objects(context, op.base)
        for base in self._targets.shared(context, op.base):
            if isinstance(base, Namespace):
                yield from self._named_items(context, op, base)
                continue
            key = self._keys.process_key(context, base)
            used = self._targets.name_used(context, op.base)
            key = key or self._keys.content_key(base, used, op.key, alone=len(objects) == 1)
            if key is not None:
                write = Write(key, base, context, op, op.span, _how(op.how, "item"))
                write.value = op.source
                write.key_operand = op.key
                yield write

    def _named_items(self, context: Context, op: SetItem, base: Namespace) -> Iterator[Write]:
        """`vars(x)["name"] = value`, `globals()[name] = value`."""
        names: list[str] = []
        self.linker.each_name(context, op.key, names.append)
        for name in dict.fromkeys(names):
            if (key := self._keys.attribute_key(base.owner, name)) is not None:
                write = Write(key, base.owner, context, op, op.span, _how(op.how, "attribute"))
                write.value = op.source
                yield write

    def _method(self, context: Context, op: Invoke) -> Iterator[Write]:
        for base in self._targets.shared(context, op.base):
            used = self._targets.name_used(context, op.base)
            key = self._keys.process_key(context, base, op.name)
            key = key or self._keys.mutated_by(base, op.name, used, op.args[0] if op.args else None)
            if key is not None:
                changed = base.receiver if isinstance(base, Super) else base
                yield _by_method(Write(key, changed, context, op, op.span, op.name), op.args)

    def _library_method(self, context: Context, op: Invoke) -> Iterator[Write]:
        """`heapq.heappush(shared, x)`, `object.__setattr__(x, "name", value)`, `x.__dict__.update(name=value)`."""
        for base in self.linker.objects(context, op.base):
            if isinstance(base, Namespace) and op.name == "update":
                yield from self._named_update(context, op, base)
            if not isinstance(base, External) or base.made or base.base is not None:
                continue
            dotted = self.linker.models.canonical(f"{base.dotted}.{op.name}")
            if dotted == "builtins.object.__setattr__" and len(op.args) > 1:
                yield from self._set_attribute(context, op)
            row = self.linker.models.call_row(dotted)
            for which in row.mutates if row is not None else self._unbound(base, op):
                if isinstance(which, int) and which < len(op.args):
                    yield from self._mutated_argument(context, op, op.args[which], dotted)

    def _unbound(self, base: External, op: Invoke) -> tuple[int, ...]:
        """`dict.update(shared, name=value)`."""
        row = self.linker.models.type_row(base.dotted)
        return (0,) if row is not None and op.name in row.mutators else ()

    def _named_update(self, context: Context, op: Invoke, base: Namespace) -> Iterator[Write]:
        if base.owner.phase == SERVING or not self.holders.is_long_lived(base.owner):
            return
        for name, value in op.keywords:
            if (key := self._keys.attribute_key(base.owner, name)) is not None:
                write = Write(key, base.owner, context, op, op.span, "attribute")
                write.value = value
                yield write

    def _entered(self, context: Context, op: Enter) -> Iterator[Write]:
        """`async with limiter:`"""
        for base in self._targets.shared(context, op.source):
            for name in ENTERED if isinstance(base, External) and base.made else ():
                used = self._targets.name_used(context, op.source)
                if (key := self._keys.mutated_by(base, name, used, None)) is not None:
                    yield Write(key, base, context, op, op.span, name)

    def _call(self, context: Context, op: Call) -> Iterator[Write]:
        for callee in self.linker.objects(context, op.callee):
            if not isinstance(callee, External):
                continue
            if callee.dotted in {"builtins.setattr", "builtins.delattr"} and len(op.args) > 1:
                yield from self._set_attribute(context, op)
                continue
            yield from self._bound_method(context, op, callee, op.args)
            mutates = self._mutated_arguments(callee)
            for which in mutates:
                if isinstance(which, int) and which < len(op.args):
                    yield from self._mutated_argument(context, op, op.args[which], callee.dotted)

    def _bound_method(
        self, context: Context, op: Call | Invoke, callee: External, args: tuple[Operand, ...]
    ) -> Iterator[Write]:
        """`put = shared.update`, then `put(name=value)`."""
        base, name = callee.base, callee.dotted.rpartition(".")[2]
        if isinstance(base, Container) and base.phase == STARTUP:
            key = self._keys.mutated_by(base, name, "", args[0] if args else None)
            if key is not None:
                yield _by_method(Write(key, base, context, op, op.span, name), args)

    def _handed_over(self, context: Context, op: Call | Invoke, callee: Operand, method: str) -> Iterator[Write]:
        """`loop.call_soon_threadsafe(shared.append, value)`: the library calls the method later."""
        for base in self.linker.objects(context, callee) if len(op.args) > 1 else ():
            if not isinstance(base, External) or base.base is not None:
                continue
            row = self.linker.models.call_row(self.linker.models.canonical(f"{base.dotted}{method}"))
            for which in row.calls if row is not None and row.passes == "rest" else ():
                if isinstance(which, int) and which + 1 < len(op.args):
                    for handed in self.linker.objects(context, op.args[which]):
                        if isinstance(handed, External):
                            yield from self._bound_method(context, op, handed, op.args[which + 1 :])

    def _mutated_arguments(self, callee: External) -> tuple[int | str, ...]:
        if callee.dotted in {"builtins.next", "builtins.anext"}:
            return (0,)
        row = self.linker.models.call_row(callee.dotted)
        return row.mutates if row is not None else ()

    def _mutated_argument(self, context: Context, op: Call | Invoke, argument: Operand, dotted: str) -> Iterator[Write]:
        for base in self._targets.shared(context, argument):
            if dotted == "builtins.next":
                row = self.linker.models.type_row(base.dotted) if isinstance(base, External) else None
                used = self._targets.name_used(context, argument)
                key = self.holders.key_of(base, used) if row is not None and row.kind == "counter" else None
            else:
                key = self._keys.content_key(base, self._targets.name_used(context, argument))
            if key is not None:
                write = Write(key, base, context, op, op.span, dotted.rpartition(".")[2])
                write.value = op.args[-1]
                yield write

    def _set_attribute(self, context: Context, op: Call | Invoke) -> Iterator[Write]:
        bases = list(self._targets.shared(context, op.args[0]))
        names = dict.fromkeys(getattr(obj, "value", "") for obj in self.linker.objects(context, op.args[1]))
        value = op.args[2] if len(op.args) > 2 else None  # noqa: PLR2004
        if len(names) > MOST_NAMES:
            yield from self._set_any(context, op, bases, value)
            return
        for name in filter(None, names):
            for base in self._with_attribute(name, op.args[0], bases):
                if (key := self._keys.attribute_key(base, name)) is not None:
                    write = Write(key, base, context, op, op.span, "attribute")
                    write.value = value
                    yield write

    def _set_any(self, context: Context, op: Call | Invoke, bases: list[Object], value: Operand) -> Iterator[Write]:
        """`setattr(shared, name, value)` with the names that a message has: the object as a whole changes."""
        for base in bases:
            if (key := self.holders.key_of(base, self._targets.name_used(context, op.args[0]))) is not None:
                write = Write(key, base, context, op, op.span, "item")
                write.value, write.key_operand = value, op.args[1]
                yield write

    def _in_place(self, context: Context, op: Combine) -> Iterator[Write]:
        span = Span(op.line, op.column, op.line, op.column + 1)
        by_constant = self._is_constant(context, op.operands[-1])
        for base in self._targets.shared(context, op.operands[0]):
            if isinstance(base, Container) and base.kind not in IMMUTABLE:
                if not changes_in_place(base.row, op.operator, by_constant=by_constant):
                    continue
                key = self.holders.key_of(base, self._targets.name_used(context, op.operands[0]))
                if key is not None:
                    write = Write(key, base, context, op, span, "augment")
                    write.value = op.operands[-1]
                    yield write

    def _is_constant(self, context: Context, operand: Operand) -> bool:
        """Whether an operand can only be a number or string that is written in the code."""
        if isinstance(self.linker.literal(context, operand), Const):
            return True
        choices = definitions_of(context.body).get(operand, ()) if isinstance(operand, int) else ()
        moved = [op.source for op in choices if isinstance(op, Move)]
        return bool(moved) and len(moved) == len(choices) and all(self._is_constant(context, one) for one in moved)


def _by_method(write: Write, args: tuple[Operand, ...]) -> Write:
    write.value = args[-1] if args else None
    if len(args) > 1 or write.how in {"setdefault", "pop", "add", "discard", "remove", "append"}:
        write.key_operand = args[0] if args else None
    return write


def _how(how: int, plain: str) -> str:
    return {How.AUGMENT: "augment", How.DELETE: "delete"}.get(How(how), plain)
