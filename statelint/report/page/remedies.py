"""Which remedy of a rule a project can use."""

from __future__ import annotations

from collections.abc import Iterable

from statelint.catalogue.rule import Remedy, Rule

ANY = "*"


def remedy_for(rule: Rule | None, frameworks: Iterable[str]) -> Remedy | None:
    """The first one for a framework of the project, else for any framework."""
    if rule is None:
        return None
    wanted = frozenset(frameworks)
    own = (remedy for remedy in rule.remedy if not wanted.isdisjoint(remedy.frameworks))
    for_any = (remedy for remedy in rule.remedy if ANY in remedy.frameworks)
    return next(own, next(for_any, None))
