"""What a detector kind hands over: a suspected state object with its evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from statelint.catalogue.rule import Rule
from statelint.domain.findings import Access, Cleared, Entry, Place, Step
from statelint.domain.words import Confidence, Consequence, Holder, Lifetime, Severity
from statelint.fixes.proposal import Proposal
from statelint.program.index import ProgramIndex
from statelint.syntax.batch import Asker


class Particulars(msgspec.Struct, frozen=True):
    """What is said of one finding, instead of what its rule says of all; an empty text is the rule's own."""

    severity: Severity
    consequence: Consequence
    why: str = ""
    instead: str = ""
    names: dict[str, str] = {}  # further fields for the rule's texts
    besides: str = ""  # follows the reason
    lifetime: Lifetime | None = None


class Candidate(msgspec.Struct, frozen=True):
    """A confirmed suspicion, before texts are filled in."""

    rule: Rule
    place: Place
    symbol: str
    holder: Holder
    confidence: Confidence
    writes: tuple[Access, ...]
    reads: tuple[Access, ...]
    entries: tuple[Entry, ...]
    witness: tuple[Step, ...]
    reader: tuple[Step, ...]
    particulars: Particulars | None = None
    fix: Proposal | None = None


class Outcome(msgspec.Struct, frozen=True):
    """Candidates and cleared look-alikes of one kind."""

    candidates: tuple[Candidate, ...]
    cleared: tuple[Cleared, ...]


class Detector(msgspec.Struct, frozen=True):
    """A kind: its outcome for all rules of that kind, or for every rule where rows of `rules/` name the rules."""

    name: str
    params: type[Any]
    detect: Callable[[ProgramIndex, tuple[tuple[Rule, Any], ...], Asker], Outcome]
    takes_every_rule: bool = False
