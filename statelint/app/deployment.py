"""Reads the deployment files of a run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from statelint.app.loading import Loaded, unreadable
from statelint.deployment.project import Deployment
from statelint.deployment.rows import load_affinity
from statelint.sources.discover import is_program
from statelint.sources.read import Texts


def deployment_of(loaded: Loaded, texts: Texts, added: Iterable[Path], names: tuple[str, ...]) -> Deployment:
    """What the project's deployment files say; those that can't be parsed become problems."""
    paths = sorted(path for path in loaded.sources if not is_program(path))
    if not paths:
        return Deployment()
    from statelint.deployment.registry import read_deployment  # parsers are dear to import

    documents, refused = read_deployment((path, texts.text(path)) for path in paths)
    loaded.problems.extend(unreadable(path, error.line, error.reason) for path, error in refused)
    return Deployment(tuple(documents), load_affinity(added), names)
