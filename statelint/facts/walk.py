"""The state of one walk: the stack of open scopes and the finished bodies."""

from __future__ import annotations

import ast
from collections.abc import Callable

from statelint.facts.model import Bind, Body, How, Iterate, Op, Operand, Span
from statelint.facts.scope import VERSION, Scope


class Walk:
    """Passed to every extractor."""

    def __init__(self, store: Callable[[Walk, ast.expr, Operand, How], None]) -> None:
        """Nothing open yet; `store` writes a target, which comprehensions need too."""
        self._store = store
        self._scopes: list[Scope | None] = []
        self._done: list[Body | None] = []
        self._stack: list[int] = []
        self.scope: Scope = Scope("module", "", "", -1, Span(1, 1, 1, 1))
        self.renames: dict[str, str] = {}
        self._comprehensions = 0

    def open(self, kind: str, name: str, qualname: str, span: Span) -> int:
        """Start a scope inside the current one; its index names it for ever."""
        index = len(self._scopes)
        scope = Scope(kind, name, qualname, self._stack[-1] if self._stack else -1, span)
        self._scopes.append(scope)
        self._done.append(None)
        self._stack.append(index)
        self.scope = scope
        return index

    def close(self, index: int) -> None:
        """Finish the scope and return to the enclosing one."""
        scope = self._scopes[index]
        assert scope is not None
        if scope.versions:
            self._merge_versions(index, scope)
        self._done[index] = scope.freeze()
        self._stack.pop()
        if self._stack:
            enclosing = self._scopes[self._stack[-1]]
            assert enclosing is not None
            self.scope = enclosing

    def _merge_versions(self, index: int, scope: Scope) -> None:
        """A variable that an inner scope may assign is never known to be assigned anew."""
        inner = [body for body in self._done[index + 1 :] if body is not None]
        written = {name for body in inner for name in (*body.global_names, *body.nonlocal_names)}
        for name in sorted(written & scope.versions.keys()):
            version = scope.versions[name]
            while version != name:
                scope.ops.append(Bind(version, name, scope.span, How.DECLARE))
                version = version.removesuffix(VERSION)

    def bodies(self) -> tuple[Body, ...]:
        """Every finished body; the module comes first."""
        return tuple(body for body in self._done if body is not None)

    def emit(self, op: Op) -> None:
        """Add an operation to the current scope."""
        self.scope.ops.append(op)

    def qualified(self, name: str) -> str:
        """`Cart.add` or `make_app.<locals>.index` for a name defined here."""
        scope = self.scope
        if scope.kind == "module":
            return name
        if scope.kind == "class":
            return f"{scope.qualname}.{name}"
        return f"{scope.qualname}.<locals>.{name}"

    def name(self, name: str) -> str:
        """The name as this scope knows it: variables of comprehensions are renamed apart."""
        return self.renames.get(name, name) if self.renames else name

    def fresh_names(self, names: set[str]) -> dict[str, str]:
        """Names of a comprehension's own variables, to be put back with `renames`."""
        outer = self.renames
        self._comprehensions += 1
        self.renames = {**outer, **{name: f"{name}#{self._comprehensions}" for name in names}}
        self.scope.names.update(self.renames[name] for name in names)
        return outer

    def read(self, name: str) -> str:
        """The variable that reading a name means at this point of the scope."""
        name = self.renames.get(name, name) if self.renames else name
        versions = self.scope.versions
        return versions.get(name, name) if versions else name

    def bind(self, name: str, source: Operand, span: Span, how: How) -> None:
        """Write a variable: the whole of it, which other scopes see, and what this scope sees from here on."""
        scope = self.scope
        scope.names.add(name)
        self.emit(Bind(name, source, span, how))
        if name in scope.versions:
            self.emit(Bind(scope.versions[name], source, span, how))

    def bind_element(self, target: ast.expr, source: Operand) -> None:
        """`for target in source`."""
        element = self.scope.temporary()
        self.emit(Iterate(element, source, target.lineno))
        self.alias(element, target)
        self._store(self, target, element, How.DECLARE)

    def alias(self, temporary: Operand, target: ast.expr) -> None:
        """The temporary is used for nothing but to be stored to `target`."""
        scope = self.scope
        if type(temporary) is int and type(target) is ast.Name and scope.kind in {"function", "lambda"}:
            name = self.name(target.id)
            if name not in scope.versions:
                scope.aliases.append((temporary, name))

    def combined(self, operands: tuple[Operand, ...]) -> bool:
        """Whether any operand can carry an object."""
        return any(operand is not None for operand in operands)
