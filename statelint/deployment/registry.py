"""Finds the formats by walking their package, and reads files with those that recognise them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache

from statelint.deployment import formats as package
from statelint.deployment.model import Document, Format, Refused, Text
from statelint.deployment.templates import is_template


@cache
def formats() -> Mapping[str, Format]:
    """Every format by name."""
    found: dict[str, Format] = {}
    for info in pkgutil.iter_modules(package.__path__):
        known = importlib.import_module(f"{package.__name__}.{info.name}").FORMAT
        found[known.name] = known
    return found


def read_deployment(texts: Iterable[tuple[str, str]]) -> tuple[list[Document], list[tuple[str, Refused]]]:
    """Documents of files given as path and text, and the files that are of a format and can't be read."""
    found: list[Document] = []
    refused: list[tuple[str, Refused]] = []
    for path, text in texts:
        source = Text(path, text, is_template(path, text))
        for known in formats().values():
            if known.recognise(path, text):
                try:
                    found.append(Document(path, known.name, tuple(known.parse(source))))
                except Refused as error:
                    refused.append((path, error))
    return found, refused
