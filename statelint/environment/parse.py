"""Outlines of installed modules, from astroid's tree of their text. The one door to astroid.

Nothing is inferred by astroid itself: it would follow imports through the `sys.path` of the running interpreter.
"""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator

from astroid import nodes
from astroid.manager import AstroidManager
from astroid.rebuilder import TreeRebuilder

from statelint.environment.outline import UNSURE, Binding, Kind, Outline

BUILTINS = frozenset(dir(builtins))
DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
WITH_METACLASS = "with_metaclass"  # of six and its copies: the bases come after the metaclass
Names = dict[str, list[Binding]]


def outline_of(data: bytes, module: str, *, is_package: bool) -> Outline | None:
    """The outline of a module's source; None where it can't be read, whatever the reason."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = TreeRebuilder(AstroidManager()).visit_module(ast.parse(data), module, module, is_package)
        return _Reader(tree).outline(len(data))
    except Exception:  # any bytes may be installed
        return None


class _Reader:
    """Reads one module."""

    def __init__(self, tree: nodes.Module) -> None:
        self.tree = tree
        self.stars: list[str] = []
        self.imports: dict[str, str] = {}
        self.bound: set[str] = set()

    def outline(self, size: int) -> Outline:
        """Names that are bound in one way only."""
        statements = list(_statements(self.tree.body))
        for statement in statements:
            self.imports.update(self._imported(statement))
            self.bound.update(_names_bound(statement))
        names: Names = defaultdict(list)
        for statement in statements:
            for name, binding in self._bindings(statement):
                names[name].append(binding)
        kept = {name: found[0] if len(set(found)) == 1 else UNSURE for name, found in names.items()}
        return Outline(size, kept, tuple(self.stars), self._exported(statements))

    def _bindings(self, statement: nodes.NodeNG) -> Iterator[tuple[str, Binding]]:
        match statement:
            case nodes.ImportFrom():
                self.stars.extend(self._source(statement) for name, _ in statement.names if name == "*")
                for name, target in self._imported(statement):
                    yield name, Binding(Kind.ALIAS, (target,))
            case nodes.Import():
                for name, target in self._imported(statement):
                    yield name, Binding(Kind.ALIAS, (target,))
            case nodes.ClassDef():
                yield statement.name, Binding(Kind.CLASS, tuple(self._bases(statement)))
            case nodes.FunctionDef():
                made = self._returned(statement)
                yield statement.name, Binding(Kind.FACTORY, (made,)) if made else UNSURE
            case nodes.Assign() | nodes.AnnAssign() if statement.value is not None:
                alias = self._dotted(statement.value, {})
                binding = Binding(Kind.ALIAS, (alias,)) if alias else UNSURE
                for name in _names_bound(statement):
                    yield name, binding
            case _:
                for name in _names_bound(statement):
                    yield name, UNSURE

    # --- imports

    def _imported(self, statement: nodes.NodeNG) -> Iterator[tuple[str, str]]:
        """Names that an import binds, with what they stand for."""
        match statement:
            case nodes.Import():
                for name, alias in statement.names:
                    yield (alias, name) if alias else (name.partition(".")[0], name.partition(".")[0])
            case nodes.ImportFrom():
                source = self._source(statement)
                for name, alias in statement.names:
                    if name != "*":
                        yield alias or name, f"{source}.{name}"

    def _source(self, statement: nodes.ImportFrom) -> str:
        """The module that `from` names; astroid's own answer looks at folders around the running program."""
        if not statement.level:
            return str(statement.modname)
        package = self.tree.name.split(".")
        up = statement.level - (1 if self.tree.package else 0)
        if up >= len(package):
            raise ImportError("beyond the top-level package")
        return ".".join((*package[: len(package) - up], *filter(None, [statement.modname])))

    def _exported(self, statements: list[nodes.NodeNG]) -> tuple[str, ...] | None:
        """The literal `__all__`; None where there is none or it is computed."""
        given = [one for one in statements if "__all__" in _names_bound(one)]
        if len(given) != 1 or not isinstance(given[0], nodes.Assign):
            return None
        value = given[0].value
        if not isinstance(value, nodes.List | nodes.Tuple):
            return None
        return tuple(item.value for item in value.elts if isinstance(item, nodes.Const) and isinstance(item.value, str))

    # --- classes and factories

    def _bases(self, cls: nodes.ClassDef) -> Iterator[str]:
        for base in cls.bases:
            given = [base]
            if isinstance(base, nodes.Call):
                is_compatible = (self._dotted(base.func, {}) or "").endswith(WITH_METACLASS)
                given = base.args[1:] if is_compatible else []
            for one in given:
                if dotted := self._dotted(one.value if isinstance(one, nodes.Subscript) else one, {}):
                    yield dotted

    def _returned(self, function: nodes.FunctionDef) -> str | None:
        """The callable whose value a function returns, where every way through it says the same."""
        if isinstance(function, nodes.AsyncFunctionDef) or function.decorators is not None or function.is_generator():
            return None
        inner = dict(pair for one in _statements(function.body) for pair in self._imported(one))
        if (annotated := self._annotated(function.returns)) is not None:
            return annotated
        found: set[str | None] = set()
        for one in function.nodes_of_class(nodes.Return, skip_klass=(nodes.FunctionDef, nodes.ClassDef, nodes.Lambda)):
            found.add(self._made(one.value, function, inner))
        return found.pop() if len(found) == 1 else None

    def _annotated(self, annotation: nodes.NodeNG | None) -> str | None:
        if isinstance(annotation, nodes.Const) and isinstance(annotation.value, str):
            if not DOTTED.fullmatch(annotation.value):
                return None
            first, dot, rest = annotation.value.partition(".")
            return f"{self._root(first, {})}{dot}{rest}"
        return self._dotted(annotation, {})

    def _made(self, value: nodes.NodeNG | None, function: nodes.FunctionDef, inner: dict[str, str]) -> str | None:
        """The callable of a call, or of the one call that gave a local name its value."""
        if isinstance(value, nodes.Name):
            assigned = function.locals.get(value.name, [])
            statement = assigned[0].parent if len(assigned) == 1 else None
            value = statement.value if isinstance(statement, nodes.Assign | nodes.AnnAssign) else None
        if not isinstance(value, nodes.Call):
            return None
        root = _first_name(value.func)
        if root in function.locals and root not in inner:
            return None
        return self._dotted(value.func, inner)

    # --- names

    def _dotted(self, node: nodes.NodeNG | None, inner: dict[str, str]) -> str | None:
        """The dotted name of a name or of attributes of one."""
        match node:
            case nodes.Name():
                return self._root(node.name, inner)
            case nodes.Attribute():
                owner = self._dotted(node.expr, inner)
                return f"{owner}.{node.attrname}" if owner else None
        return None

    def _root(self, name: str, inner: dict[str, str]) -> str:
        target = inner.get(name) or self.imports.get(name)
        if target is not None:
            return target
        is_builtin = name in BUILTINS and name not in self.bound
        return f"builtins.{name}" if is_builtin else f"{self.tree.name}.{name}"


