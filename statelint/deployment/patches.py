"""Patches of Kubernetes objects: JSON patches, and what a kustomization holds in itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
import yaml

from statelint.deployment.commands import command_settings
from statelint.deployment.model import Part, Path, Setting, Text
from statelint.deployment.trees import (
    Flattener,
    Node,
    ScalarNode,
    child,
    composed,
    items,
    lines_of_block,
    pairs,
    scalar,
)

KUSTOMIZATION = "Kustomization"
KUSTOMIZATIONS = frozenset({KUSTOMIZATION, "Component", "Application", "ApplicationSet"})
FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
SCALED = "replicas"  # the kind of an entry that scales the workload of a name
WHERE = ((), ("spec",), ("spec", "source", "kustomize"))  # of patches, by the tool that reads them
LISTS = ("patches", "patchesJson6902")
STRATEGIC = "patchesStrategicMerge"
OPERATIONS = frozenset({"add", "replace"})
BLOCKS = ("|", ">")


class Patch(msgspec.Struct, frozen=True):
    """A text in a kustomization: its root, how places in it are found, and which object it changes."""

    root: Node
    flattener: Flattener
    kind: str
    name: str


def is_kustomization(path: str, root: Node) -> bool:
    """Whether a document says what a build changes; the kind may be left out of a file with the right name."""
    kind = scalar(child(root, "kind"))
    return kind in KUSTOMIZATIONS or (not kind and path.rpartition("/")[2] in FILES)


def is_json_patch(root: Node) -> bool:
    """Whether a document is a list of operations."""
    return is_operation(next(iter(items(root)), None))


def is_operation(node: Node | None) -> bool:
    """Whether an item of a list is one, such as `{op: add, path: /spec, value: ...}`."""
    return scalar(child(node, "op")) != "" and scalar(child(node, "path"))[:1] == "/"


def json_patch(flattener: Flattener, root: Node, kind: str = "", name: str = "") -> Part:
    """What the operations set, as settings of the object; each is where its value is."""
    settings = [one for item in items(root) for one in _operation(flattener, item)]
    return Part(kind, name, tuple(settings), (name,) if name else ())


def patches_in(text: Text, root: Node) -> Iterator[Patch]:
    """Patches that are written into a kustomization."""
    for keys in WHERE:
        holder = child(root, *keys)
        for listed in LISTS:
            for one in items(child(holder, listed)):
                target = child(one, "target")
                kind, name = scalar(child(target, "kind")), scalar(child(target, "name"))
                yield from _written(text, child(one, "patch"), kind, name)
        for one in items(child(holder, STRATEGIC)):
            yield from _written(text, one, "", "")


def scaled_in(flattener: Flattener, root: Node) -> Iterator[Part]:
    """`replicas: [{name: web, count: 3}]`."""
    for keys in WHERE:
        for one in items(child(root, *keys, SCALED)):
            yield Part(SCALED, scalar(child(one, "name")), tuple(flattener.settings(one)))


# --- texts in a text


def _written(text: Text, node: Node | None, kind: str, name: str) -> Iterator[Patch]:
    if not isinstance(node, ScalarNode):
        return
    for root, flattener in _roots(text, node):
        if isinstance(root, yaml.CollectionNode):
            yield Patch(root, flattener, kind, name)


def _roots(text: Text, node: ScalarNode) -> Iterator[tuple[Node, Flattener]]:
    try:
        if node.style in BLOCKS:
            yield from ((root, Flattener(text)) for root in composed(_alone(text, node)))
        elif "\n" in node.value or node.value[:1] in {"[", "{"}:
            yield from ((root, Flattener(text, Flattener(text).place(node))) for root in composed(node.value))
    except yaml.YAMLError:
        return


def _alone(text: Text, node: ScalarNode) -> str:
    """The lines of a block, at the place where they are in the file."""
    first, last = lines_of_block(node)
    lines = ("---" if line.strip() == "---" else line for line in text.lines[first:last])
    return "\n" * first + "\n".join(lines)


# --- operations


def _operation(flattener: Flattener, item: Node) -> Iterator[Setting]:
    known = {key.value: (key, value) for key, value in pairs(item)}
    pointer = scalar(child(item, "path"))
    if scalar(child(item, "op")) not in OPERATIONS or pointer[:1] != "/" or "value" not in known:
        return
    keys, (key, value) = _keys(pointer), known["value"]
    yield flattener.setting(keys, key, value)
    yield from flattener.settings(value, keys)
    yield from _what_runs(flattener, keys, value)


def _keys(pointer: str) -> Path:
    """`/metadata/annotations/nginx.org~1lb-method` as keys."""
    found = (one.replace("~1", "/").replace("~0", "~") for one in pointer[1:].split("/"))
    return tuple(f"[{one}]" if one.isdecimal() else "[0]" if one == "-" else one for one in found)


def _what_runs(flattener: Flattener, keys: Path, value: Node) -> Iterable[Setting]:
    """Commands and variables of a container that an operation sets."""
    if keys[-1] in {"command", "args"}:
        return command_settings([flattener.words(value)])
    if keys[-1] == "env":
        return flattener.environment(value)
    if keys[-2:-1] == ("env",):
        return flattener.environment(yaml.SequenceNode("", [value]))
    return ()
