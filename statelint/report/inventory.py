"""The state bill of materials: what every replica keeps, who writes and reads it, and where it belongs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from statelint.catalogue.rule import Rule
from statelint.domain.findings import Accepted, Access, Finding, Report
from statelint.domain.words import Answer, Home, Scenario
from statelint.report.verdicts import answer_of

CHANGES = ("added", "removed")


class Item(msgspec.Struct, frozen=True):
    """One holder."""

    finding: Finding
    home: Home
    endangers: tuple[Scenario, ...]
    to_look_at: tuple[Scenario, ...]
    accepted: str = ""  # the reason of whoever accepted it
    change: str = ""  # since a revision: one of CHANGES

    @property
    def writers(self) -> tuple[Access, ...]:
        """One place for each function that writes it."""
        return _one_per_function(self.finding.writes)

    @property
    def readers(self) -> tuple[Access, ...]:
        """One place for each function that reads it."""
        return _one_per_function(self.finding.reads)


def items(report: Report, rules: Mapping[str, Rule]) -> tuple[Item, ...]:
    """Every holder, by place; those that somebody accepted too. Since a revision: what came, and what went."""
    if report.summary.since:
        sides = zip(CHANGES, (report.findings, report.gone), strict=True)
        return tuple(
            msgspec.structs.replace(_item(finding, rules), change=change)
            for change, findings in sides
            for finding in findings
        )
    found = [_item(finding, rules) for finding in report.findings]
    found += [msgspec.structs.replace(_item(one.finding, rules), accepted=_decision(one)) for one in report.accepted]
    return tuple(sorted(found, key=lambda item: (item.finding.place, item.finding.code, item.finding.symbol)))


def _decision(accepted: Accepted) -> str:
    until = f" until {accepted.until}" if accepted.until else ""
    return f"{accepted.reason or 'without a reason'} ({accepted.by.value}{until})"


def _item(finding: Finding, rules: Mapping[str, Rule]) -> Item:
    answers = {scenario: answer_of(finding, scenario, rules) for scenario in Scenario}
    return Item(
        finding,
        home_of(finding, rules),
        tuple(scenario for scenario, answer in answers.items() if answer is Answer.NO),
        tuple(scenario for scenario, answer in answers.items() if answer is Answer.LOOK),
    )


def home_of(finding: Finding, rules: Mapping[str, Rule]) -> Home:
    """Where the state of a finding belongs."""
    rule = rules.get(finding.code)
    return rule.home if rule is not None else Home.SHARED_STORE


def _one_per_function(accesses: Iterable[Access]) -> tuple[Access, ...]:
    first: dict[str, Access] = {}
    for access in accesses:
        first.setdefault(access.function, access)
    return tuple(first.values())
