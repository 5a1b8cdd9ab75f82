"""Pulumi's programs in YAML, templates of OpenStack Heat and Azure's container apps: one object for each resource."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.model import Format, Part, Text, ports_of
from statelint.deployment.trees import Flattener, child, documents, pairs, scalar

HEAT = re.compile(r"^heat_template_version\s*:", re.MULTILINE)
PULUMI = re.compile(r"^runtime\s*:\s*[\"']?yaml\b", re.MULTILINE)
AZURE = re.compile(r"^(type[ \t]*:[ \t]*[\"']?Microsoft\.\w|properties[ \t]*:[ \t]*$)", re.MULTILINE)
OF_AZURE = "managedEnvironmentId"
CONTAINER_APP = "Microsoft.App/containerApps"


def recognise(path: str, text: str) -> bool:
    """The version of Heat, the runtime of Pulumi, or what every container app has."""
    if not path.endswith((".yaml", ".yml", ".j2", ".template")):
        return False
    is_app = AZURE.search(text) is not None and (OF_AZURE in text or CONTAINER_APP in text)
    return is_app or HEAT.search(text) is not None or PULUMI.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The resources; without any the whole file is one."""
    flattener = Flattener(text)
    for root in documents(text):
        named = child(root, "resources")
        for name, resource in pairs(named):
            kind = scalar(child(resource, "type"))
            settings = tuple(flattener.settings(child(resource, "properties")))
            ports = ports_of(one for one in settings if one.path[-1] in {"port", "protocol_port"})
            yield Part(kind, name.value, settings, (name.value,), ports)
        if named is None:
            kind, name = scalar(child(root, "type")) or CONTAINER_APP, scalar(child(root, "name"))
            yield Part(kind, name, tuple(flattener.settings(root)), (name,))


FORMAT = Format("resources", recognise, parse)
