"""Whether the names that new code needs are free where it goes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from statelint.facts.model import Bind, Body, How, Import, ImportFrom
from statelint.program.objects import Context


def locals_of(imports: Iterable[str]) -> Iterator[str]:
    """The names that import statements bind."""
    for statement in imports:
        for node in ast.parse(statement).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)


def is_free(context: Context, name: str) -> bool:
    """Whether a name means nothing but an import at the top of the file."""
    bodies = context.module.bodies
    body: Body = context.body
    while body.kind != "module":
        if name in body.names and name not in body.global_names:
            return False
        body = bodies[body.parent]
    is_imported = any(isinstance(op, Import | ImportFrom) and op.name == name for op in body.ops)
    return is_imported or not any(
        isinstance(op, Bind) and op.name == name and op.how in {How.ASSIGN, How.DECLARE} for op in body.ops
    )
