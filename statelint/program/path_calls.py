"""One walk from a path back to where it starts: what calls give."""

from __future__ import annotations

from collections.abc import Iterable

from statelint.facts.model import Call, Const, Invoke, Operand, Return, Yield
from statelint.models.rows import FileEffect
from statelint.program.definitions import arguments_of
from statelint.program.file_calls import path_of
from statelint.program.objects import Context, External, Instance
from statelint.program.origins import CODE, CONFIGURATION, HANDLE, MEMORY, RANDOM, REQUEST, SCRATCH
from statelint.program.path_walk import DEEPEST, MOST_OBJECTS, NameWalk, Stack

CONTENT = frozenset({"read", "readline", "readlines", "load", "loads", "safe_load", "getvalue"})
PATH_METHODS = frozenset({
    "get", "pop", "setdefault", "split", "rsplit", "partition", "rpartition", "join", "relative_to", "with_stem",
    "values", "items", "copy", "write", "open",
})  # fmt: skip
LOOK_UPS = frozenset({"get", "setdefault", "pop"})


class Walk(NameWalk):
    """Follows one path; what only stands further down in it goes into the details."""

    def _call(self, context: Context, op: Call | Invoke, stack: Stack, depth: int, *, detail: bool) -> None:
        callees = context.callees_at(op.span)
        inner = [callee for callee in callees if callee.body.name not in {"__init__", "__new__"}]
        row = self.paths.calls.row_of(context, op)
        if row is not None:
            if row.effect is FileEffect.SCRATCH:
                self._birth(SCRATCH, detail=detail)
                return
            if row.effect is FileEffect.MEMORY:
                self._birth(MEMORY, detail=detail)
                return
            if row.effect is FileEffect.READ:
                return  # what it gives is no path
            if row.effect is FileEffect.LIST:
                self.origin.is_joined = True
                self.follow(context, path_of(op, row), stack, depth, detail=detail)
                return
            if row.effect not in {FileEffect.LOCK, FileEffect.BACKEND, FileEffect.LOG}:
                self._birth(HANDLE, detail=detail)
                path = path_of(op, row)
                if path is None and not row.without_path:
                    self._birth(MEMORY, detail=detail)
                self.follow(context, path, stack, depth, detail=detail)
                return
        if not detail and any(map(self.models.arguments.is_shipped, self._names(context, op))):
            self._birth(CODE)
            return
        if inner and len(stack) < DEEPEST // 4:
            for callee in inner[:MOST_OBJECTS]:
                self._returned(callee, op, context, stack, depth, detail=detail)
            return
        if self._makes_object(context, op) or (isinstance(op, Invoke) and op.name in CONTENT):
            return
        if isinstance(op, Invoke):
            self._method(context, op, stack, depth, detail=detail)
        else:
            self._function(context, op, stack, depth, detail=detail)

    def _makes_object(self, context: Context, op: Call | Invoke) -> bool:
        """Whether a call makes an object of the program, whose arguments say nothing of a path."""
        return any(isinstance(obj, Instance) for obj in self.linker.objects(context, op.target))

    def _returned(
        self, callee: Context, op: Call | Invoke | None, caller: Context, stack: Stack, depth: int, *, detail: bool
    ) -> None:
        inner = (*stack, (caller, op, callee)) if op is not None else stack
        for one in callee.body.ops:
            if isinstance(one, Return | Yield):
                self.follow(callee, one.source, inner, depth + 1, detail=detail)

    def _names(self, context: Context, op: Call | Invoke) -> list[str]:
        called = self.linker.objects(context, op.callee if isinstance(op, Call) else op.base)
        objects = [obj for obj in called[:MOST_OBJECTS] if isinstance(obj, External)]
        if isinstance(op, Call):
            return [obj.dotted for obj in objects]
        return [self.models.canonical(f"{obj.dotted}.{op.name}") for obj in objects]

    def _function(self, context: Context, op: Call, stack: Stack, depth: int, *, detail: bool) -> None:
        names = self._names(context, op)
        if any(self.models.is_request_object(name) for name in names):
            self._birth(MEMORY, detail=detail)  # a response
            return
        self._library(names)
        arguments = arguments_of(op)
        if not (len(arguments) <= 1 and self._keeps(names)):
            self.origin.is_joined = True
        if any(self._is_configuration(name) for name in names):
            self._configured(context, op, stack, depth, detail=detail)
            return
        self._arguments(context, arguments, stack, depth, detail=detail)

    def _keeps(self, names: Iterable[str]) -> bool:
        arguments = self.models.arguments
        return any(
            arguments.keeps_text(name) or (arguments.joins_text(name) and not name.startswith("*."))  # of one argument
            for name in names
        )

    def _arguments(
        self, context: Context, arguments: Iterable[Operand], stack: Stack, depth: int, *, detail: bool
    ) -> None:
        for argument_ in arguments:
            self.follow(context, argument_, stack, depth, detail=detail)
            detail = True

    def _is_configuration(self, name: str) -> bool:
        return self.models.arguments.reader(name) is not None or self.models.origins.of(name) == CONFIGURATION

    def _library(self, names: Iterable[str]) -> None:
        for name in names:
            if self.models.origins.of(name) == RANDOM:
                self._birth(RANDOM)
            if self.models.belongs_to_request(name):
                self._birth(REQUEST)

    def _configured(self, context: Context, op: Call | Invoke, stack: Stack, depth: int, *, detail: bool) -> None:
        """`os.environ.get(NAME, default)`: the name says what it is for, the default where it leads."""
        self._birth(CONFIGURATION)
        self.origin.is_joined = True
        for name in op.args[:1]:
            self.follow(context, name, stack, depth, detail=True)
        for default in (*op.args[1:2], *(value for key, value in op.keywords if key == "default")):
            self.follow(context, default, stack, depth, detail=detail)

    def _method(self, context: Context, op: Invoke, stack: Stack, depth: int, *, detail: bool) -> None:
        names = self._names(context, op)
        self._library(names)
        if any(self.models.origins.is_service(name) for name in names):
            self._birth(MEMORY, detail=detail)  # a file of the service
            return
        if any(self._is_configuration(name) for name in names):
            self._configured(context, op, stack, depth, detail=detail)
            return
        self._objects(context, op.base)
        bases = self.linker.objects(context, op.base)
        is_module = any(isinstance(obj, External) and not obj.made for obj in bases)
        if op.name in LOOK_UPS and op.args and isinstance(op.args[0], Const) and isinstance(op.args[0].value, str):
            if self._looked_up(context, op.base, op.args[0].value, detail=detail):
                return
        arguments = arguments_of(op)
        is_same = self._keeps([*names, f"*.{op.name}"])
        if not is_same or (is_module and len(arguments) > 1):
            self.origin.is_joined = True
        if is_module:
            self.follow(context, op.base, stack, depth, detail=True)
            self._arguments(context, arguments, stack, depth, detail=detail)
            return
        is_part = is_same or op.name in PATH_METHODS or self.models.arguments.joins_text(f"*.{op.name}")
        self.follow(context, op.base, stack, depth, detail=detail or not is_part)
        is_format = isinstance(op.base, Const) and str(op.base.value).startswith(("%", "{", "/", "\\"))
        if op.name in {"format", "join"} and is_format and not str(getattr(op.base, "value", "")).strip("/\\{}"):
            self._arguments(context, arguments, stack, depth, detail=detail)
        else:
            self._arguments(context, (None, *arguments), stack, depth, detail=detail)
