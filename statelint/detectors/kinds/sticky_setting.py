"""A setting of a proxy, cluster, load balancer or platform that sends a client to the same replica again."""

from __future__ import annotations

from typing import Any

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.candidate import Detector, Outcome
from statelint.detectors.deployed import candidates_of
from statelint.program.index import ProgramIndex
from statelint.syntax.batch import Asker


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to set: the rows of `rules/affinity/` name the rule."""


def _detect(index: ProgramIndex, rules: tuple[tuple[Rule, Any], ...], asker: Asker) -> Outcome:
    return Outcome(tuple(candidates_of(index, rules, asker)), ())


DETECTOR = Detector("sticky-setting", Params, _detect)
