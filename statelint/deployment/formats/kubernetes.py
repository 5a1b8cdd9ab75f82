"""Kubernetes manifests: one object for each document, and for each item of a `List`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.model import Format, Part, Setting, Text, ports_of
from statelint.deployment.trees import Flattener, Node, child, documents, items, scalar

KIND = re.compile(r"(?:^[ \t-]*|[{,]\s*)\"?(apiVersion|kind)\"?\s*:", re.MULTILINE)
SUFFIXES = (".yaml", ".yml", ".json", ".j2", ".tmpl", ".tpl", ".template")
DEFINITION = "CustomResourceDefinition"  # what objects may say, not what one says
NAMING = ("image", "app", "app.kubernetes.io/name", "app.kubernetes.io/component", "chart", "helm.sh/chart")
PORTS = ("port", "targetPort", "containerPort")
BACKENDS = ("serviceName",)


def recognise(path: str, text: str) -> bool:
    """Both keys that every object has."""
    if not path.endswith(SUFFIXES) or "apiVersion" not in text:
        return False
    return len({match[1] for match in KIND.finditer(text)}) > 1


def parse(text: Text) -> Iterator[Part]:
    """The objects of a manifest."""
    flattener = Flattener(text)
    for root in documents(text):
        for node in _objects(root):
            settings = tuple(flattener.settings(node))
            name = scalar(child(node, "metadata", "name"))
            yield Part(scalar(child(node, "kind")), name, settings, _subjects(text, name, settings), _ports(settings))


def _objects(root: Node) -> Iterator[Node]:
    kind = scalar(child(root, "kind"))
    if kind.endswith("List") and child(root, "items") is not None:
        for item in items(child(root, "items")):
            yield from _objects(item)
    elif kind and kind != DEFINITION:
        yield root


def _subjects(text: Text, name: str, settings: tuple[Setting, ...]) -> tuple[str, ...]:
    """Names and images, and the folder of a chart that is brought along."""
    named = [
        one.value for one in settings if one.value and (one.path[-1] in NAMING or one.path[-2:-1] == ("selector",))
    ]
    behind = [one.value for one in settings if one.value and one.path[-2:] in {("service", "name"), BACKENDS}]
    _, _, chart = f"/{text.path}".partition("/charts/")
    return (name, *named, *behind, chart.partition("/")[0] if "/" in chart else "")


def _ports(settings: tuple[Setting, ...]) -> tuple[int, ...]:
    return ports_of(one for one in settings if one.path[-1] in PORTS)


FORMAT = Format("kubernetes", recognise, parse)
