"""Values that another file gives: variables and locals of a Terraform module, values of a Helm chart.

What a file gives that a run reads by itself decides. A default may be overruled, so its name stays with the setting.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from statelint.deployment.folders import folder_of
from statelint.deployment.model import Document, Part, Setting

VARIABLE, LOCALS, GIVEN = "variable", "locals", "given"  # kinds of objects that only give values
TERRAFORM, HELM = "terraform", "helm-values"
REFERENCE = re.compile(r"^(var|local)\.\w+$")
OF_CHART = re.compile(r"^\.Values(?P<path>(?:\.\w+)+)(?P<filters>(?:\s*\|\s*[^|]+)*)$")
DEFAULT = re.compile(r"\|\s*default\s+\"?(?P<value>[^\s\"|]*)\"?")
TEMPLATES, VALUES = "/templates/", "values.yaml"
NOTHING = "null"
MOST_STEPS = 5

Literals = dict[str, tuple[str, str]]  # by reference, a value and what may overrule it


def followed(documents: Iterable[Document]) -> list[Document]:
    """The documents with such values put in; objects that only give values are gone."""
    known = list(documents)
    modules = _modules(known)
    charts = {one.path: one for one in known if one.format == HELM and one.path.endswith(VALUES)}
    return [_followed(document, modules, charts) for document in known]


def _followed(document: Document, modules: Mapping[str, Literals], charts: Mapping[str, Document]) -> Document:
    if document.format == TERRAFORM:
        parts = (one for one in document.parts if one.kind not in {VARIABLE, LOCALS, GIVEN})
        return _with(document, parts, modules[folder_of(document.path)])
    chart, between, _ = f"/{document.path}".rpartition(TEMPLATES)
    values = charts.get(f"{chart}/{VALUES}".lstrip("/")) if between else None
    if values is None:
        return document
    return _with(document, document.parts, _of_chart(document, values))


def _with(document: Document, parts: Iterable[Part], literals: Literals) -> Document:
    return msgspec.structs.replace(document, parts=tuple(_part(part, literals) for part in parts))


def _part(part: Part, literals: Literals) -> Part:
    if not any(one.decided_by in literals for one in part.settings):
        return part
    return msgspec.structs.replace(part, settings=tuple(_setting(one, literals) for one in part.settings))


def _setting(setting: Setting, literals: Literals) -> Setting:
    if setting.decided_by not in literals:
        return setting
    value, decided_by = literals[setting.decided_by]
    return msgspec.structs.replace(setting, value=value, decided_by=decided_by)


# --- Terraform


def _modules(documents: Iterable[Document]) -> Mapping[str, Literals]:
    """What is literal in each folder: files of one folder are one module."""
    found: dict[str, Literals] = defaultdict(dict)
    given: dict[str, dict[str, str]] = defaultdict(dict)
    waiting: list[tuple[str, str, str]] = []
    for document in documents:
        folder = folder_of(document.path)
        for part in document.parts if document.format == TERRAFORM else ():
            for one in part.settings:
                if one.value is None or len(one.path) > 1:
                    continue
                if part.kind == GIVEN and not one.decided_by:
                    given[folder][f"var.{one.path[0]}"] = one.value
                elif part.kind == VARIABLE and one.path == ("default",) and not one.decided_by:
                    found[folder][f"var.{part.name}"] = (one.value, f"var.{part.name}")
                elif part.kind == LOCALS and one.decided_by:
                    waiting.append((folder, f"local.{one.path[0]}", one.decided_by))
                elif part.kind == LOCALS:
                    found[folder][f"local.{one.path[0]}"] = (one.value, "")
    for folder, values in given.items():
        found[folder].update((name, (value, "")) for name, value in values.items())
    for _ in range(MOST_STEPS):
        for folder, name, source in waiting:
            if REFERENCE.match(source) and source in found[folder]:
                found[folder][name] = found[folder][source]
    return found


# --- Helm


def _of_chart(document: Document, values: Document) -> Literals:
    """What the references of a template are by default."""
    given = {one.path: one.value for part in values.parts for one in part.settings if not one.decided_by}
    return dict(_defaults(document, given))


def _defaults(document: Document, given: Mapping[tuple[str, ...], str | None]) -> Iterator[tuple[str, tuple[str, str]]]:
    for reference in {one.decided_by for part in document.parts for one in part.settings if one.decided_by}:
        if (match := OF_CHART.match(reference)) is None:
            continue
        value = given.get(tuple(match["path"].strip(".").split(".")))
        if not value and (default := DEFAULT.search(match["filters"])) is not None:
            value = default["value"]
        if value is not None:
            yield reference, (value or NOTHING, reference)
