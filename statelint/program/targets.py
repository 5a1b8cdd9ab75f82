"""Which long-lived objects an operation may change."""

from __future__ import annotations

from collections.abc import Iterator

from statelint.facts.model import (
    Attr,
    Bind,
    Call,
    Combine,
    Const,
    Invoke,
    Item,
    MakeClass,
    MakeFunction,
    Move,
    New,
    Operand,
    Role,
    Span,
)
from statelint.program.definitions import definitions_of
from statelint.program.holders import Holders
from statelint.program.linking import Linker
from statelint.program.objects import (
    SERVING,
    ClassObject,
    Container,
    Context,
    External,
    FunctionObject,
    Instance,
    Object,
    Text,
)
from statelint.program.sharing import Sharing

MOST_TARGETS = 8  # different things that one operand may be
KNOWN = (Instance, Container)
DEFINED = (FunctionObject, ClassObject)
LONGEST_CHAIN = 6  # local names and elements between a write and the name of what it changes


class Targets:
    """Answers for operands of the code that serves."""

    def __init__(self, linker: Linker, holders: Holders, sharing: Sharing) -> None:
        """`sharing` tells what was looked up from what was just made."""
        self.linker = linker
        self.holders = holders
        self.sharing = sharing

    def shared(self, context: Context, operand: Operand) -> Iterator[Object]:
        """Long-lived objects that an operand may be, without those that this very function has just made."""
        node = self.linker.node(context, operand)
        if node is None or not node.objects:
            return
        objects = tuple(node.objects)
        if len(objects) > MOST_TARGETS and _kinds_of(objects) > MOST_TARGETS:
            return  # so many things that the analysis has lost track of what this is
        is_known = any(isinstance(obj, KNOWN) for obj in objects)
        for obj in objects:
            if not self.holders.is_long_lived(obj) or (is_known and self._is_unknown_part(obj)):
                continue
            if obj.phase == SERVING and isinstance(obj, KNOWN) and not self.sharing.has(node):
                continue
            is_defined = isinstance(obj, DEFINED)
            if (obj.phase == SERVING or is_defined) and obj.site is not None and obj.site.context is context:
                if self._is_made_here(context, operand, obj.site.span):
                    continue
            yield obj

    def _is_unknown_part(self, obj: Object) -> bool:
        """`request.app.state.x` as such, which means nothing where it is known what start-up code has put there."""
        return isinstance(obj, External) and obj.base is not None and not obj.made and self.holders.is_application(obj)

    def _is_made_here(self, context: Context, operand: Operand, span: Span) -> bool:
        """Whether the operand names only what a display or call at `span` makes, and nothing that was looked up."""
        definitions = definitions_of(context.body)
        waiting: list[Operand] = [operand]
        seen: set[Operand] = set()
        is_made = False
        while waiting:
            current = waiting.pop()
            if current in seen or current is None or isinstance(current, Const):
                continue
            seen.add(current)
            for op in definitions.get(current, ()):
                if isinstance(op, Bind | Move):
                    waiting.append(op.source)
                elif isinstance(op, Call) and op.role == Role.DECORATOR:
                    waiting.extend(op.args)
                elif getattr(op, "span", None) == span or isinstance(op, Combine | New | MakeFunction | MakeClass):
                    is_made = True
                elif self.sharing.has(self.linker.node(context, current)):
                    return False
        return is_made

    def name_used(self, context: Context, operand: Operand) -> str:
        """The attribute or global under which the code reaches what it changes."""
        definitions = definitions_of(context.body)
        for _ in range(LONGEST_CHAIN):
            if isinstance(operand, str) and operand not in context.body.names:
                return operand
            op = next(iter(definitions.get(operand, ())), None)
            match op:
                case Attr(name=name):
                    return name
                case Bind(source=source) | Move(source=source):
                    operand = source
                case Item(base=base) | Invoke(base=base):
                    operand = base
                case _:
                    return ""
        return ""


def _kinds_of(objects: tuple[Object, ...]) -> int:
    """How many different things: instances count by class, others by the place that makes them, names not at all."""
    return len({_origin(obj) for obj in objects if not isinstance(obj, Text)})


def _origin(obj: Object) -> object:
    if isinstance(obj, Instance):
        return obj.cls
    return (obj.site.module, obj.site.span) if isinstance(obj, Container) and obj.site is not None else obj
