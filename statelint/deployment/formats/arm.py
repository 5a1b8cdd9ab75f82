"""Azure Resource Manager templates: one object for each resource, nested ones too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from statelint.deployment.model import Format, Part, Setting, Text
from statelint.deployment.trees import Flattener, Node, child, documents, items, pairs, scalar

SIGNS = re.compile(r"deploymentTemplate\.json|\"type\"\s*:\s*\"Microsoft\.")
PARAMETER = re.compile(r"^\[\s*parameters\('(?P<name>[^']+)'\)\s*\]$")


def recognise(path: str, text: str) -> bool:
    """The schema, or resources of Azure."""
    return path.endswith(".json") and SIGNS.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The resources of a template."""
    flattener = Flattener(text)
    for root in documents(text):
        defaults = {key.value: scalar(child(value, "defaultValue")) for key, value in pairs(child(root, "parameters"))}
        for resource in _resources(root):
            settings = tuple(_followed(one, defaults) for one in flattener.settings(resource))
            name = scalar(child(resource, "name"))
            yield Part(scalar(child(resource, "type")), name if name[:1] != "[" else "", settings, (name,))


def _resources(node: Node) -> Iterator[Node]:
    held = child(node, "resources")
    for one in (*items(held), *(value for _, value in pairs(held))):
        yield one
        yield from _resources(one)


def _followed(setting: Setting, defaults: dict[str, str]) -> Setting:
    if setting.value is None or setting.value[:1] != "[":
        return setting
    match = PARAMETER.match(setting.value)
    name = match["name"] if match else ""
    decided_by = f"the parameter {name}" if name else setting.value
    return msgspec.structs.replace(setting, value=defaults.get(name, ""), decided_by=decided_by)


FORMAT = Format("arm", recognise, parse)
