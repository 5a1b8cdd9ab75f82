"""Every detector kind, once; two processes share them where that pays."""

from __future__ import annotations

import io
import pickle
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.candidate import Detector, Outcome
from statelint.detectors.registry import detectors
from statelint.domain.errors import CatalogueError
from statelint.program.index import ProgramIndex
from statelint.sources.beside import shared
from statelint.syntax.batch import Asker

Group = tuple[tuple[Rule, Any], ...]


def outcomes(index: ProgramIndex, rules: Sequence[Rule], asker: Asker) -> list[Outcome]:
    """What each kind has found, in the order of the rules."""
    known = detectors()
    groups = _groups(rules, known)
    by_id = {rule.id: rule for rule in rules}

    def found(kind: str, asked: Asker) -> Outcome:
        return known[kind].detect(index, groups[kind], asked)

    twin = asker.twin
    if twin is None:
        return [found(kind, asker) for kind in groups]
    return shared(
        [*groups],
        lambda kind: found(kind, asker),
        lambda kind: _packed(found(kind, twin)),
        lambda data: _Unpacker(io.BytesIO(data), by_id).load(),
    )


def _groups(rules: Iterable[Rule], known: Mapping[str, Detector]) -> Mapping[str, Group]:
    """The rules that each kind judges, with their parameters."""
    by_kind: dict[str, list[tuple[Rule, Any]]] = defaultdict(list)
    for rule in rules:
        if rule.detector not in known:
            raise CatalogueError(
                f"{rule.id} names the unknown detector `{rule.detector}`", rule.id, f"write one of {', '.join(known)}"
            )
        try:
            by_kind[rule.detector].append((rule, msgspec.convert(rule.params, known[rule.detector].params)))
        except msgspec.ValidationError as error:
            raise CatalogueError(f"params: {error}", rule.id, "see docs/writing-a-rule.md") from error
    every = tuple(pair for own in by_kind.values() for pair in own)
    return {kind: every if known[kind].takes_every_rule else tuple(own) for kind, own in by_kind.items()}


# --- outcomes on their way from one process to the other; rules are known to both


def _packed(found: Outcome) -> bytes:
    stream = io.BytesIO()
    _Packer(stream, pickle.HIGHEST_PROTOCOL).dump(found)
    return stream.getvalue()


class _Packer(pickle.Pickler):
    def persistent_id(self, obj: object) -> str | None:
        return obj.id if isinstance(obj, Rule) else None


class _Unpacker(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, rules: Mapping[str, Rule]) -> None:
        super().__init__(stream)
        self._rules = rules

    def persistent_load(self, pid: str) -> Rule:
        return self._rules[pid]
