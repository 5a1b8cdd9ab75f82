"""What a detector kind hands over: a suspected state object with its evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from statelint.catalogue.rule import Rule
from statelint.deployment.index import DeploymentIndex
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


class Deployed(msgspec.Struct, frozen=True):
    """What a setting of a deployment file has to do with the states of a project.

    `folders` hold the code that it is about, None where nobody can tell; `target` is the folder that it mounts.
    """

    needs: tuple[str, ...]
    folders: frozenset[str] | None
    target: str = ""


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
    deployed: Deployed | None = None
    files: tuple[str, ...] = ()  # texts that its paths are made of
    among_others: bool = False  # its place is that of one argument or key of several
    one_host: bool = False  # kept on a disk, which processes of one host share


class Outcome(msgspec.Struct, frozen=True):
    """Candidates and cleared look-alikes of one kind."""

    candidates: tuple[Candidate, ...]
    cleared: tuple[Cleared, ...]


Group = tuple[tuple[Rule, Any], ...]


class Detector(msgspec.Struct, frozen=True):
    """A kind: its outcome for all rules of that kind, or for every rule where rows of `rules/` name the rules."""

    name: str
    params: type[Any]
    detect: Callable[[ProgramIndex, Group, Asker], Outcome]
    takes_every_rule: bool = False


class DeploymentDetector(msgspec.Struct, frozen=True):
    """A kind that looks at the deployment, not at the program."""

    name: str
    params: type[Any]
    detect: Callable[[DeploymentIndex, Group, Asker], Outcome]
