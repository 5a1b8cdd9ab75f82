"""The deployment files of a project with the rows that judge them."""

from __future__ import annotations

import msgspec

from statelint.deployment.model import Document
from statelint.deployment.rows import AffinityFile


class Deployment(msgspec.Struct, frozen=True):
    """Parsed files and rows; nothing of either by default.

    `names` are those that the project goes by, `python` objects of code that describes a deployment, where it has some.
    """

    documents: tuple[Document, ...] = ()
    rows: tuple[AffinityFile, ...] = ()
    names: tuple[str, ...] = ()
    python: tuple[str, ...] = ()
