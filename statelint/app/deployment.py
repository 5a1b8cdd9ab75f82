"""Reads the deployment files of a run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from statelint.app.loading import Loaded, unreadable
from statelint.deployment.model import Document
from statelint.deployment.project import Deployment
from statelint.deployment.rows import PythonObjects, load_affinity, objects_in_python
from statelint.program.infrastructure import describes_deployment
from statelint.program.modules import Module
from statelint.program.written_entries import files_with_entries
from statelint.sources.discover import is_program
from statelint.sources.read import Texts


def deployment_of(loaded: Loaded, texts: Texts, added: Iterable[Path], modules: Iterable[Module]) -> Deployment:
    """What the project's deployment files say, and rows for them; those that can't be parsed become problems."""
    paths = sorted(path for path in loaded.sources if not is_program(path))
    folders = tuple(added)
    objects = objects_in_python(folders)
    names_python = objects.names if describes_deployment(modules, objects.names) else ()
    writing = files_with_entries(loaded.sources, objects.words)
    if not paths and not names_python and not writing:
        return Deployment()
    documents: list[Document] = []
    if paths:
        from statelint.deployment.registry import read_deployment  # parsers are dear to import

        documents, refused = read_deployment((path, texts.text(path)) for path in paths)
        loaded.problems.extend(unreadable(path, error.line, error.reason) for path, error in refused)
    names = {one.name: one.folder for one in loaded.inside} | ({loaded.name: ""} if loaded.name else {})
    inside = tuple(path for one in loaded.inside if one.is_serving for path in one.code)
    python = PythonObjects(names_python, objects.keys)
    return Deployment(tuple(documents), load_affinity(folders), names, inside, python, writing)
