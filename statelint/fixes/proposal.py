"""What a detector would change, before anybody has looked at the code as it is written."""

from __future__ import annotations

import msgspec

from statelint.domain.words import Applicability
from statelint.syntax.edit import EditRequest


class Proposal(msgspec.Struct, frozen=True):
    """Edits of code, each with the path of its file; all of them, or none."""

    message: str
    applicability: Applicability
    requests: tuple[tuple[str, EditRequest], ...] = ()
