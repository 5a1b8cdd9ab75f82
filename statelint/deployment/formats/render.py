"""Render's `render.yaml`: one object for each service."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.commands import command_settings
from statelint.deployment.folders import folder_from
from statelint.deployment.model import Format, Part, Runs, Text
from statelint.deployment.trees import Flattener, child, documents, items, scalar

SERVICES = re.compile(r"^services\s*:", re.MULTILINE)
SERVICE = re.compile(r"^[ \t]*(?:-\s*)?type\s*:\s*[\"']?(web|worker|pserv|cron|redis|keyvalue)\b", re.MULTILINE)
COMMANDS = ("startCommand", "dockerCommand")


def recognise(path: str, text: str) -> bool:
    """A list of services with the types that only Render has."""
    if not path.endswith((".yaml", ".yml")) or "apiVersion" in text:
        return False
    return SERVICES.search(text) is not None and SERVICE.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The services."""
    flattener = Flattener(text)
    for root in documents(text):
        for one in items(child(root, "services")):
            name = scalar(child(one, "name"))
            words = [list(flattener.words(child(one, key))) for key in COMMANDS]
            settings = (
                *flattener.settings(one),
                *command_settings(words),
                *flattener.environment(child(one, "envVars")),
            )
            folder = folder_from(text.path, scalar(child(one, "rootDir")) or ".")
            image = scalar(child(one, "image", "url"))
            yield Part("service", name, settings, (name, image), (), 0, Runs((image,) if image else (), folder))


FORMAT = Format("render", recognise, parse)
