"""Which state objects of a project a pin hides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

import msgspec

from statelint.domain.findings import Finding, Hidden
from statelint.domain.words import Consequence, Holder

NAMED = 3  # states that the message names
NOT_NEEDED = "no state was found in this project that it would hide, so it can go"


def with_hidden(findings: Sequence[Finding], *, is_application: bool) -> Iterator[Finding]:
    """The findings; those that pin clients name the states that they hide, nearest first."""
    states = [finding for finding in findings if _is_hidden_by_pins(finding)]
    for finding in findings:
        if finding.holder is not Holder.DEPLOYMENT_SETTING:
            yield finding
        elif states:
            nearest = _nearest_first(finding, states)
            hides = tuple(Hidden(one.code, one.place, one.symbol, one.fingerprint) for one in nearest)
            yield msgspec.structs.replace(finding, message=f"{finding.message}; {_named(nearest)}", hides=hides)
        elif is_application:
            yield msgspec.structs.replace(finding, message=f"{finding.message}; {NOT_NEEDED}")
        else:
            yield finding


def _is_hidden_by_pins(finding: Finding) -> bool:
    """Jobs run once per replica wherever clients go."""
    return finding.holder is not Holder.DEPLOYMENT_SETTING and finding.consequence is not Consequence.DUPLICATE


def _nearest_first(pin: Finding, states: Iterable[Finding]) -> list[Finding]:
    folders = pin.place.path.split("/")[:-1]

    def distance(state: Finding) -> tuple[object, ...]:
        pairs = zip(folders, state.place.path.split("/"), strict=False)
        shared = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
        return (-shared, state.consequence is not Consequence.BREAKS, state.place, state.code)

    return sorted(states, key=distance)


def _named(states: Sequence[Finding]) -> str:
    count = f"it hides {len(states)} state{'s' if len(states) > 1 else ''} of this project"
    named = ", ".join(f"{one.code} {one.place.path}:{one.place.line}" for one in states[:NAMED])
    return f"{count}: {named}{' ...' if len(states) > NAMED else ''}"
