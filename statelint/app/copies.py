"""What deployment files say of the copies that run of some code."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from statelint.deployment.folders import is_below
from statelint.domain.findings import Asked, Copies, Finding

NAMED = 3  # settings that a text names


def with_copies(finding: Finding, asked: Iterable[Asked], *, one_host: bool) -> Finding:
    """The finding of a state, which may be on the disk of one host, with what asks for copies of it."""
    found = [one for one in asked if is_in(finding.place.path, one.folders) and not (one.one_host and one_host)]
    if not found:
        return finding
    copies = tuple(Copies(one.count, one.place, one.says) for one in found)
    named = found[: max(NAMED - len(finding.copies), 0)]
    why = " ".join((finding.why, *(one.sentence for one in named)))
    return msgspec.structs.replace(finding, copies=(*finding.copies, *copies), why=why)


def is_in(path: str, folders: Iterable[str]) -> bool:
    """Whether a path lies in one of some folders."""
    return any(is_below(path, folder) for folder in folders)
