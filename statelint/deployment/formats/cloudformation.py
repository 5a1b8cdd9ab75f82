"""CloudFormation and SAM, YAML or JSON: one object for each resource; parameters stand for their defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from statelint.deployment.keyed import with_keyed
from statelint.deployment.model import Format, Part, Setting, Text, ports_of
from statelint.deployment.trees import Flattener, child, documents, pairs, scalar

SIGNS = re.compile(r"AWSTemplateFormatVersion|Type\"?\s*:\s*[\"']?(AWS|Alexa|Custom)::")
REFERENCE = "!Ref "
REF = "Ref"


def recognise(path: str, text: str) -> bool:
    """A version, or resources of AWS."""
    return path.endswith((".yaml", ".yml", ".json", ".template", ".j2")) and SIGNS.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The resources, also of a Serverless file."""
    flattener = Flattener(text)
    for root in documents(text):
        nested = child(root, "resources", "Resources")
        defaults = {key.value: scalar(child(value, "Default")) for key, value in pairs(child(root, "Parameters"))}
        for name, resource in pairs(child(root, "Resources") or nested):
            settings = flattener.settings(child(resource, "Properties"))
            followed = tuple(with_keyed(_followed(one, defaults) for one in settings))
            kind = [flattener.setting((key.value,), key, one) for key, one in pairs(resource) if key.value == "Type"]
            yield Part(
                kind[0].value or "" if kind else "", name.value, (*kind, *followed), (name.value,), _ports(followed)
            )


def _followed(setting: Setting, defaults: dict[str, str]) -> Setting:
    """`!Ref Name` and `{Ref: Name}`, with the default of the parameter as value."""
    name = setting.decided_by.removeprefix(REFERENCE) if setting.decided_by.startswith(REFERENCE) else ""
    path = setting.path
    if path[-1] == REF and setting.value:
        name, path = setting.value, path[:-1]
    if not name:
        return setting
    return msgspec.structs.replace(setting, path=path, value=defaults.get(name, ""), decided_by=f"the parameter {name}")


def _ports(settings: tuple[Setting, ...]) -> tuple[int, ...]:
    return ports_of(one for one in settings if one.path == ("Port",))


FORMAT = Format("cloudformation", recognise, parse)
