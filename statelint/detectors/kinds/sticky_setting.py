"""A setting of a proxy, cluster, load balancer or platform that sends a client to the same replica again."""

from __future__ import annotations

from typing import Any

import msgspec

from statelint.catalogue.rule import Rule
from statelint.deployment.judge import Hit, Judge
from statelint.detectors.candidate import Candidate, Detector, Outcome, Particulars
from statelint.domain.words import Confidence, Holder, Severity
from statelint.program.index import ProgramIndex
from statelint.syntax.batch import Asker


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to set: the rows of `rules/affinity/` name the rule."""


def _detect(index: ProgramIndex, rules: tuple[tuple[Rule, Any], ...], asker: Asker) -> Outcome:
    del asker
    by_id = {rule.id: rule for rule, _ in rules}
    judge = Judge(index.deployment.rows)
    found = (hit for document in index.deployment.documents for hit in judge.hits(document))
    return Outcome(tuple(_candidate(by_id[hit.row.rule], hit) for hit in found if hit.row.rule in by_id), ())


def _candidate(rule: Rule, hit: Hit) -> Candidate:
    part, setting = hit.part, hit.setting
    path = ".".join(setting.path)
    likely = hit.row.weak or hit.is_open
    return Candidate(
        rule, setting.place, f"{hit.document.path}:{part.title}:{path}", Holder.DEPLOYMENT_SETTING,
        Confidence.LIKELY if likely else Confidence.SURE, (), (), (), (), (), _particulars(rule, hit),
    )  # fmt: skip


def _particulars(rule: Rule, hit: Hit) -> Particulars:
    consequence = hit.row.consequence or rule.consequence
    severity = rule.severity_of(consequence)
    if hit.row.quiet or hit.is_open or hit.part.copies == 1:
        severity = Severity.INFO
    besides = f"Whether it is on is decided by `{hit.setting.decided_by}`." if hit.is_open else ""
    names = {
        "holder": hit.setting.path[-1],
        "setting": _shown(hit),
        "object": hit.part.title,
        "product": hit.product,
    }
    return Particulars(severity, consequence, hit.row.why, hit.row.instead, names, besides)


def _shown(hit: Hit) -> str:
    """`ip_hash`, `sessionAffinity: ClientIP`."""
    setting = hit.setting
    name = next((key for key in reversed(setting.path) if key[0] != "["), setting.path[-1])
    if not setting.value:
        return name
    between = " " if hit.document.format in {"nginx", "haproxy", "caddyfile"} else ": "
    return f"{name}{between}{setting.value}"


DETECTOR = Detector("sticky-setting", Params, _detect)
