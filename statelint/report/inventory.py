"""The state bill of materials: what every replica keeps, who writes and reads it, and where it belongs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from statelint.catalogue.rule import Rule
from statelint.domain.findings import Accepted, Access, Finding, Report
from statelint.domain.words import Answer, Holder, Home, Lifetime, Scenario
from statelint.report.verdicts import answer_of

KINDS = {
    Holder.MODULE_GLOBAL: "module global", Holder.CLASS_ATTRIBUTE: "class attribute",
    Holder.SINGLETON_INSTANCE: "attribute of a long-lived object", Holder.APP_OBJECT: "application object",
    Holder.CLOSURE: "closure variable", Holder.DEFAULT_ARGUMENT: "default argument",
    Holder.FUNCTION_ATTRIBUTE: "function attribute", Holder.MEMOISED_FUNCTION: "memoised function",
    Holder.LIBRARY_OBJECT: "library object", Holder.TASK: "task or thread", Holder.SECRET: "secret",
    Holder.LOCAL_DISK: "file or folder", Holder.DEPLOYMENT_SETTING: "deployment setting",
}  # fmt: skip
LIFETIMES = {
    Lifetime.PROCESS: "until the process stops",
    Lifetime.DISK: "as long as the disk of this replica",
    Lifetime.DEPLOYMENT: "as long as it is deployed",
}
HOMES = {
    Home.SHARED_STORE: "Redis or a database", Home.REDIS: "Redis", Home.DATABASE: "a database",
    Home.OBJECT_STORAGE: "object storage", Home.BROKER: "a broker with workers",
    Home.MESSAGE_QUEUE: "a shared message queue", Home.SCHEDULER: "a scheduler outside the replicas",
    Home.SECRETS: "the environment or a secret store", Home.LOG_STREAM: "standard output, collected by the platform",
    Home.NOWHERE: "nowhere: it can go once the state has moved",
}  # fmt: skip


class Item(msgspec.Struct, frozen=True):
    """One holder."""

    finding: Finding
    home: Home
    endangers: tuple[Scenario, ...]
    to_look_at: tuple[Scenario, ...]
    accepted: str = ""  # the reason of whoever accepted it

    @property
    def writers(self) -> tuple[Access, ...]:
        """One place for each function that writes it."""
        return _one_per_function(self.finding.writes)

    @property
    def readers(self) -> tuple[Access, ...]:
        """One place for each function that reads it."""
        return _one_per_function(self.finding.reads)


def items(report: Report, rules: Mapping[str, Rule]) -> tuple[Item, ...]:
    """Every holder, by place; those that somebody accepted too."""
    found = [_item(finding, rules) for finding in report.findings]
    found += [msgspec.structs.replace(_item(one.finding, rules), accepted=_decision(one)) for one in report.accepted]
    return tuple(sorted(found, key=lambda item: (item.finding.place, item.finding.code, item.finding.symbol)))


def _decision(accepted: Accepted) -> str:
    until = f" until {accepted.until}" if accepted.until else ""
    return f"{accepted.reason or 'without a reason'} ({accepted.by.value}{until})"


def _item(finding: Finding, rules: Mapping[str, Rule]) -> Item:
    answers = {scenario: answer_of(finding, scenario, rules) for scenario in Scenario}
    rule = rules.get(finding.code)
    return Item(
        finding,
        rule.home if rule is not None else Home.SHARED_STORE,
        tuple(scenario for scenario, answer in answers.items() if answer is Answer.NO),
        tuple(scenario for scenario, answer in answers.items() if answer is Answer.LOOK),
    )


def _one_per_function(accesses: Iterable[Access]) -> tuple[Access, ...]:
    first: dict[str, Access] = {}
    for access in accesses:
        first.setdefault(access.function, access)
    return tuple(first.values())
