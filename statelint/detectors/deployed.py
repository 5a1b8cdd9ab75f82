"""Candidates of what rows of `rules/affinity/` find in deployment files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from statelint.catalogue.rule import Rule
from statelint.deployment.commands import COMMAND, ENVIRONMENT, MOUNTS, PIPELINE
from statelint.deployment.index import DeploymentIndex
from statelint.deployment.judge import Hit
from statelint.deployment.model import Wanted
from statelint.deployment.paths import compiled, joined
from statelint.deployment.rows import PYTHON, WRITTEN
from statelint.detectors.asking import argument_place
from statelint.detectors.candidate import Candidate, Deployed, Group, Outcome, Particulars
from statelint.domain.findings import Asked, Place
from statelint.domain.words import Applicability, Confidence, Holder, Severity
from statelint.fixes.proposal import Proposal
from statelint.program.infrastructure import CALL, UNKNOWN_RECEIVER
from statelint.syntax.batch import Asker

BETWEEN = {COMMAND: " ", PIPELINE: " ", ENVIRONMENT: " = ", WRITTEN: ": "}  # a name and its value, whatever the format


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to set: the rows of `rules/affinity/` name the rule."""


def detect(index: DeploymentIndex, rules: Group, asker: Asker) -> Outcome:
    """What rows that name the rules find, as far as the deployment files alone can tell."""
    return Outcome(tuple(_candidates(index, rules, asker)), ())


def _candidates(index: DeploymentIndex, rules: Iterable[tuple[Rule, Any]], asker: Asker) -> Iterator[Candidate]:
    by_id = {rule.id: rule for rule, _ in rules}
    for hit in index.hits:
        if hit.row.rule in by_id and _has_what_it_needs(index, hit):
            yield _candidate(index, by_id[hit.row.rule], hit, _place(hit, asker))


def _place(hit: Hit, asker: Asker) -> Place:
    """Its own place; of an argument in a call of several lines, its line."""
    place = hit.setting.place
    if hit.document.format != PYTHON or place.line == place.end_line:
        return place
    name = next((key for key in reversed(hit.setting.path) if key[0] != "["), "")
    return argument_place(asker, place, name)


def _has_what_it_needs(index: DeploymentIndex, hit: Hit) -> bool:
    platforms = hit.row.platforms
    if platforms and index.formats.isdisjoint(platforms):
        return False
    services = index.services
    for need in hit.row.needs:
        if need == "web" and not services.is_web(hit.part):
            return False
        if need in {"copies", "single"} and bool(_replicas(index, hit)) != (need == "copies"):
            return False
    return True


def _candidate(index: DeploymentIndex, rule: Rule, hit: Hit, place: Place) -> Candidate:
    part, setting = hit.part, hit.setting
    path = ".".join(setting.path)
    likely = hit.row.weak or hit.is_open
    target = setting.path[1] if setting.path[0] == MOUNTS else ""
    deployed = Deployed(hit.row.needs, index.services.code_of(part), target)
    return Candidate(
        rule, place, f"{hit.document.path}:{part.title}:{path}", Holder.DEPLOYMENT_SETTING,
        Confidence.LIKELY if likely else Confidence.SURE, (), (), (), (), (), _particulars(index, rule, hit),
        deployed=deployed, fix=_proposal(hit),
    )  # fmt: skip


def _proposal(hit: Hit) -> Proposal | None:
    fix = hit.row.fix
    if fix is None or hit.document.format == PYTHON or hit.setting.place.path != hit.document.path:
        return None
    where = (hit.document.path, hit.document.format)
    changes = [(*where, Wanted(hit.alike, fix.value, fix.replace, fix.add))]
    patterns = [compiled(path) for path in fix.also]
    also = tuple(one for one in hit.part.settings if any(each.fullmatch(joined(one.path)) for each in patterns))
    if also and fix.value is None and not fix.replace:
        changes = [(*where, Wanted((*hit.alike, *also)))]
    elif also:
        changes.append((*where, Wanted(also)))
    return Proposal(fix.message, Applicability.SAFE, changes=tuple(changes))


def _particulars(index: DeploymentIndex, rule: Rule, hit: Hit) -> Particulars:
    consequence = hit.row.consequence or rule.consequence
    severity = rule.severity_of(consequence)
    if hit.row.quiet or hit.is_open or hit.part.servers == 1:
        severity = Severity.INFO
    besides = f"Whether it is on is decided by `{hit.setting.decided_by}`." if hit.is_open else ""
    if (given := hit.setting.given_at) is not None:
        besides = f"{besides} Its value is given at {given.path}:{given.line}.".strip()
    if "copies" in hit.row.needs:
        besides = f"{besides} {' '.join(one.sentence for one in _replicas(index, hit))}".strip()
    shown, title = _shown(hit), hit.part.title.replace(f"{UNKNOWN_RECEIVER}.", "")
    names = {
        "holder": hit.setting.path[-1],
        "setting": shown,
        "object": hit.document.path if shown == title else title,
        "product": hit.product,
    }
    return Particulars(severity, consequence, hit.row.why, hit.row.instead, names, besides)


def _replicas(index: DeploymentIndex, hit: Hit) -> list[Asked]:
    """What asks for more than one container; further processes in one of them are no copies of what it has."""
    return [one for one in index.services.copies_of(hit.part) if not one.one_host]


def _shown(hit: Hit) -> str:
    """`ip_hash`, `sessionAffinity: ClientIP`, `--workers 1`, `hostPath /srv/media at /app/media`."""
    setting = hit.setting
    value = "" if setting.value == "true" and setting.path[0] in {COMMAND, MOUNTS, PIPELINE} else setting.value
    if setting.path[0] == MOUNTS:
        return f"{setting.path[2]}{f' {value}' if value else ''} at {setting.path[1]}"
    if hit.document.format == PYTHON and setting.path[-1] == CALL:
        return f"{hit.part.kind.rpartition('.')[2]}()"
    name = next((key for key in reversed(setting.path) if key[0] != "["), "")
    if not value or not name:
        return name or value or setting.path[-1]
    between = BETWEEN.get(setting.path[0], hit.document.assigns)
    return f"{name}{between}{value}"
