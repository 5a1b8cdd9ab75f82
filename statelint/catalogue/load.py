"""Reads `rules/state` and the rules that a project adds."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path

from statelint.catalogue.rule import Rule, Ruleset
from statelint.domain.errors import CatalogueError, ConfigurationError
from statelint.sources.bundled import rules_folder
from statelint.sources.decoded import decode_toml, decoded
from statelint.sources.installed import folder_of, installed_packages


def load_rules(extra: Iterable[Path] = ()) -> tuple[Rule, ...]:
    """Every rule, sorted by id; a project's own rules come from the folders in `extra`."""
    ours = _files(rules_folder() / "state")
    own = decoded("rules", ours, Ruleset, lambda: Ruleset(tuple(map(_read, ours)))).rules
    added = [path for folder in extra for path in _files(folder)]
    rules: dict[str, Rule] = {}
    for path, rule in (*zip(ours, own, strict=True), *((path, _read(path)) for path in added)):
        if rule.id in rules:
            raise CatalogueError(f"the id {rule.id} is used twice", str(path), "give the new rule an id of its own")
        rules[rule.id] = rule
    return tuple(rules[key] for key in sorted(rules))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise CatalogueError("there is no such folder of rules", str(folder), "mend `rules` in the configuration")
    return sorted(folder.glob("*.toml"))


def rule_folders(root: Path, names: Iterable[str]) -> Iterator[Path]:
    """Folders for the setting `rules`: below the root, or `rules/` of an installed package by its registered name."""
    for name in names:
        folder = root / name
        yield folder if folder.is_dir() else _installed_folder(name)


def rules_of(root: Path, names: Iterable[str]) -> dict[str, Rule]:
    """The catalogue with a project's own rules, by id."""
    return {rule.id: rule for rule in load_rules(rule_folders(root, names))}


def _installed_folder(name: str) -> Path:
    known = installed_packages()
    home = folder_of(known[name]) if name in known else None
    if home is not None and (home / "rules").is_dir():
        return home / "rules"
    if name in known:
        what = f"`{name}` is the package `{known[name]}`, which has no folder `rules/`"
        raise ConfigurationError(what, "rules", "mend or update that package")
    nearest = difflib.get_close_matches(name, known, n=1)
    do = f"did you mean `{nearest[0]}`?" if nearest else "name a folder below the root, or install the package"
    raise ConfigurationError(f"`{name}` is neither a folder nor an installed rule package", "rules", do)


def _read(path: Path) -> Rule:
    return decode_toml(path, Rule, "docs/writing-a-rule.md")
