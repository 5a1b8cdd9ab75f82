"""The public interface of a package for other applications: what they make at start-up, and call while serving."""

from __future__ import annotations

from statelint.domain.words import Phase
from statelint.facts.model import Body
from statelint.models.rows import EntryRow
from statelint.program.core import EXCEPTIONS
from statelint.program.definitions import named_calls
from statelint.program.embedding import EMBEDDED, Embedding
from statelint.program.entry_points import GUESSED_ENTRIES, pattern
from statelint.program.objects import ClassObject, FunctionObject, Instance, Object

SELDOM_SHARED = frozenset({"__enter__", "__aenter__", "__iter__", "__next__", "__aiter__", "__anext__"})


class PublicApi(Embedding):
    """The last stage of linking: where no handler is known, whoever imports the package calls what it offers."""

    def offer(self) -> int:
        """How many functions and classes an application may use; none where the program is one itself."""
        if not self._is_for_applications():
            return 0
        made = self._made_by_package()
        known = tuple(cls for cls in self.classes.values() if cls not in made)
        classes = [cls for cls in known if self._is_made_by_applications(cls)]
        functions = [function for function in self.unreached() if self._is_offered_function(function)]
        for cls in classes:
            self._make(cls)
        for function in functions:
            self._offer_call(function, None)
        return len(classes) + len(functions)

    def _is_for_applications(self) -> bool:
        """Whether the program imports a web framework, and neither makes an application nor handles anything."""
        if not any(name.partition(".")[0] in self.modules.imported for name in self.models.web_classes):
            return False
        if any(entry.row.id not in GUESSED_ENTRIES for entry in self.entries.values()):
            return False
        return not any(
            self.models.starts_serving(obj.dotted) or (obj.made and self.models.is_application(obj.dotted))
            for obj in self.externals.values()
        )

    def _made_by_package(self) -> set[Object]:
        """Classes that functions of the package make themselves, for as long as they need them."""
        return {
            callee
            for module in self.modules.all
            for body in module.bodies
            if body.kind != "module"
            for op in named_calls(body)
            for callee in self.named_callees(module, op)
            if isinstance(callee, ClassObject)
        }

    # --- what is offered

    def _is_offered(self, name: str, parts: tuple[str, ...]) -> bool:
        path = ".".join(parts)
        return not name.startswith("_") and any(
            row.modules and pattern(row.modules).search(path) is not None for row in self.models.public_rows
        )

    def _is_offered_function(self, function: FunctionObject) -> bool:
        body = function.body
        is_plain = body.kind == "function" and not body.decorators and function.owner is None
        return is_plain and body.parent == 0 and self._is_offered(body.name, function.module.parts)

    def _is_made_by_applications(self, cls: ClassObject) -> bool:
        """Whether an application may keep one object of a class for all its requests."""
        body = cls.body
        if body.parent != 0 or not self._is_offered(body.name, cls.module.parts):
            return False
        if cls.instances.objects and cls not in self.embedded:
            return False
        if self.derives_from_library(cls) or self.has_data_fields(cls) or _is_exception(self.external_bases(cls)):
            return False
        if any(self.defining(cls, name) is not None for name in SELDOM_SHARED):
            return False
        return not self._takes_request(cls)

    def _takes_request(self, cls: ClassObject) -> bool:
        """Whether the constructor asks for what belongs to one request."""
        owner = self.defining(cls, "__init__")
        if owner is None:
            return False
        index = owner.module.bodies.index(owner.body)
        inits = [body for body in owner.module.bodies if body.parent == index and body.name == "__init__"]
        return any(self._row(init) is not None for init in inits)

    def _row(self, body: Body) -> EntryRow | None:
        """The first row that fits the name and the parameters of a function."""
        params = {text for param in body.params for text in (param.name, param.name.rpartition("_")[2])}
        return next(
            (
                row
                for row in self.models.public_rows
                if pattern(row.names).fullmatch(body.name) is not None
                and (not row.params or not params.isdisjoint(row.params))
            ),
            None,
        )

    # --- calls

    def _make(self, cls: ClassObject) -> None:
        if cls not in self.embedded:
            self.construct(cls, self.start_site(("public", cls), cls, EMBEDDED))
            self.solver.solve()
        for obj in tuple(cls.instances.objects):
            if isinstance(obj, Instance) and obj.cls is cls:
                for name in sorted(self._method_names(cls)):
                    self._offer_method(obj, name)

    def _method_names(self, cls: ClassObject) -> set[str]:
        return {name for member in self.mro(cls) for name in member.body.names if not name.startswith("_")}

    def _offer_method(self, receiver: Instance, name: str) -> None:
        def found(value: Object) -> None:
            if isinstance(value, FunctionObject) and not value.body.decorators:
                self._offer_call(value, receiver)

        self.each(self.lookup(receiver.cls, name), found)

    def _offer_call(self, function: FunctionObject, receiver: Instance | None) -> None:
        row = self._row(function.body)
        if row is None or not self.first_time("public", function, receiver):
            return
        if row.phase is Phase.STARTUP:
            site = self.start_site(("public", (function, receiver)), function, EMBEDDED)
            self.serve(function, receiver, row, site.context)
            return
        owner = f"{receiver.cls.body.name}." if receiver is not None else ""
        server = self.entry(row, function.body, function.module, function.symbol, f"{owner}{function.body.name}", "")
        self.serve(function, receiver, row, server)


def _is_exception(bases: list[str]) -> bool:
    return any(base.endswith(EXCEPTIONS) for base in bases)
