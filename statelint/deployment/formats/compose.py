"""Compose files: one object for each service; labels as a mapping, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from statelint.deployment.model import Format, Part, Setting, Text
from statelint.deployment.trees import Flattener, child, documents, pairs, scalar

SERVICES = re.compile(r"^services\s*:", re.MULTILINE)
ANY_KEY = re.compile(r"^[ \t]+(image|build|container_name|ports|extends|deploy|labels|command)\s*:", re.MULTILINE)


def recognise(path: str, text: str) -> bool:
    """`services:` at the top, and in it what only services have."""
    if not path.endswith((".yaml", ".yml", ".j2", ".tmpl")) or "apiVersion" in text:
        return False
    return SERVICES.search(text) is not None and ANY_KEY.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The services of a Compose file."""
    flattener = Flattener(text)
    for root in documents(text):
        for key, service in pairs(child(root, "services")):
            settings = tuple(map(_normal, flattener.settings(service)))
            image = scalar(child(service, "image"))
            yield Part("service", key.value, settings, (key.value, image))


def _normal(setting: Setting) -> Setting:
    """`labels: [key=value]` as `labels: {key: value}`; `$$` is a dollar."""
    if setting.value is None:
        return setting
    value = setting.value.replace("$$", "$")
    if len(setting.path) > 1 and setting.path[-2] in {"labels", "environment"} and setting.path[-1][0] == "[":
        name, _, value = value.partition("=")
        return msgspec.structs.replace(setting, path=(*setting.path[:-1], name.strip()), value=value.strip())
    return msgspec.structs.replace(setting, value=value)


FORMAT = Format("compose", recognise, parse)
