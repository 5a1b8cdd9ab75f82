"""Where a program uses what rows of `rules/libraries/` speak of: back ends, and what they may be given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import msgspec

from statelint.facts.model import Bind, Call, Invoke, MakeClass, SetItem, Span
from statelint.models.rows import BackendForm
from statelint.program.linking import Linker
from statelint.program.objects import ClassObject, Context, External


class Use(msgspec.Struct, frozen=True):
    """A call of a library's back end, an item put into an object that it gives, or a class derived from its own."""

    dotted: str
    context: Context
    op: Call | Invoke | SetItem | MakeClass

    @property
    def span(self) -> Span:
        """Where it stands; a class stands in its first line."""
        if not isinstance(self.op, MakeClass):
            return self.op.span
        whole = self.context.module.bodies[self.op.body].span
        return Span(whole.line, whole.column, whole.line, whole.column + len("class"))

    @property
    def symbol(self) -> str:
        """The name that the result is bound to, or the callable."""
        return f"{self.context.symbol}.{self._bound_to() or self.dotted.rpartition('.')[2]}"

    def _bound_to(self) -> str:
        if isinstance(self.op, MakeClass):
            return self.context.module.bodies[self.op.body].name
        if isinstance(self.op, SetItem):
            return ""
        target = self.op.target
        return next((op.name for op in self.context.body.ops if isinstance(op, Bind) and op.source == target), "")


class LibraryUses:
    """One table of uses for all rows."""

    def __init__(self, linker: Linker, callees: Callable[[Context, Call | Invoke], tuple[External, ...]]) -> None:
        """Walk all linked code; `callees` gives the names of libraries that a call may reach."""
        self._linker = linker
        self._callees = callees
        rows = linker.models.arguments.backend_rows
        clauses = (clause for row in rows for clause in (*row.local_when, *row.external_when))
        self._wanted = frozenset((*(name for row in rows for name in row.callables), *(one.of for one in clauses)))
        self._last_names = {name.rpartition(".")[2] for name in self._wanted} | {"__init__"}
        self._class_names = frozenset(
            name for row in rows if row.form is BackendForm.BASE_CLASS for name in row.callables
        )
        self._uses: dict[str, list[Use]] = defaultdict(list)
        for context in tuple(linker.contexts.values()):
            for op in context.body.ops:
                if isinstance(op, Call | SetItem | MakeClass) or (isinstance(op, Invoke) and self._may_be(context, op)):
                    for name in self._names_of(context, op):
                        if name in self._wanted:
                            self._uses[name].append(Use(name, context, op))

    def of(self, names: Iterable[str]) -> list[Use]:
        """Calls of any of the names, or of a method of an object of that name: by name, then by place."""
        return list(dict.fromkeys(use for name in names for use in sorted(self._uses.get(name, ()), key=_order)))

    def _may_be(self, context: Context, op: Invoke) -> bool:
        """Whether a method has the last name of a row, or may be one of an object that a library makes itself."""
        return op.name in self._last_names or any(
            isinstance(obj, External) and not obj.made and obj.dotted.rpartition(".")[2] in self._last_names
            for obj in self._linker.objects(context, op.base)
        )

    def _names_of(self, context: Context, op: Call | Invoke | SetItem | MakeClass) -> Iterator[str]:
        if isinstance(op, MakeClass):
            bases = [obj for base in op.bases for obj in self._linker.objects(context, base)]
            yield from (obj.dotted for obj in bases if isinstance(obj, External) and obj.dotted in self._class_names)
            return
        if isinstance(op, SetItem):
            objects = self._linker.objects(context, op.base)
            yield from (obj.dotted for obj in objects if isinstance(obj, External) and not obj.made)
            return
        for callee in self._callees(context, op):
            yield from self._names_of_callee(callee)
        if isinstance(op, Call):
            for obj in self._linker.objects(context, op.callee):
                if isinstance(obj, ClassObject) and self._linker.defining(obj, "__init__") is None:
                    yield from self._linker.external_bases(obj)

    def _names_of_callee(self, callee: External) -> Iterator[str]:
        """The callable itself; the object of a library whose method it is, such as a cache that it makes itself."""
        yield from self._linker.models.names_through_bases(callee.dotted.removesuffix(".__init__"))
        if isinstance(callee.base, External) and not callee.base.made:
            yield callee.base.dotted


def _order(use: Use) -> tuple[int, str, int, int, str]:
    return (use.context.phase, use.context.module.path, use.span.line, use.span.column, use.dotted)
