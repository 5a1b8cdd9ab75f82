"""Kubernetes manifests: one object for each document, and for each item of a `List`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from statelint.deployment.changes.trees import changed_tree
from statelint.deployment.commands import command_settings, mount_setting
from statelint.deployment.model import Format, Part, Runs, Setting, Text, ports_of
from statelint.deployment.patches import (
    FILES,
    KUSTOMIZATION,
    Patch,
    is_json_patch,
    is_kustomization,
    json_patch,
    patches_in,
    scaled_in,
)
from statelint.deployment.trees import Flattener, Node, ScalarNode, child, documents, items, pairs, scalar
from statelint.domain.findings import Place

KIND = re.compile(r"(?:^[ \t-]*|[{,]\s*)\"?(apiVersion|kind)\"?\s*:", re.MULTILINE)
SUFFIXES = (".yaml", ".yml", ".json", ".j2", ".tmpl", ".tpl", ".template")
PATCH = re.compile(r"(?:\s|#[^\n]*\n|---)*[-\[]\s*(?:\{\s*)?\"?(?:op|path|value)\"?\s*:")
POINTER = re.compile(r"\"?path\"?\s*:\s*[\"']?/")
DEFINITION = "CustomResourceDefinition"  # what objects may say, not what one says
NAMING = ("image", "app", "app.kubernetes.io/name", "app.kubernetes.io/component", "chart", "helm.sh/chart")
PORTS = ("port", "targetPort", "containerPort")
BACKENDS = ("serviceName",)
JOBS = frozenset({"Job", "CronJob"})
CLAIMS = "volumeClaimTemplates"
SOURCES = ("path", "claimName")  # of volumes


def recognise(path: str, text: str) -> bool:
    """Both keys that every object has, a kustomization, or operations of a patch."""
    if path.rpartition("/")[2] in FILES:
        return True
    if not path.endswith(SUFFIXES):
        return False
    if "apiVersion" not in text:
        return PATCH.match(text) is not None and POINTER.search(text) is not None
    return len({match[1] for match in KIND.finditer(text)}) > 1


def parse(text: Text) -> Iterator[Part]:
    """The objects of a manifest."""
    flattener = Flattener(text)
    for root in documents(text):
        if is_json_patch(root):
            yield json_patch(flattener, root)
        elif is_kustomization(text.path, root):
            yield _kustomization(text, flattener, root)
            yield from scaled_in(flattener, root)
            yield from (_patch(text, one) for one in patches_in(text, root))
        else:
            yield from (_part(text, flattener, node) for node in _objects(root))


def _kustomization(text: Text, flattener: Flattener, root: Node) -> Part:
    """`commonAnnotations` are annotations of all objects."""
    part = _part(text, flattener, root)
    common = flattener.settings(child(root, "commonAnnotations"), ("metadata", "annotations"))
    kind = part.kind or KUSTOMIZATION
    return msgspec.structs.replace(part, kind=kind, settings=(*part.settings, *common))


def _patch(text: Text, patch: Patch) -> Part:
    """The kind and the name of the target come before those of the patch."""
    if is_json_patch(patch.root):
        return json_patch(patch.flattener, patch.root, patch.kind, patch.name)
    part = _part(text, patch.flattener, patch.root)
    return msgspec.structs.replace(part, kind=patch.kind or part.kind, name=patch.name or part.name)


def _part(text: Text, flattener: Flattener, node: Node) -> Part:
    settings = tuple(flattener.settings(node))
    name, kind = scalar(child(node, "metadata", "name")), scalar(child(node, "kind"))
    subjects, ports = _subjects(text, name, settings), _ports(settings)
    links = tuple(one.value for one in settings if one.value and _is_link(one.path))
    selector = child(node, "spec", "selector")
    if (pod := _pod(node, kind)) is None:
        return Part(kind, name, settings, subjects, ports, 0, None, links, _labels(selector))
    images = tuple(scalar(child(one, "image")) for one in _containers(pod))
    labels = _labels(child(node, "spec", "template", "metadata", "labels") or child(node, "metadata", "labels"))
    runs = Runs(tuple(filter(None, images)), labels=labels)
    return Part(kind, name, (*settings, *_what_runs(flattener, node, pod)), subjects, ports, 0, runs, links)


def _pod(node: Node, kind: str) -> Node | None:
    """What the containers of an object stand in; jobs serve nobody."""
    if kind in JOBS:
        return None
    template = child(node, "spec", "template", "spec")
    pod = template if child(template, "containers") is not None else child(node, "spec")
    return pod if child(pod, "containers") is not None else None


def _containers(pod: Node) -> list[Node]:
    return items(child(pod, "containers"))


def _labels(node: Node | None) -> frozenset[str]:
    """`key=value` of each label."""
    return frozenset(
        f"{key.value}={value.value}" for key, value in pairs(node) if isinstance(value, ScalarNode) and value.value
    )


def _is_link(path: tuple[str, ...]) -> bool:
    """Whether a setting names a Service that gets the requests."""
    return (
        path[-2:] in {("service", "name"), ("to", "name")}
        or path[-1] in {*BACKENDS, "host"}
        or path[-3:-2] == ("backendRefs",)
    )


def _what_runs(flattener: Flattener, node: Node, pod: Node) -> Iterator[Setting]:
    commands = [
        (*flattener.words(child(one, "command")), *flattener.words(child(one, "args"))) for one in _containers(pod)
    ]
    yield from command_settings(commands)
    sources = {scalar(child(one, "name")): _volume(flattener, one) for one in items(child(pod, "volumes"))}
    for one in items(child(node, "spec", CLAIMS)):
        name = child(one, "metadata", "name")
        if name is not None:
            sources[scalar(name)] = (CLAIMS, scalar(name), flattener.place(name))
    for container in _containers(pod):
        yield from flattener.environment(child(container, "env"))
        for mount in items(child(container, "volumeMounts")):
            known = sources.get(scalar(child(mount, "name")))
            if known is not None and scalar(child(mount, "readOnly")) != "true":
                yield mount_setting(scalar(child(mount, "mountPath")), *known)


def _volume(flattener: Flattener, volume: Node) -> tuple[str, str, Place] | None:
    """The kind of a volume, its path or claim, and where that is said."""
    for key, value in pairs(volume):
        if key.value != "name":
            source = next((scalar(child(value, one)) for one in SOURCES if child(value, one) is not None), "")
            at = next((one for inner, one in pairs(value) if inner.value in SOURCES), key)
            return key.value, source, flattener.place(at if at is not key else key)
    return None


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


FORMAT = Format("kubernetes", recognise, parse, changed_tree)
