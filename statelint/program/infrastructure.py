"""Python code that describes a deployment: calls of tools such as boto3 or Pulumi, as objects with settings.

Such scripts have no entry point, and a stack may be made by a program that is not here: so every call counts, wherever
it stands. What is written in place is read from the facts; what has to be followed, where code is linked, by `Values`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from statelint.deployment.commands import COMMAND, GIVEN
from statelint.deployment.folders import folder_of
from statelint.deployment.keyed import with_keyed
from statelint.deployment.model import Document, Part, Path, Runs, Setting
from statelint.deployment.paths import matches_glob
from statelint.deployment.rows import PYTHON, PythonObjects
from statelint.domain.findings import Place
from statelint.facts.model import (
    Attr,
    Bind,
    Body,
    Call,
    Combine,
    Const,
    Import,
    ImportFrom,
    Invoke,
    Move,
    New,
    Operand,
    Span,
)
from statelint.program.definitions import calls_of, definitions_of, is_own
from statelint.program.linking import Linker
from statelint.program.modules import Module
from statelint.program.objects import Context
from statelint.program.values import FromEnvironment, Known, Values
from statelint.program.written_entries import entry_parts

MODULE = "module "  # objects of this kind are whole files with their globals as settings
CALL = "call"  # the setting that a call itself is
UNKNOWN_RECEIVER = "?"
Around = tuple[tuple[int, int], ...]  # what a value is a part of: the body and the temporary of each, outermost first
MOST_LEVELS = 8


def describes_deployment(modules: Iterable[Module], objects: Iterable[str]) -> bool:
    """Whether some file is one that rows speak of, or imports what they do."""
    wanted = Wanted(objects)
    return any(wanted.is_file(module) or wanted.roots_in(module) for module in modules)


class Wanted:
    """What objects of rows name."""

    def __init__(self, objects: Iterable[str]) -> None:
        """`objects` are patterns of dotted names, such as `boto3.*.create_app`, and `module NAME.py`."""
        named = tuple(objects)
        self._files = tuple(one.removeprefix(MODULE) for one in named if one.startswith(MODULE))
        self._calls = tuple(one for one in named if not one.startswith(MODULE))
        self._roots = frozenset(one.partition(".")[0] for one in self._calls)
        self._last_names = frozenset(one.rpartition(".")[2].lstrip("*") for one in self._calls)

    def is_file(self, module: Module) -> bool:
        """Whether a whole file is such an object."""
        return any(matches_glob(posixpath.basename(module.path), one) for one in self._files)

    def roots_in(self, module: Module) -> frozenset[str]:
        """Packages with such calls that a module imports."""
        return self._roots & module.imported

    def may_call(self, method: str) -> bool:
        """Whether some call ends in this name."""
        return method in self._last_names

    def calls(self, dotted: str) -> bool:
        """Whether a call of this name is such an object."""
        return any(matches_glob(dotted, one) for one in self._calls)


class Infrastructure:
    """Finds the calls and files that objects of rows name."""

    def __init__(self, linker: Linker, values: Values, objects: PythonObjects, writing: Iterable[str]) -> None:
        """`writing` are files that may write entries which rows name."""
        self._linker = linker
        self._values = values
        self._wanted = Wanted(objects.names)
        self._keys = objects.keys
        self._writing = frozenset(writing)
        self._contexts: dict[int, Context] | None = None

    def documents(self) -> Iterator[Document]:
        """A document for each file with such calls."""
        for module in self._linker.modules.all:
            parts = [*self._file(module), *self._found_calls(module)]
            if module.path in self._writing:
                parts += entry_parts(module, self._keys)
            if parts:
                yield Document(module.path, PYTHON, tuple(parts), " = ")

    def _file(self, module: Module) -> Iterator[Part]:
        name = posixpath.basename(module.path)
        if not self._wanted.is_file(module):
            return
        body = module.bodies[0]
        settings = [
            setting
            for op in body.ops
            if isinstance(op, Bind)
            for setting in self._settings(module, body, (op.name,), op.source, op.span, ())
        ]
        folder = folder_of(module.path)
        others = (one.path for one in self._linker.modules.all if one is not module)
        runs = Runs((), folder if any(folder_of(path) == folder for path in others) else None)
        word = Setting((COMMAND, "[0]", name.partition(".")[0]), GIVEN, Place(module.path, 1))
        yield Part(f"{MODULE}{name}", "", (*settings, word), runs=runs)

    def _found_calls(self, module: Module) -> Iterator[Part]:
        roots = self._wanted.roots_in(module)
        if not roots:
            return
        for body in module.bodies:
            for op in calls_of(body):
                if kind := self._kind(module, body, op, roots):
                    yield self._part(module, body, op, kind)

    def _part(self, module: Module, body: Body, op: Call | Invoke, kind: str) -> Part:
        root = kind.partition(".")[0]
        word = Setting((COMMAND, "[0]", root), GIVEN, module.place(op.span))
        settings = [Setting((CALL,), kind, module.place(op.span)), *self._arguments(module, body, (), op, ()), word]
        return Part(kind, "", tuple(with_keyed(settings)), runs=Runs())

    # --- names

    def _kind(self, module: Module, body: Body, op: Call | Invoke, roots: frozenset[str]) -> str:
        """The dotted name of what is called, if some row speaks of it; `?` stands for an unknown receiver."""
        last = op.name if isinstance(op, Invoke) else ""
        if last and not self._wanted.may_call(last):
            return ""
        dotted = self._dotted(module, body, op.base if isinstance(op, Invoke) else op.callee, 0)
        if dotted:
            named = [f"{dotted}.{last}" if last else dotted]
        else:
            named = [f"{root}.{UNKNOWN_RECEIVER}.{last}" for root in sorted(roots)] if last else []
        return next(filter(self._wanted.calls, map(self._linker.models.canonical, named)), "")

    def _dotted(self, module: Module, body: Body, operand: Operand, depth: int) -> str:
        """`aws_cdk.aws_ecs` of a name that an import binds, and of attributes below it."""
        if depth > MOST_LEVELS:
            return ""
        if isinstance(operand, str):
            for op in (*body.ops, *module.bodies[0].ops):
                if isinstance(op, ImportFrom) and op.name == operand:
                    return f"{op.module}.{op.member}" if not op.level else ""
                if isinstance(op, Import) and op.name == operand:
                    return op.bound
            return ""
        for made in definitions_of(body).get(operand, ()):
            if isinstance(made, Attr) and (base := self._dotted(module, body, made.base, depth + 1)):
                return f"{base}.{made.name}"
        return ""

    # --- settings

    def _arguments(
        self, module: Module, body: Body, path: Path, op: Call | Invoke, around: Around
    ) -> Iterator[Setting]:
        for number, value in enumerate(op.args):
            yield from self._settings(module, body, (*path, f"[{number}]"), value, op.span, around)
        for name, value in op.keywords:
            yield from self._settings(module, body, (*path, name), value, op.span, around)

    def _settings(
        self, module: Module, body: Body, path: Path, operand: Operand, span: Span, around: Around
    ) -> Iterator[Setting]:
        """What a value says: at its own place where it is written in place, else where its name is."""
        given = operand
        body, operand, made = self._made(module, body, operand)
        if len(around) > MOST_LEVELS or operand is None:
            return
        if made is not None:
            if (whole := (id(body), made.target)) in around:
                return
            around = (*around, whole)
            span = made.span if given == operand else span
        place = module.place(span)
        if isinstance(made, New):
            yield Setting(path, None, place)
            for number, value in enumerate(made.values):
                key = made.keys[number] if made.keys else Const(number)
                if isinstance(key, Const):
                    name = f"[{key.value}]" if isinstance(key.value, int) else str(key.value)
                    yield from self._settings(module, body, (*path, name), value, span, around)
        elif isinstance(made, Call | Invoke):
            yield from list(self._known(body, path, operand, place)) or (Setting(path, None, place),)
            yield from self._arguments(module, body, path, made, around)
        else:
            known = list(self._known(body, path, operand, place))
            computed = "" if known else self._computed(body, given)
            yield from known or ((Setting(path, "", place, computed),) if computed else ())

    def _made(self, module: Module, body: Body, operand: Operand) -> tuple[Body, Operand, New | Call | Invoke | None]:
        """What a value is made by, through local names and globals of the file, and where that is."""
        for _ in range(MOST_LEVELS):
            if isinstance(operand, Const):
                break
            found = list(definitions_of(body).get(operand, ()))
            if not found and isinstance(operand, str) and body is not module.bodies[0] and not is_own(body, operand):
                body = module.bodies[0]
                continue
            match found[:1]:
                case [New() | Call() | Invoke() as made]:
                    return body, operand, made
                case [Bind(source=source) | Move(source=source)]:
                    operand = source
                case _:
                    break
        return body, operand, None

    def _known(self, body: Body, path: Path, operand: Operand, place: Place) -> Iterator[Setting]:
        if isinstance(operand, Const):
            yield Setting(path, _text(operand.value), place)
            return
        context = self._context(body)
        for value in self._values.of(context, operand) if context is not None else ():
            match value:
                case Known(value=literal):
                    yield Setting(path, _text(literal), place)
                    return
                case FromEnvironment(name=name, default=default):
                    texts = [_text(one.value) for one in default if isinstance(one, Known)]
                    yield Setting(path, texts[0] if texts else "", place, f"${name}" if name else "the environment")
                    return

    def _computed(self, body: Body, operand: Operand) -> str:
        """The call or the name that a value is computed from."""
        if isinstance(operand, str):
            return operand
        for made in definitions_of(body).get(operand, ()):
            match made:
                case Combine(operands=operands):
                    found = (self._computed(body, one) for one in operands if not isinstance(one, Const))
                    return next(filter(None, found), "")
                case Invoke(name=name):
                    return f"{name}()"
                case Call(callee=str() as name):
                    return f"{name}()"
        return ""

    def _context(self, body: Body) -> Context | None:
        if self._contexts is None:
            self._contexts = {}
            for context in self._linker.contexts.values():
                self._contexts.setdefault(id(context.body), context)
        return self._contexts.get(id(body))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) or value is None else str(value)
