"""CloudFormation and SAM, YAML or JSON: one object for each resource; parameters stand for their defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from statelint.deployment.keyed import with_keyed
from statelint.deployment.model import Format, Part, Path, Setting, Text, ports_of
from statelint.deployment.trees import Flattener, child, documents, pairs, scalar

SIGNS = re.compile(r"AWSTemplateFormatVersion|Type\"?\s*:\s*[\"']?(AWS|Alexa|Custom)::")
FUNCTION = "Fn::"
IF = f"{FUNCTION}If"
REFERENCE = "!Ref "
REF = "Ref"


def recognise(path: str, text: str) -> bool:
    """A version, or resources of AWS."""
    return path.endswith((".yaml", ".yml", ".json", ".template", ".j2")) and SIGNS.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The resources, also of a Serverless file."""
    flattener = Flattener(text, function=FUNCTION)
    for root in documents(text):
        nested = child(root, "resources", "Resources")
        defaults = {key.value: scalar(child(value, "Default")) for key, value in pairs(child(root, "Parameters"))}
        for name, resource in pairs(child(root, "Resources") or nested):
            settings = _decided(tuple(flattener.settings(child(resource, "Properties"))))
            followed = tuple(with_keyed(_followed(one, defaults) for one in settings))
            kind = [flattener.setting((key.value,), key, one) for key, one in pairs(resource) if key.value == "Type"]
            yield Part(
                kind[0].value or "" if kind else "", name.value, (*kind, *followed), (name.value,), _ports(followed)
            )


def _decided(settings: tuple[Setting, ...]) -> Iterator[Setting]:
    """What stands in a function: both branches of `Fn::If` are there by its condition, others give an unknown value."""
    known = {one.path: one for one in settings}
    computed: set[Path] = set()
    for one in settings:
        at = next((index for index, key in enumerate(one.path) if key.startswith(FUNCTION)), None)
        if at is None:
            yield one
            continue
        base, function, rest = one.path[:at], one.path[at], one.path[at + 1 :]
        condition = known.get((*base, function, "[0]"))
        if function == IF and len(rest) > 1 and rest[0] != "[0]":
            decided_by = f"the condition {condition.value}" if condition is not None else IF
            inner = msgspec.structs.replace(one, path=(*base, *rest[1:]), decided_by=one.decided_by or decided_by)
            yield from _decided((inner,))
        elif base and base not in computed and (len(rest) == 1 and one.value is not None):
            computed.add(base)
            name = condition.value if condition is not None and function == IF else ""
            yield Setting(base, "", known.get(base, one).place, f"the condition {name}" if name else function)


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
