"""Compose files: one object for each service; labels as a mapping, however they are written."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from statelint.deployment.changes.trees import changed_tree
from statelint.deployment.commands import ENVIRONMENT, GIVEN, command_settings, mount_setting
from statelint.deployment.folders import folder_from
from statelint.deployment.interpolation import interpolated
from statelint.deployment.model import Format, Part, Runs, Setting, Text
from statelint.deployment.trees import Flattener, Node, child, documents, items, pairs, scalar

SERVICES = re.compile(r"^services\s*:", re.MULTILINE)
ANY_KEY = re.compile(
    r"(?:^[ \t]+|[{,][ \t]*)\"?(image|build|container_name|ports|extends|deploy|labels|command)\"?\s*:", re.MULTILINE
)
KEYED = frozenset({"labels", ENVIRONMENT})
NULLS = frozenset({"", "~", "null"})
READ_ONLY = re.compile(r"(^|,)ro(,|$)")
SHORT = ("source", "target", "mode")
BIND, VOLUME, ANONYMOUS = "bind", "volume", "anonymous"


SWARM = "swarm"  # a setting of each service of a file that says it is for one
OF_STACK = re.compile(r"(^|[._-])(stack|swarm)([._-]|$)")  # in a file's name, as in that of `docker stack deploy`
ONLY_IN_SWARM = ("placement", "update_config", "rollback_config", "endpoint_mode", "labels")  # below `deploy`


def recognise(path: str, text: str) -> bool:
    """`services:` at the top, and in it what only services have."""
    if not path.endswith((".yaml", ".yml", ".j2", ".tmpl")) or "apiVersion" in text:
        return False
    return SERVICES.search(text) is not None and ANY_KEY.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The services of a Compose file."""
    flattener = Flattener(text)
    for root in documents(text):
        volumes = {key.value: value for key, value in pairs(child(root, "volumes"))}
        is_for_swarm = _is_for_swarm(text.path, root)
        for key, service in pairs(child(root, "services")):
            head = flattener.setting(("service",), key, key)
            settings = (head, *map(_normal, flattener.settings(service)), *_what_runs(flattener, service, volumes))
            if is_for_swarm:
                settings = (*settings, Setting((SWARM,), GIVEN, head.place))
            image, given = scalar(child(service, "image")), scalar(child(service, "container_name"))
            names = tuple(filter(None, (key.value, given)))
            yield Part("service", key.value, settings, (*names, image), (), 0, _runs(text.path, service, image))
        for key, config in pairs(child(root, "configs")):
            yield Part("config", key.value, tuple(flattener.settings(config, (key.value,))))


def _is_for_swarm(path: str, root: Node) -> bool:
    """Whether a file is meant for a cluster, where all nodes share a published port and each has volumes of its own."""
    if OF_STACK.search(posixpath.basename(path)) is not None:
        return True
    deploys = [child(service, "deploy") for _, service in pairs(child(root, "services"))]
    if any(child(deploy, name) is not None for deploy in deploys for name in ONLY_IN_SWARM):
        return True
    return any(scalar(child(network, "driver")) == "overlay" for _, network in pairs(child(root, "networks")))


def _what_runs(flattener: Flattener, service: Node, volumes: dict[str, Node]) -> Iterator[Setting]:
    words = (*flattener.words(child(service, "entrypoint")), *flattener.words(child(service, "command")))
    yield from command_settings([words])
    for item in items(child(service, "volumes")):
        source, target, is_read_only = _mount(item)
        if not target or is_read_only:
            continue
        kind = ANONYMOUS if not source else BIND if source[0] in "./~$" else VOLUME
        one = mount_setting(target, kind, source, flattener.place(item))
        yield one
        yield from flattener.settings(volumes.get(source), (*one.path, "definition"))


def _mount(item: Node) -> tuple[str, str, bool]:
    """Source, target and whether it can't be written; `/data` alone is an anonymous volume."""
    if (short := scalar(item)) != "":
        first, *more = re.split(r":(?![-}])", short)
        if not more:
            return "", first, False
        return first, more[0], READ_ONLY.search(more[-1]) is not None
    if scalar(child(item, "type")) == "tmpfs":
        return "", "", True
    return scalar(child(item, "source")), scalar(child(item, "target")), scalar(child(item, "read_only")) == "true"


def _runs(path: str, service: Node, image: str) -> Runs:
    images = (image,) if image else ()
    build = child(service, "build")
    if build is None:
        return Runs(images)
    context = scalar(build) or scalar(child(build, "context")) or "."
    folder = folder_from(path, context)
    dockerfile = scalar(child(build, "dockerfile"))
    if folder is None or not dockerfile or "$" in dockerfile:
        return Runs(images, folder)
    return Runs(images, folder, posixpath.normpath(posixpath.join(folder, dockerfile)))


def _normal(setting: Setting) -> Setting:
    """`labels: [key=value]` as `labels: {key: value}`, with variables replaced; a name alone takes its own."""
    if setting.value is None:
        return setting
    path, value, decided_by = setting.path, setting.value, setting.decided_by
    is_assigned = True
    if len(path) > 1 and path[-2] in KEYED and path[-1][0] == "[":
        name, equals, value = value.partition("=")
        path, value, is_assigned = (*path[:-1], name.strip()), value.strip(), bool(equals)
    if path[0] == ENVIRONMENT and len(path) > 1 and (not is_assigned or value in NULLS) and not decided_by:
        value, decided_by = "", f"${path[-1]}"
    elif not decided_by:
        value, decided_by = interpolated(value)
    return msgspec.structs.replace(setting, path=path, value=value, decided_by=decided_by)


FORMAT = Format("compose", recognise, parse, changed_tree)
