"""Finds the formats by walking their package, and reads files with those that recognise them."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from statelint.deployment import formats as package
from statelint.deployment.embedded import embedded
from statelint.deployment.inputs import followed
from statelint.deployment.model import Document, Format, Part, Refused, Text
from statelint.deployment.overlays import Overlays
from statelint.deployment.templates import has_actions, is_template


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
        for known in formats().values():
            if known.recognise(path, text):
                parts, error = _parts(known, path, text)
                if error is not None:
                    refused.append((path, error))
                if parts or error is None:
                    document = Document(path, known.name, parts, known.assigns)
                    found += (document, *_inside(document, text))
    return Overlays(followed(found)).applied(), refused


@lru_cache(maxsize=1)  # findings come by file, and a file may have thousands
def text_to_parse(path: str, text: str) -> Text:
    """A text as its format read it."""
    return Text(path, text, templated=is_template(path, text))


def _parts(known: Format, path: str, text: str) -> tuple[tuple[Part, ...], Refused | None]:
    """The objects of a file, and why there are no more; what a template's actions hide is no mistake."""
    templated = is_template(path, text)
    parts, error = _parsed(known, Text(path, text, templated=templated))
    if error is None or not has_actions(text):
        return parts, error
    again = () if templated else _parsed(known, Text(path, text, templated=True))[0]
    return again, None


def _parsed(known: Format, text: Text) -> tuple[tuple[Part, ...], Refused | None]:
    parts: list[Part] = []
    try:
        parts.extend(known.parse(text))  # what came before a mistake stays
    except Refused as error:
        return tuple(parts), error
    return tuple(parts), None


def _inside(document: Document, text: str) -> Iterator[Document]:
    """Files that stand in a file; one that can't be read is left out."""
    whole = Text(document.path, text, templated=is_template(document.path, text))
    for name, lines in embedded(whole, document.parts):
        content = lines.lstrip("\n")
        for known in formats().values():
            if known.recognise(name, content):
                with contextlib.suppress(Refused):
                    inner = Text(document.path, lines, templated=has_actions(lines))
                    yield Document(document.path, known.name, tuple(known.parse(inner)), known.assigns)
