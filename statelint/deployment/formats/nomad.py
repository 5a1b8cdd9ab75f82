"""Nomad's jobs, as HCL and as the JSON of its interface: one object for each group."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from statelint.deployment.commands import command_settings, mount_setting, script_tokens
from statelint.deployment.keyed import with_tags
from statelint.deployment.model import Format, Part, Path, Runs, Setting, Text
from statelint.deployment.trees import Flattener, child, documents, items, scalar

JOB = re.compile(r"^[ \t]*job[ \t]+\"", re.MULTILINE)
GROUPS = '"TaskGroups"'
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
PLURALS = {"Tasks": "task", "Volumes": "volume", "VolumeMounts": "volume_mount", "Services": "service"}
REPEATED = frozenset({"task", "service", "volume_mount"})
GROUP = 2  # keys of a group: `group`, its name


def recognise(path: str, text: str) -> bool:
    """A job."""
    if path.endswith(".json"):
        return GROUPS in text
    return path.endswith((".nomad", ".hcl", ".nomad.j2", ".hcl.j2")) and JOB.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The groups of the jobs."""
    if text.path.endswith(".json"):
        yield from _from_json(text)
        return
    from statelint.deployment.hcl import blocks

    for block in blocks(text):
        if block.words[:1] != ("job",):
            continue
        groups: dict[Path, list[Setting]] = {}
        for one in block.settings:
            if one.path[0].partition("#")[0] == "group" and len(one.path) > GROUP:
                inner = msgspec.structs.replace(one, path=one.path[GROUP:])
                groups.setdefault(one.path[:GROUP], []).append(inner)
        for path, settings in groups.items():
            yield _group(path[1], settings)


def _from_json(text: Text) -> Iterator[Part]:
    """Names as HCL has them; volumes and tasks go by their names there."""
    flattener = Flattener(text)
    for root in documents(text):
        job = child(root, "Job") or root
        for group in items(child(job, "TaskGroups")):
            settings = [
                msgspec.structs.replace(one, path=tuple(_as_in_hcl(one.path))) for one in flattener.settings(group)
            ]
            yield _group(scalar(child(group, "Name")), settings)


def _as_in_hcl(path: Path) -> Iterator[str]:
    keys = [PLURALS.get(key, CAMEL.sub("_", key).lower()) if key[0] != "[" else key for key in path]
    if keys[:1] == ["volume"] and len(path) > 1:
        keys[1] = path[1]
    for at, key in enumerate(keys):
        if not (key[0] == "[" and at and keys[at - 1] in REPEATED):
            yield key


def _group(name: str, settings: list[Setting]) -> Part:
    known = list(with_tags(settings))
    images = tuple(one.value for one in known if one.path[-1] == "image" and one.value)
    everything = (*known, *_commands(known), *_mounts(known))
    return Part("group", name, everything, (name, *images), (), 0, Runs(images))


def _commands(settings: list[Setting]) -> Iterator[Setting]:
    words = [one for one in settings if one.value and one.path[-2:] == ("config", "command")]
    words += [one for one in settings if one.value and one.path[-3:-1] == ("config", "args")]
    yield from command_settings([[token for one in words for token in script_tokens(one.value or "", one.place)]])


def _mounts(settings: list[Setting]) -> Iterator[Setting]:
    """`volume_mount` of a task names a volume of its group."""
    values = {one.path: one for one in settings}
    for one in settings:
        if one.path[-1] != "destination" or not one.path[-2].startswith("volume_mount") or not one.value:
            continue
        name = values.get((*one.path[:-1], "volume"))
        volume = next((path for path in values if path[:1] == ("volume",) and name and path[1:2] == (name.value,)), ())
        kind = values.get((*volume[:2], "type"))
        if kind is not None and kind.value:
            yield mount_setting(one.value, kind.value, name.value or "" if name else "", kind.place)


FORMAT = Format("nomad", recognise, parse, assigns=" = ")