def _statements(body: Iterable[nodes.NodeNG]) -> Iterator[nodes.NodeNG]:
    """The statements of a body and of its conditions; what is done without an import counts for nothing."""
    waiting = list(body)[::-1]
    while waiting:
        statement = waiting.pop()
        yield statement
        match statement:
            case nodes.If():
                waiting.extend([*statement.body, *statement.orelse][::-1])
            case nodes.Try():
                waiting.extend([*statement.body, *statement.orelse, *statement.finalbody][::-1])
            case nodes.With():
                waiting.extend(statement.body[::-1])


def _names_bound(statement: nodes.NodeNG) -> list[str]:
    """Names that a statement itself binds, imports aside."""
    match statement:
        case nodes.ClassDef() | nodes.FunctionDef():
            return [statement.name]
        case nodes.Assign() | nodes.Delete():
            targets = statement.targets
        case nodes.AnnAssign() | nodes.AugAssign() | nodes.For():
            targets = [statement.target]
        case _:
            return []
    found = (name for target in targets for name in target.nodes_of_class((nodes.AssignName, nodes.DelName)))
    return [name.name for name in found]


def _first_name(node: nodes.NodeNG) -> str:
    while isinstance(node, nodes.Attribute):
        node = node.expr
    return node.name if isinstance(node, nodes.Name) else ""
