"""Where a program uses what rows of `rules/libraries/` speak of: back ends, and what they may be given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from statelint.facts.model import Bind, Call, Invoke, MakeClass, New, Role, SetItem, Span
from statelint.models.rows import BackendForm
from statelint.program.linking import Linker
from statelint.program.objects import ClassObject, Context, External, Object

USING = (Call, Invoke, SetItem, MakeClass, New)
WITHOUT_ARGUMENTS = (SetItem, MakeClass, New)
Op = Call | Invoke | SetItem | MakeClass | New


class Use(msgspec.Struct, frozen=True):
    """A call of a back end, an item put into an object that it gives, a class derived from its own, or a list."""

    dotted: str
    context: Context
    op: Op

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

    def __init__(self, linker: Linker) -> None:
        """Walk all linked code."""
        self._linker = linker
        rows = linker.models.arguments.backend_rows
        clauses = (clause for row in rows for clause in (*row.local_when, *row.external_when))
        self._wanted = frozenset((*(name for row in rows for name in row.callables), *(one.of for one in clauses)))
        self._last_names = {name.rpartition(".")[2] for name in self._wanted} | {"__init__"}
        self._class_names = frozenset(
            name for row in rows if row.form is BackendForm.BASE_CLASS for name in row.callables
        )
        self._decorators = frozenset(
            name for row in rows if row.form is BackendForm.DECORATOR for name in row.callables
        )
        self._listed_names = frozenset(name for row in rows if row.form is BackendForm.LISTED for name in row.callables)
        self._called: dict[Object, tuple[str, ...]] = {}
        self._invoked: dict[tuple[External, str], tuple[str, ...]] = {}
        self._uses: dict[str, list[Use]] = defaultdict(list)
        using: dict[int, list[Op]] = {}  # by identity of a body, which many contexts share
        for context in tuple(linker.contexts.values()):
            ops = using.get(id(context.body))
            if ops is None:
                ops = using[id(context.body)] = [op for op in context.body.ops if isinstance(op, USING)]
            for op in ops:
                for name in self._names_of(context, op):
                    self._uses[name].append(Use(name, context, op))

    def of(self, names: Iterable[str]) -> list[Use]:
        """Calls of any of the names, or of a method of an object of that name: by name, then by place."""
        return list(dict.fromkeys(use for name in names for use in sorted(self._uses.get(name, ()), key=_order)))

    def _names_of(self, context: Context, op: Op) -> Iterator[str]:
        if isinstance(op, MakeClass):
            bases = [obj for base in op.bases for obj in self._linker.objects(context, base)]
            yield from (obj.dotted for obj in bases if isinstance(obj, External) and obj.dotted in self._class_names)
            return
        if isinstance(op, New):
            yield from self._listed(context, op)
            return
        for obj in self._linker.objects(context, op.callee if isinstance(op, Call) else op.base):
            if names := self._names_by(obj, op):
                yield from (name for name in names if not self._is_decorated(name, obj, op))

    def _names_by(self, obj: Object, op: Call | Invoke | SetItem) -> tuple[str, ...]:
        if type(op) is Call:
            return self._names_of_callee(obj)
        if type(obj) is not External:
            return ()
        if type(op) is Invoke:
            return self._names_of_method(obj, op.name)
        return (obj.dotted,) if not obj.made and obj.dotted in self._wanted else ()

    def _is_decorated(self, name: str, obj: Object, op: Call | Invoke | SetItem) -> bool:
        """Whether what is called is a decorated function, which was one use already."""
        is_made = isinstance(obj, External) and obj.made
        return is_made and name in self._decorators and getattr(op, "role", Role.PLAIN) != Role.DECORATOR

    def _listed(self, context: Context, op: New) -> Iterator[str]:
        """Classes of a library, or derived from one, in a list that is no function's own."""
        if context.body.kind == "function" or op.kind not in {"list", "tuple"}:
            return
        for value in op.values:
            for obj in self._linker.objects(context, value):
                if isinstance(obj, External) and not obj.made and obj.dotted in self._listed_names:
                    yield obj.dotted
                elif isinstance(obj, ClassObject):
                    yield from (name for name in self._linker.external_bases(obj) if name in self._listed_names)

    def _names_of_callee(self, callee: Object) -> tuple[str, ...]:
        known = self._called.get(callee)
        if known is None:
            known = self._called[callee] = tuple(self._find_callee(callee))
        return known

    def _find_callee(self, callee: Object) -> Iterator[str]:
        if isinstance(callee, External):
            yield from self._wanted_names(callee.dotted, callee.base)
        elif isinstance(callee, ClassObject) and self._linker.defining(callee, "__init__") is None:
            yield from (name for name in self._linker.external_bases(callee) if name in self._wanted)

    def _names_of_method(self, base: External, method: str) -> tuple[str, ...]:
        key = (base, method)
        known = self._invoked.get(key)
        if known is None:
            known = self._invoked[key] = tuple(self._find_method(base, method))
        return known

    def _find_method(self, base: External, method: str) -> Iterator[str]:
        """A method with the last name of a row, or of an object that a library makes itself."""
        makes_itself = not base.made and base.dotted.rpartition(".")[2] in self._last_names
        if method in self._last_names or makes_itself:
            yield from self._wanted_names(self._linker.models.canonical(f"{base.dotted}.{method}"), base)

    def _wanted_names(self, dotted: str, base: Object | None) -> Iterator[str]:
        """The callable itself; the object of a library whose method it is, such as a cache that it makes itself."""
        names = self._linker.models.names_through_bases(dotted.removesuffix(".__init__"))
        yield from (name for name in names if name in self._wanted)
        if isinstance(base, External) and not base.made and base.dotted in self._wanted:
            yield base.dotted


def _order(use: Use) -> tuple[int, str, int, int, str]:
    return (use.context.phase, use.context.module.path, use.span.line, use.span.column, use.dotted)
