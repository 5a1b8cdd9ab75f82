"""Terraform and OpenTofu, as HCL and as JSON: one object for each resource and module."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from statelint.deployment.model import Format, Part, Setting, Text, ports_of
from statelint.deployment.trees import Flattener, child, documents, pairs

HCL = (".tf", ".tofu")
JSON = (".tf.json", ".tofu.json")
REFERENCE = re.compile(r"^(var|local)\.(\w+)$")
VARIABLE, LOCALS = "variable", "locals"


def recognise(path: str, text: str) -> bool:
    """By name: no other tool has these."""
    return path.endswith((*HCL, *JSON)) and bool(text)


def parse(text: Text) -> Iterator[Part]:
    """Resources and modules, with variables and locals of the file that are literal put in."""
    parts = list(_from_json(text) if text.path.endswith(JSON) else _from_hcl(text))
    yield from (_followed(part, _literals(parts)) for part in parts if part.kind not in {VARIABLE, LOCALS})


def _from_hcl(text: Text) -> Iterator[Part]:
    from statelint.deployment.hcl import blocks

    for block in blocks(text):
        match block.words:
            case ("resource" | "data", kind, name):
                head = Setting((block.words[0],), kind, block.place)
                yield _part(kind, name, (head, *block.settings))
            case (("module" | "variable") as kind, name):
                yield _part(kind, name, block.settings)
            case ("locals",):
                yield Part(LOCALS, "", block.settings)


def _from_json(text: Text) -> Iterator[Part]:
    flattener = Flattener(text)
    for root in documents(text):
        for kind, named in pairs(child(root, "resource")):
            for name, body in pairs(named):
                head = msgspec.structs.replace(flattener.setting(("resource",), name, name), value=kind.value)
                yield _part(kind.value, name.value, (head, *flattener.settings(body)))
        for top in ("module", "variable"):
            for name, body in pairs(child(root, top)):
                yield _part(top, name.value, tuple(flattener.settings(body)))
        yield Part(LOCALS, "", tuple(flattener.settings(child(root, LOCALS))))


def _part(kind: str, name: str, settings: tuple[Setting, ...]) -> Part:
    given = [one.value for one in settings if one.value and one.path in {("name",), ("source",), ("metadata", "name")}]
    ports = ports_of(one for one in settings if one.path == ("port",))
    return Part(kind, name, settings, (name, *given), ports)


def _literals(parts: list[Part]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts:
        for one in part.settings:
            if one.value is None or one.decided_by:
                continue
            if part.kind == VARIABLE and one.path == ("default",):
                found[f"var.{part.name}"] = one.value
            elif part.kind == LOCALS and len(one.path) == 1:
                found[f"local.{one.path[0]}"] = one.value
    return found


def _followed(part: Part, literals: dict[str, str]) -> Part:
    """A variable keeps its name, since its default may be overruled; a local is what it is."""
    settings = []
    for one in part.settings:
        if REFERENCE.match(one.decided_by) and one.decided_by in literals:
            decided_by = one.decided_by if one.decided_by.startswith("var.") else ""
            settings.append(msgspec.structs.replace(one, value=literals[one.decided_by], decided_by=decided_by))
        else:
            settings.append(one)
    return msgspec.structs.replace(part, settings=tuple(settings))


FORMAT = Format("terraform", recognise, parse)
