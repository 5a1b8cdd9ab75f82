"""Is the service safe with several threads, worker processes or hosts, and with a restart at any time?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from statelint.catalogue.rule import Rule
from statelint.domain.findings import Finding, Report
from statelint.domain.words import Answer, Confidence, Consequence, Holder, Lifetime, Scenario, Severity

IN_MEMORY = frozenset({
    Holder.MODULE_GLOBAL, Holder.CLASS_ATTRIBUTE, Holder.SINGLETON_INSTANCE, Holder.APP_OBJECT, Holder.CLOSURE,
    Holder.DEFAULT_ARGUMENT, Holder.FUNCTION_ATTRIBUTE,
})  # fmt: skip
ENDS_WITH_PROCESS = frozenset({Consequence.BREAKS, Consequence.LOST, Consequence.BYPASS})
REPLICAS = (Scenario.HOSTS, Scenario.RESTART)
TITLES = {
    Scenario.THREADS: "several threads",
    Scenario.WORKERS: "several worker processes",
    Scenario.HOSTS: "several hosts",
    Scenario.RESTART: "a restart at any time",
}


class Verdict(msgspec.Struct, frozen=True):
    """The answer for one scenario, and the findings that decide it."""

    scenario: Scenario
    answer: Answer
    against: tuple[Finding, ...] = ()
    to_look_at: tuple[Finding, ...] = ()

    @property
    def title(self) -> str:
        """`several worker processes`."""
        return TITLES[self.scenario]


def verdicts(report: Report, rules: Mapping[str, Rule]) -> tuple[Verdict, ...]:
    """One for each scenario."""
    findings = standing(report)
    is_known = bool(report.summary.entry_points or findings)
    return tuple(_verdict(scenario, findings, rules, is_known=is_known) for scenario in Scenario)


def standing(report: Report) -> tuple[Finding, ...]:
    """Findings that count: all but those for which somebody gave a reason. A baseline without one only puts off."""
    put_off = tuple(one.finding for one in report.accepted if not one.reason)
    return (*report.findings, *put_off)


def with_replicas(found: Iterable[Verdict]) -> Answer:
    """Whether several replicas can serve today, any of which may stop: the worse of both answers."""
    answers = {verdict.answer for verdict in found if verdict.scenario in REPLICAS}
    return next(answer for answer in (Answer.UNKNOWN, Answer.NO, Answer.LOOK, Answer.YES) if answer in answers)


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """By consequence."""
    order = list(Consequence)
    return sorted(findings, key=lambda finding: order.index(finding.consequence))


def answer_of(finding: Finding, scenario: Scenario, rules: Mapping[str, Rule]) -> Answer:
    """What one finding says of a scenario; a likely one is never against it, only something to look at."""
    if finding.severity is Severity.INFO or finding.lifetime is Lifetime.DEPLOYMENT:
        return Answer.YES
    rule = rules.get(finding.code)
    own = rule.safe_with.get(scenario) if rule is not None else None
    answer = own or ANSWERS[scenario](finding)
    return Answer.LOOK if answer is Answer.NO and finding.confidence is Confidence.LIKELY else answer


def _verdict(scenario: Scenario, findings: Iterable[Finding], rules: Mapping[str, Rule], *, is_known: bool) -> Verdict:
    if not is_known:
        return Verdict(scenario, Answer.UNKNOWN)
    answers = [(answer_of(finding, scenario, rules), finding) for finding in worst_first(findings)]
    against = tuple(finding for answer, finding in answers if answer is Answer.NO)
    to_look_at = tuple(finding for answer, finding in answers if answer is Answer.LOOK)
    answer = Answer.NO if against else Answer.LOOK if to_look_at else Answer.YES
    return Verdict(scenario, answer, against, to_look_at)


def _with_threads(finding: Finding) -> Answer:
    """A function that reads and writes one object in memory may meet another thread between both."""
    writers = {access.function for access in finding.writes}
    meets = any(access.function in writers for access in finding.reads)
    return Answer.LOOK if finding.holder in IN_MEMORY and meets else Answer.YES


def _with_workers(finding: Finding) -> Answer:
    if finding.lifetime is Lifetime.DISK:
        return Answer.LOOK
    return _with_hosts(finding)


def _with_hosts(finding: Finding) -> Answer:
    return Answer.LOOK if finding.consequence is Consequence.STALE else Answer.NO


def _with_restart(finding: Finding) -> Answer:
    """The disk goes with the replica, as that of a container does."""
    return Answer.NO if finding.consequence in ENDS_WITH_PROCESS else Answer.YES


ANSWERS = {
    Scenario.THREADS: _with_threads,
    Scenario.WORKERS: _with_workers,
    Scenario.HOSTS: _with_hosts,
    Scenario.RESTART: _with_restart,
}
