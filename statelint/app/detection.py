"""Every detector kind, once; two processes share them where that pays."""

from __future__ import annotations

import io
import pickle
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from statelint.catalogue.rule import Rule
from statelint.deployment.index import DeploymentIndex
from statelint.detectors.candidate import DeploymentDetector, Detector, Group, Outcome
from statelint.detectors.registry import detectors
from statelint.domain.errors import CatalogueError
from statelint.program.index import ProgramIndex
from statelint.sources.beside import shared
from statelint.syntax.batch import Asker

Kinds = Mapping[str, Detector | DeploymentDetector]


class Detection:
    """The rules, by the kinds that judge them."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Raises CatalogueError for a kind that is unknown, or parameters that are not its own."""
        known = detectors()
        self._groups = _groups(rules, known)
        self._of_program = {name: one for name, one in known.items() if isinstance(one, Detector)}
        self._of_deployment = {name: one for name, one in known.items() if isinstance(one, DeploymentDetector)}
        self.post = Post(rules)

    def of_program(self, index: ProgramIndex, asker: Asker, twin: Asker | None = None) -> Outcome:
        """What is found in the program; a second process may ask `twin` at the same time."""

        def found(name: str, asked: Asker) -> Outcome:
            return self._of_program[name].detect(index, self._groups[name], asked)

        names = [name for name in self._groups if name in self._of_program]
        if twin is None:
            return _all(found(name, asker) for name in names)
        return _all(
            shared(
                names,
                lambda name: found(name, asker),
                lambda name: self.post.packed(found(name, twin)),
                self.post.unpacked,
            )
        )

    def of_deployment(self, index: DeploymentIndex, asker: Asker) -> Outcome:
        """What is found in the deployment."""
        names = [name for name in self._groups if name in self._of_deployment]
        return _all(self._of_deployment[name].detect(index, self._groups[name], asker) for name in names)


def _all(outcomes: Iterable[Outcome]) -> Outcome:
    found = tuple(outcomes)
    return Outcome(
        tuple(one for outcome in found for one in outcome.candidates),
        tuple(one for outcome in found for one in outcome.cleared),
    )


def _groups(rules: Iterable[Rule], known: Kinds) -> Mapping[str, Group]:
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
    return {name: every if _takes_every_rule(known[name]) else tuple(own) for name, own in by_kind.items()}


def _takes_every_rule(kind: Detector | DeploymentDetector) -> bool:
    return isinstance(kind, Detector) and kind.takes_every_rule


# --- findings on their way from one process to the other; rules are known to both


class Post:
    """Packs what one process has found, and unpacks it in another."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Rules go by their ids."""
        self._rules = {rule.id: rule for rule in rules}

    def packed(self, found: object) -> bytes:
        """As bytes."""
        stream = io.BytesIO()
        _Packer(stream, pickle.HIGHEST_PROTOCOL).dump(found)
        return stream.getvalue()

    def unpacked(self, data: bytes) -> Any:
        """What was packed."""
        return _Unpacker(io.BytesIO(data), self._rules).load()


class _Packer(pickle.Pickler):
    def persistent_id(self, obj: object) -> str | None:
        return obj.id if isinstance(obj, Rule) else None


class _Unpacker(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, rules: Mapping[str, Rule]) -> None:
        super().__init__(stream)
        self._rules = rules

    def persistent_load(self, pid: str) -> Rule:
        return self._rules[pid]
