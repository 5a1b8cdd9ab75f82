"""A program that is linked but for the module that is being edited, so that an edit costs what that module costs."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from statelint.facts.model import FileFacts
from statelint.models.tables import Models
from statelint.program.linking import Linker, opened
from statelint.program.modules import Module
from statelint.program.outline import outline


class Standby:
    """Constraints only ever grow, so what is linked last may come last as often as there are copies of the rest."""

    def __init__(self) -> None:
        """Nothing is linked yet."""
        self._linker: Linker | None = None
        self._around: Hashable = None
        self._last: Module | None = None
        self._facts: dict[str, FileFacts] = {}

    @property
    def path(self) -> str:
        """The module that is left out; empty where none is."""
        return self._last.path if self._last is not None else ""

    def fits(self, modules: Sequence[Module], around: Hashable) -> bool:
        """Whether nothing but the functions of one module has changed; `around` is all else that linking depends on."""
        if self._last is None or around != self._around or len(modules) != len(self._facts):
            return False
        return all(self._is_known(module) for module in modules)

    def _is_known(self, module: Module) -> bool:
        known = self._facts.get(module.path)
        if known is None or known is module.facts or known == module.facts:
            return known is not None
        return module.path == self.path and outline(known) == outline(module.facts)

    def prepare(self, modules: Sequence[Module], models: Models, path: str, around: Hashable) -> bool:
        """Link all but the module at `path`; False where there is none, or where the rest can't do without it."""
        self._linker = self._last = None
        facts = {module.path: module.facts for module in modules}
        linker = opened(modules, models)
        last = next((module for module in linker.modules.all if module.path == path), None)
        if last is None or last in linker.copies:
            return False
        linker.begin(last)
        if last in linker.scripts:
            return False
        self._linker, self._last, self._around, self._facts = linker, last, around, facts
        return True

    def finished(self, modules: Sequence[Module]) -> Linker:
        """The whole program; once in each process, since this is what the standby itself becomes."""
        assert self._linker is not None
        assert self._last is not None
        facts = next(module.facts for module in modules if module.path == self.path)
        self._linker.renew(self._last, facts)
        self._linker.finish(self._last)
        return self._linker
