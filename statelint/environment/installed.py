"""Answers what installed packages say of a class or factory, within a budget of modules and bytes.

The budget is counted, not timed: what a module costs is the same whether its outline is remembered or new, so that
two runs give the same answers.
"""

from __future__ import annotations

from pathlib import Path

from statelint.environment.distributions import Distributions, has_module
from statelint.environment.memory import OutlineMemory
from statelint.environment.outline import UNSURE, Binding, Kind, Outline
from statelint.sources.read import read

MOST_MODULES = 400  # read in one run
MOST_BYTES = 4_000_000
LARGEST_MODULE = 400_000  # bytes
LONGEST_TRAIL = 24  # re-exports between a name and its definition


class InstalledPackages:
    """Classes and factories by dotted name."""

    def __init__(self, distributions: Distributions, memory: OutlineMemory) -> None:
        """Nothing is read before something is asked."""
        self._distributions = distributions
        self._memory = memory
        self._stamps: dict[str, str] = {}
        self._outlines: dict[str, Outline | None] = {}
        self._modules = 0
        self._bytes = 0

    def bases(self, dotted: str) -> tuple[str, ...]:
        """Direct bases of a class as its module names them; nothing for anything else."""
        found = self._trail(dotted)[1]
        return found.targets if found.kind is Kind.CLASS else ()

    def returns(self, dotted: str) -> str | None:
        """The callable whose value a function returns."""
        found = self._trail(dotted)[1]
        return found.targets[0] if found.kind is Kind.FACTORY else None

    def names(self, dotted: str) -> tuple[str, ...]:
        """The names by which a class or function goes on the way from `dotted` to its definition."""
        return self._trail(dotted)[0]

    def needs(self, dotted: str) -> frozenset[str]:
        """The distributions of a name, and all that they require."""
        return self._distributions.needs(dotted.partition(".")[0])

    def anew(self) -> InstalledPackages:
        """The same packages with the whole budget; what is read is remembered together."""
        return InstalledPackages(self._distributions, self._memory)

    def save(self) -> None:
        """Remember what was read."""
        self._memory.save()

    # --- from a name to its definition

    def _trail(self, dotted: str) -> tuple[tuple[str, ...], Binding]:
        """Every name from `dotted` to the last that is known, and what that one stands for."""
        trail = [dotted]
        while len(trail) < LONGEST_TRAIL:
            step = self._step(trail[-1])
            if isinstance(step, Binding):
                return tuple(trail), step
            if step in trail:
                break
            trail.append(step)
        return tuple(trail), UNSURE

    def _step(self, dotted: str) -> Binding | str:
        """What a name is defined as, or the name that a re-export leads to."""
        module, *names = dotted.split(".")
        for at, name in enumerate(names, 1):
            outline = self._outline(module)
            if outline is None:
                return UNSURE
            here = f"{module}.{name}"
            binding = self._binding(module, outline, name, set())
            if binding is not None and binding.kind is Kind.ALIAS and binding.targets[0] != here:
                return ".".join((binding.targets[0], *names[at:]))
            if binding is not None and binding.kind is not Kind.ALIAS:
                return binding if at == len(names) else UNSURE
            module = here
        return UNSURE

    def _binding(self, module: str, outline: Outline, name: str, seen: set[str]) -> Binding | None:
        """What a name of a module stands for, through its star imports."""
        seen.add(module)
        if name in outline.names:
            return outline.names[name]
        for star in reversed(outline.stars):
            source = self._outline(star) if star not in seen else None
            if source is not None and source.offers(name) and self._binding(star, source, name, seen) is not None:
                return Binding(Kind.ALIAS, (f"{star}.{name}",))
        return None

    # --- modules

    def _outline(self, module: str) -> Outline | None:
        if module not in self._outlines:
            self._outlines[module] = self._charged(module)
        return self._outlines[module]

    def _charged(self, module: str) -> Outline | None:
        if self._modules >= MOST_MODULES or self._bytes >= MOST_BYTES:
            return None
        stamp = self._stamp(module.partition(".")[0])
        if not stamp:
            return None
        known = self._memory.modules(stamp)
        if module not in known:
            try:
                self._memory.add(stamp, module, self._read(module))
            except ImportError:  # astroid itself is missing or broken
                return None
        outline = known[module]
        self._modules += 1
        self._bytes += outline.size if outline is not None else 0
        return outline

    def _stamp(self, top: str) -> str:
        """Identifies the installed version; empty where nothing says which one it is."""
        if top not in self._stamps:
            self._stamps[top] = "\n".join(one.stamp for one in self._distributions.owners(top))
        return self._stamps[top]

    def _read(self, module: str) -> Outline | None:
        parts = module.split(".")
        folder = next((one for one in self._distributions.folders if has_module(one, parts[0])), None)
        if folder is None:
            return None
        place = folder.joinpath(*parts)
        for path, is_package in ((place / "__init__.py", True), (place.with_name(f"{parts[-1]}.py"), False)):
            if path.is_file():
                return _read_file(path, module, is_package=is_package)
        return Outline(0) if place.is_dir() else None  # a namespace


def _read_file(path: Path, module: str, *, is_package: bool) -> Outline | None:
    data = read(path)
    if isinstance(data, str) or len(data) > LARGEST_MODULE:
        return None
    from statelint.environment.parse import outline_of

    return outline_of(data, module, is_package=is_package)
