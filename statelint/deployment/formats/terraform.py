"""Terraform and OpenTofu, as HCL and as JSON: one object for each resource and module."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from statelint.deployment.changes.hcl import changed_attributes
from statelint.deployment.inputs import GIVEN, LOCALS
from statelint.deployment.keyed import with_keyed
from statelint.deployment.model import Format, Part, Setting, Text, ports_of
from statelint.deployment.trees import Flattener, child, documents, pairs

ITEM = re.compile(r"\[(\d+)\]")
HCL = (".tf", ".tofu")
JSON = (".tf.json", ".tofu.json")
VALUES = (".auto.tfvars", "terraform.tfvars")  # files that are read without being named


def recognise(path: str, text: str) -> bool:
    """By name: no other tool has these."""
    return path.endswith((*HCL, *JSON, *VALUES)) and bool(text)


def parse(text: Text) -> Iterator[Part]:
    """Resources and modules, variables and locals; a file of values is an object of its own."""
    if text.path.endswith(VALUES):
        from statelint.deployment.hcl import attributes

        yield Part(GIVEN, "", tuple(attributes(text)))
        return
    yield from _from_json(text) if text.path.endswith(JSON) else _from_hcl(text)


def _from_hcl(text: Text) -> Iterator[Part]:
    from statelint.deployment.hcl import blocks

    for block in blocks(text):
        match block.words:
            case ("resource" | "data", kind, name):
                head = Setting((block.words[0],), kind, block.place)
                yield _part(kind, name, (head, *with_keyed(block.settings)))
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
                yield _part(kind.value, name.value, (head, *with_keyed(map(_as_block, flattener.settings(body)))))
        for top in ("module", "variable"):
            for name, body in pairs(child(root, top)):
                yield _part(top, name.value, tuple(flattener.settings(body)))
        yield Part(LOCALS, "", tuple(flattener.settings(child(root, LOCALS))))


def _as_block(setting: Setting) -> Setting:
    """A list of objects is blocks of one name: the first is `name`, the next `name#2`."""
    path: list[str] = []
    for key in setting.path:
        if not (match := ITEM.fullmatch(key)) or not path:
            path.append(key)
        elif match[1] != "0":
            path[-1] = f"{path[-1]}#{int(match[1]) + 1}"
    return msgspec.structs.replace(setting, path=tuple(path))


def _part(kind: str, name: str, settings: tuple[Setting, ...]) -> Part:
    given = [one.value for one in settings if one.value and one.path in {("name",), ("source",), ("metadata", "name")}]
    ports = ports_of(one for one in settings if one.path == ("port",))
    return Part(kind, name, settings, (name, *given), ports)


FORMAT = Format("terraform", recognise, parse, changed_attributes, assigns=" = ")
