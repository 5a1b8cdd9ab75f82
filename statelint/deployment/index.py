"""The deployment as detectors see it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from statelint.deployment.judge import Hit, Judge
from statelint.deployment.model import Document
from statelint.deployment.project import Deployment
from statelint.deployment.services import Services


class DeploymentIndex:
    """What deployment files say, and code that describes a deployment, of the code that serves."""

    def __init__(self, deployment: Deployment, in_code: Iterable[Document], serving: Iterable[str]) -> None:
        """`in_code` is what Python code describes, and `serving` are the paths of programs with entry points."""
        self.formats = frozenset(one.format for one in deployment.documents)
        self._rows = deployment.rows
        self._documents = (*deployment.documents, *in_code)
        self._names = deployment.names
        self._program = (*serving, *deployment.inside)

    @cached_property
    def services(self) -> Services:
        """Which code each object runs, and in how many copies."""
        return Services(self._documents, self._rows, self._program, self._names)

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """Settings that rows speak of, and that are on."""
        judge = Judge(self._rows, self._documents)
        return tuple(hit for document in self._documents for hit in judge.hits(document))
