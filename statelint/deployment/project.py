"""The deployment files of a project with the rows that judge them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from statelint.deployment.model import Document
from statelint.deployment.rows import AffinityFile, PythonObjects


class Deployment(msgspec.Struct, frozen=True):
    """Parsed files and rows; nothing of either by default.

    `names` are those that the project and those inside it go by, with their folders, `inside` is code that serves in
    the latter, `python` what rows say of code, where it describes a deployment or, in
    the files `writing`, writes entries that they name.
    """

    documents: tuple[Document, ...] = ()
    rows: tuple[AffinityFile, ...] = ()
    names: Mapping[str, str] = MappingProxyType({})
    inside: tuple[str, ...] = ()
    python: PythonObjects = PythonObjects()
    writing: tuple[str, ...] = ()
