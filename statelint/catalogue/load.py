"""Reads `rules/state` and the rule folders that a project adds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from statelint.catalogue.rule import Rule
from statelint.domain.errors import CatalogueError
from statelint.sources.bundled import rules_folder


def load_rules(extra: Iterable[Path] = ()) -> tuple[Rule, ...]:
    """Every rule, sorted by id; a project's own rules come from the folders in `extra`."""
    rules: dict[str, Rule] = {}
    for folder in (rules_folder() / "state", *extra):
        if not folder.is_dir():
            raise CatalogueError("there is no such folder of rules", str(folder), "mend `rules` in the configuration")
        for path in sorted(folder.glob("*.toml")):
            rule = _read(path)
            if rule.id in rules:
                raise CatalogueError(f"the id {rule.id} is used twice", str(path), "give the new rule an id of its own")
            rules[rule.id] = rule
    return tuple(rules[key] for key in sorted(rules))


def _read(path: Path) -> Rule:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Rule)
    except (msgspec.MsgspecError, ValueError) as error:
        raise CatalogueError(str(error), str(path), "compare it with docs/writing-a-rule.md") from error
