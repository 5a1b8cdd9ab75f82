"""The state of one walk: the stack of open scopes and the finished bodies."""

from __future__ import annotations

import ast
from collections.abc import Callable

from statelint.facts.model import Body, How, Iterate, Op, Operand, Span
from statelint.facts.scope import Scope


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
        self.has_main_guard = False
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
        self._done[index] = scope.freeze()
        self._stack.pop()
        if self._stack:
            enclosing = self._scopes[self._stack[-1]]
            assert enclosing is not None
            self.scope = enclosing

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

    def bind_element(self, target: ast.expr, source: Operand) -> None:
        """`for target in source`."""
        element = self.scope.temporary()
        self.emit(Iterate(element, source, target.lineno))
        self.alias(element, target)
        self._store(self, target, element, How.DECLARE)

    def alias(self, temporary: Operand, target: ast.expr) -> None:
        """The temporary is used for nothing but to be stored to `target`."""
        if type(temporary) is int and type(target) is ast.Name and self.scope.kind in {"function", "lambda"}:
            self.scope.aliases.append((temporary, self.name(target.id)))

    def combined(self, operands: tuple[Operand, ...]) -> bool:
        """Whether any operand can carry an object."""
        return any(operand is not None for operand in operands)
