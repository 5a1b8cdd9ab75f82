"""Values that another file gives: variables and locals of a Terraform module, values of a chart, variables of Compose.

What a file gives that a run reads by itself decides. A default may be overruled, so its name stays with the setting.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from statelint.deployment.commands import ENVIRONMENT
from statelint.deployment.folders import folder_from, folder_of
from statelint.deployment.interpolation import NAME, interpolated
from statelint.deployment.model import Document, Part, Setting
from statelint.deployment.paths import compiled, joined
from statelint.domain.findings import Place

VARIABLE, LOCALS, GIVEN = "variable", "locals", "given"  # kinds of objects that only give values
TERRAFORM, HELM, COMPOSE, DOTENV = "terraform", "helm-values", "compose", "dotenv"
REFERENCE = re.compile(r"^(var|local)\.\w+$")
OF_CHART = re.compile(r"^\.Values(?P<path>(?:\.\w+)+)(?P<filters>(?:\s*\|\s*[^|]+)*)$")
DEFAULT = re.compile(r"\|\s*default\s+\"?(?P<value>[^\s\"|]*)\"?")
TEMPLATES, VALUES = "/templates/", "values.yaml"
NOTHING = "null"
BESIDE = ".env"
FILES = (compiled("env_file"), compiled("env_file[]"), compiled("env_file[].path"))
MOST_STEPS = 5


class Literal(msgspec.Struct, frozen=True):
    """A value, what may overrule it, and where it is given."""

    value: str
    decided_by: str = ""
    place: Place | None = None


Literals = dict[str, Literal]  # by reference


def followed(documents: Iterable[Document]) -> list[Document]:
    """The documents with such values put in; objects that only give values are gone."""
    known = list(documents)
    modules = _modules(known)
    charts = {one.path: one for one in known if one.format == HELM and one.path.endswith(VALUES)}
    variables = {one.path: _given(one) for one in known if one.format == DOTENV}
    return [_followed(document, modules, charts, variables) for document in known if document.format != DOTENV]


def _followed(
    document: Document,
    modules: Mapping[str, Literals],
    charts: Mapping[str, Document],
    variables: Mapping[str, Literals],
) -> Document:
    if document.format == COMPOSE:
        return _of_compose(document, variables) if variables else document
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
    found = literals[setting.decided_by]
    return msgspec.structs.replace(setting, value=found.value, decided_by=found.decided_by, given_at=found.place)


# --- Terraform


def _modules(documents: Iterable[Document]) -> Mapping[str, Literals]:
    """What is literal in each folder: files of one folder are one module."""
    found: dict[str, Literals] = defaultdict(dict)
    given: dict[str, Literals] = defaultdict(dict)
    waiting: list[tuple[str, str, str]] = []
    for document in documents:
        folder = folder_of(document.path)
        for part in document.parts if document.format == TERRAFORM else ():
            for one in part.settings:
                if one.value is None or len(one.path) > 1:
                    continue
                if part.kind == GIVEN and not one.decided_by:
                    given[folder][f"var.{one.path[0]}"] = Literal(one.value, "", one.place)
                elif part.kind == VARIABLE and one.path == ("default",) and not one.decided_by:
                    found[folder][f"var.{part.name}"] = Literal(one.value, f"var.{part.name}", one.place)
                elif part.kind == LOCALS and one.decided_by:
                    waiting.append((folder, f"local.{one.path[0]}", one.decided_by))
                elif part.kind == LOCALS:
                    found[folder][f"local.{one.path[0]}"] = Literal(one.value, "", one.place)
    for folder, values in given.items():
        found[folder].update(values)
    for _ in range(MOST_STEPS):
        for folder, name, source in waiting:
            if REFERENCE.match(source) and source in found[folder]:
                found[folder][name] = found[folder][source]
    return found


# --- Helm


def _of_chart(document: Document, values: Document) -> Literals:
    """What the references of a template are by default."""
    given = {one.path: one for part in values.parts for one in part.settings if not one.decided_by}
    return dict(_defaults(document, given))


def _defaults(document: Document, given: Mapping[tuple[str, ...], Setting]) -> Iterator[tuple[str, Literal]]:
    for reference in {one.decided_by for part in document.parts for one in part.settings if one.decided_by}:
        if (match := OF_CHART.match(reference)) is None:
            continue
        one = given.get(tuple(match["path"].strip(".").split(".")))
        value, place = (one.value, one.place) if one is not None else (None, None)
        if not value and (default := DEFAULT.search(match["filters"])) is not None:
            value, place = default["value"], None
        if value is not None:
            yield reference, Literal(value or NOTHING, reference, place)


# --- Compose


def _given(document: Document) -> Literals:
    """The variables of a file."""
    return {one.path[0]: Literal(one.value or "", "", one.place) for part in document.parts for one in part.settings}


def _of_compose(document: Document, variables: Mapping[str, Literals]) -> Document:
    """With what the file of variables beside it gives, and the variables of those that its services name."""
    own = variables.get(folder_from(document.path, BESIDE) or "", {})
    values = {name: one.value for name, one in own.items()}
    parts = []
    for part in document.parts:
        given = {one.path[1]: one for one in _environment(document, part, variables)}
        known = {one.path[1] for one in part.settings if one.path[0] == ENVIRONMENT and len(one.path) > 1}
        added = (one for name, one in given.items() if name not in known)
        settings = tuple(_replaced(one, own, values) for one in (*part.settings, *added))
        parts.append(msgspec.structs.replace(part, settings=settings))
    return msgspec.structs.replace(document, parts=tuple(parts))


def _environment(document: Document, part: Part, variables: Mapping[str, Literals]) -> Iterator[Setting]:
    """What files give to a service, the last of a name last."""
    for one in part.settings:
        if one.value and any(pattern.fullmatch(joined(one.path)) for pattern in FILES):
            for name, found in variables.get(folder_from(document.path, one.value) or "", {}).items():
                value, decided_by = interpolated(found.value)
                yield Setting((ENVIRONMENT, name), value, found.place or one.place, decided_by)


def _replaced(setting: Setting, own: Literals, values: Mapping[str, str]) -> Setting:
    if "$" not in setting.decided_by:
        return setting
    value, decided_by = interpolated(setting.decided_by, values)
    if decided_by or "$" in value or "`" in value or (not value and setting.value):
        return setting
    place = next((own[name].place for name in NAME.findall(setting.decided_by) if name in own), None)
    return msgspec.structs.replace(setting, value=value, decided_by="", given_at=place)
