"""Reads the deployment files of a run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from statelint.app.loading import Loaded, unreadable
from statelint.deployment.model import Document
from statelint.deployment.project import Deployment
from statelint.deployment.rows import PythonObjects, load_affinity, objects_in_python
from statelint.program.infrastructure import describes_deployment
from statelint.program.modules import Module
from statelint.program.written_entries import files_with_entries
from statelint.sources.discover import is_program
from statelint.sources.read import Texts


class Files(NamedTuple):
    """The deployment files of a run, parsed, and what rows speak of in Python code."""

    documents: tuple[Document, ...]
    objects: PythonObjects
    added: tuple[Path, ...]  # folders with rows of a project's own

    @classmethod
    def of(cls, loaded: Loaded, texts: Texts, added: Iterable[Path]) -> Files:
        """Those that can't be parsed become problems."""
        folders = tuple(added)
        paths = sorted(path for path in loaded.sources if not is_program(path))
        documents: list[Document] = []
        if paths:
            from statelint.deployment.registry import read_deployment  # parsers are dear to import

            documents, refused = read_deployment((path, texts.text(path)) for path in paths)
            loaded.problems.extend(unreadable(path, error.line, error.reason) for path, error in refused)
        return cls(tuple(documents), objects_in_python(folders), folders)


def deployment_of(files: Files, loaded: Loaded, modules: Iterable[Module]) -> Deployment:
    """What the project's deployment files say, and rows for them and for code that describes a deployment."""
    objects = files.objects
    names_python = objects.names if describes_deployment(modules, objects.names) else ()
    writing = files_with_entries(loaded.sources, objects.words)
    if not names_python and not writing and all(map(is_program, loaded.sources)):
        return Deployment()
    names = {one.name: one.folder for one in loaded.inside} | ({loaded.name: ""} if loaded.name else {})
    inside = tuple(path for one in loaded.inside if one.is_serving for path in one.code)
    python = PythonObjects(names_python, objects.keys)
    return Deployment(files.documents, load_affinity(files.added), names, inside, python, writing)
