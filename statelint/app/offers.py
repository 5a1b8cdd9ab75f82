"""Fixes of the findings that are reported."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from statelint.app.joined import Known
from statelint.detectors.candidate import Candidate
from statelint.domain.findings import Finding, Place
from statelint.domain.words import Applicability, Confidence
from statelint.fixes.write import fix_of
from statelint.sources.read import Texts
from statelint.syntax.batch import Asker

Key = tuple[str, Place, str]


class Offers:
    """Proposals of candidates, until it is known which of their findings are reported."""

    def __init__(self, judged: Iterable[tuple[Candidate, Finding]], known: Known) -> None:
        """What is known of the code that a pin is about decides what it may hide."""
        offered = [(_key(finding), one.fix, one.deployed) for one, finding in judged]
        self._proposals = {key: fix for key, fix, _ in offered if fix is not None}
        self._whole = {key for key, _, deployed in offered if deployed is not None and known.is_whole(deployed)}

    def with_fix(self, finding: Finding, texts: Texts, asker: Asker) -> Finding:
        """The finding with its fix, where the files have a form that it fits."""
        proposal = self._proposals.get(_key(finding))
        if proposal is None:
            return finding
        if proposal.changes and self._may_hide_something(finding):
            proposal = msgspec.structs.replace(proposal, applicability=Applicability.UNSAFE)
        return msgspec.structs.replace(finding, fix=fix_of(proposal, asker, texts.text))

    def _may_hide_something(self, finding: Finding) -> bool:
        return bool(finding.hides) or _key(finding) not in self._whole or finding.confidence is not Confidence.SURE


def _key(finding: Finding) -> Key:
    return finding.code, finding.place, finding.symbol
