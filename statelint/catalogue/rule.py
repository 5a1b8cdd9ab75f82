"""One rule: `rules/state/STL###-name.toml`."""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec

from statelint.domain.words import SEVERITY_OF, Answer, Consequence, Home, Scenario, Severity
from statelint.models.fixes import FixRow

EXPECTED = re.compile(r"(#|//)\W*expect(-below)?:")


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A small program or deployment file; `# expect: STL101` marks the line of each finding."""

    title: str
    code: str
    file: str = "app.py"

    @property
    def is_marked(self) -> bool:
        """Whether something is to be found in it."""
        return EXPECTED.search(self.code) is not None


class Remedy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to write instead, for some frameworks or for all (`*`)."""

    frameworks: tuple[str, ...]
    title: str
    code: str = ""
    packages: tuple[str, ...] = ()
    trade_off: str = ""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`message`, `why` and `instead` may use {holder}, {symbol}, {kind}, {entry_point}, {writer} and {reader}."""

    id: Annotated[str, msgspec.Meta(pattern=r"^STL\d{3}$")]
    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z]+(-[a-z]+)+$")]
    since: str
    detector: str
    consequence: Consequence
    message: str
    why: str
    instead: str
    story: str = ""  # what happens with two replicas, told in a few sentences
    false_alarms: str = ""  # when a finding may be accepted
    finds: str = ""
    limits: str = ""
    severity: Severity | None = None
    home: Home = Home.SHARED_STORE
    safe_with: dict[Scenario, Answer] = {}  # where consequence and lifetime alone would answer wrongly
    params: dict[str, Any] = {}
    example: tuple[Example, ...] = ()
    remedy: tuple[Remedy, ...] = ()
    fix: tuple[FixRow, ...] = ()

    def severity_of(self, consequence: Consequence | None = None) -> Severity:
        """How loud a finding is that has this consequence, instead of the one that the rule names."""
        return self.severity or SEVERITY_OF[consequence or self.consequence]


class Ruleset(msgspec.Struct, frozen=True):
    """Every rule of one folder, in the order of the files."""

    rules: tuple[Rule, ...]
