"""What a detector would change, before anybody has looked at the files as they are written."""

from __future__ import annotations

import msgspec

from statelint.deployment.model import Wanted
from statelint.domain.words import Applicability
from statelint.syntax.edit import EditRequest


class Proposal(msgspec.Struct, frozen=True):
    """Edits of code and changes of deployment files, each with the path of its file; all of them, or none.

    `variables` are those that the edits may read: values that are outside already stay.
    """

    message: str
    applicability: Applicability
    requests: tuple[tuple[str, EditRequest], ...] = ()
    changes: tuple[tuple[str, str, Wanted], ...] = ()  # with the name of the format
    variables: tuple[str, ...] = ()  # of the environment
    packages: tuple[str, ...] = ()  # distributions that the program needs afterwards
