"""Files that are no modules of the server: scripts that a framework runs again for each event, and browser code."""

from __future__ import annotations

from collections.abc import Iterator

from statelint.facts.model import Import, ImportFrom
from statelint.models.tables import Models
from statelint.program.core import Core
from statelint.program.modules import Module


def script_modules(linker: Core) -> list[Module]:
    """Modules that import such a framework and that no other module imports."""
    users = [module for module in linker.modules.all if not linker.models.script_imports.isdisjoint(_names(module))]
    if not users:
        return []
    imported = {target for module in linker.modules.all for target in imported_modules(linker, module)}
    return [module for module in users if module not in imported]


def runs_in_browser(module: Module, models: Models) -> bool:
    """Whether a file imports at its top what exists in a browser only."""
    return any(
        op.module.strip().partition(".")[0] in models.browser
        for op in module.bodies[0].ops
        if isinstance(op, Import) or (isinstance(op, ImportFrom) and not op.level)
    )


def _imports(module: Module) -> Iterator[Import | ImportFrom]:
    return (op for body in module.bodies for op in body.ops if isinstance(op, Import | ImportFrom))


def _names(module: Module) -> set[str]:
    """Modules as they are imported: who imports a part of a framework extends it, and is no script of it."""
    return {op.module.strip() for op in _imports(module)}


def imported_modules(linker: Core, module: Module) -> Iterator[Module]:
    """Modules of the program that a module imports, wherever in it."""
    for op in _imports(module):
        if isinstance(op, Import):
            targets = [linker.import_target(module, op.module.strip(), 0)]
        else:
            inner = f"{op.module}.{op.member}" if op.module else op.member
            targets = [linker.import_target(module, name, op.level) for name in (op.module, inner) if name]
        yield from (target.module for target in targets if target is not None)
