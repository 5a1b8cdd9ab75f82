"""A program that is linked but for the module that is being edited, so that an edit costs what that module costs."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import chain

from statelint.app.judging import NewModels, Parts
from statelint.facts.model import FileFacts
from statelint.program.linking import Linker, linked, opened
from statelint.program.modules import Module
from statelint.program.outline import outline


class Standby:
    """Constraints only ever grow, so what is linked last may come last as often as there are copies of the rest."""

    def __init__(self) -> None:
        """Nothing is linked yet."""
        self._linkers: list[Linker] = []
        self._around: Hashable = None
        self._last: Module | None = None
        self._paths: frozenset[frozenset[str]] = frozenset()
        self._facts: dict[str, FileFacts] = {}

    @property
    def path(self) -> str:
        """The module that is left out; empty where none is."""
        return self._last.path if self._last is not None else ""

    def fits(self, parts: Parts, around: Hashable) -> bool:
        """Whether nothing but the functions of one module has changed; `around` is all else that linking depends on."""
        if self._last is None or around != self._around or self._paths != _paths(parts):
            return False
        return all(self._is_known(module) for module in chain.from_iterable(parts))

    def _is_known(self, module: Module) -> bool:
        known = self._facts[module.path]
        if known is module.facts or known == module.facts:
            return True
        return module.path == self.path and outline(known) == outline(module.facts)

    def prepare(self, parts: Parts, models: NewModels, path: str, around: Hashable) -> bool:
        """Link all but the module at `path`; False where there is none, or where the rest can't do without it."""
        self._linkers, self._last = [], None
        facts = {module.path: module.facts for module in chain.from_iterable(parts)}
        linkers = [opened(part, models()) for part in parts]
        every = [(linker, module) for linker in linkers for module in linker.modules.all]
        mine, last = next(((linker, module) for linker, module in every if module.path == path), (None, None))
        if mine is None or last is None or last in mine.copies:
            return False
        mine.begin(last)
        if last in mine.scripts:
            return False
        for linker in linkers:
            if linker is not mine:
                linker.run()
        self._linkers, self._last, self._around, self._facts = linkers, last, around, facts
        self._paths = _paths(parts)
        return True

    def finished(self, parts: Parts) -> list[Linker]:
        """The whole program; once in each process, since this is what the standby itself becomes."""
        assert self._last is not None
        facts = next(module.facts for module in chain.from_iterable(parts) if module.path == self.path)
        mine = next(linker for linker in self._linkers if self._last in linker.modules.all)
        mine.renew(self._last, facts)
        mine.finish(self._last)
        return self._linkers


def all_linked(parts: Parts, models: NewModels) -> list[Linker]:
    """The whole program, linked at once."""
    return [linked(part, models()) for part in parts]


def _paths(parts: Parts) -> frozenset[frozenset[str]]:
    """What belongs together, in whatever order."""
    return frozenset(frozenset(module.path for module in part) for part in parts)
