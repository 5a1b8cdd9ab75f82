"""What rows say about settings: which objects and modules have them, and how they come there."""

from __future__ import annotations

import re

from statelint.models.rows import EnvironmentRow, FrameworkFile


class SettingsRows:
    """Lookup tables over dotted names."""

    def __init__(self) -> None:
        """Empty."""
        self._modules: dict[str, re.Pattern[str]] = {}
        self.objects: set[str] = set()
        self.keywords: dict[str, str] = {}
        self.marks: dict[str, frozenset[str]] = {}
        self._loaders: set[str] = set()
        self.loaders: set[str] = set()  # their last names
        self.mergers: set[str] = set()
        self.environment: dict[str, EnvironmentRow] = {}
        self.serving_modules: set[str] = set()

    def add(self, framework: FrameworkFile) -> tuple[str, ...]:
        """Index the rows of a framework; gives every name that they speak of."""
        self._modules.update((name, re.compile(modules)) for name, modules in framework.settings.items())
        self.objects.update(framework.settings_objects)
        self.keywords.update(framework.settings_keywords)
        self.mergers.update(name.rpartition(".")[2] for name in framework.settings_mergers)
        environment = {name: row for row in framework.settings_environment for name in row.callables}
        self.environment.update(environment)
        self.marks.update(dict.fromkeys(framework.settings, frozenset(framework.settings_marks)))
        loaders = (*framework.settings_loaders, *environment)
        self._loaders.update(loaders)
        self.loaders.update(name.rpartition(".")[2] for name in loaders)
        self.serving_modules.update(framework.serving_modules)
        return (*framework.settings_objects, *framework.settings_mergers, *loaders)

    def modules_of(self, dotted: str) -> re.Pattern[str] | None:
        """Which modules set what is read as an attribute of this object."""
        return self._modules.get(dotted)

    def is_loader(self, dotted: str) -> bool:
        """Whether a method fills settings from a class, module, file or dict."""
        return dotted in self._loaders

    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """Which modules hold settings."""
        return tuple(self._modules.values())

    def owners(self, module: str) -> tuple[str, ...]:
        """The objects whose attributes a module of this name sets."""
        return tuple(owner for owner, pattern in self._modules.items() if pattern.search(module))
