"""Task definitions of Amazon ECS as JSON: one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.commands import command_settings
from statelint.deployment.model import Format, Part, Runs, Text
from statelint.deployment.trees import Flattener, child, documents, items, scalar

DEFINITIONS = re.compile(r"\"containerDefinitions\"\s*:")


def recognise(path: str, text: str) -> bool:
    """A list of containers."""
    return path.endswith((".json", ".json.j2", ".json.tpl")) and DEFINITIONS.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """One object for each document."""
    flattener = Flattener(text)
    for root in documents(text):
        containers = items(child(root, "containerDefinitions"))
        words = [
            [*flattener.words(child(one, "entryPoint")), *flattener.words(child(one, "command"))] for one in containers
        ]
        images = tuple(filter(None, (scalar(child(one, "image")) for one in containers)))
        name = scalar(child(root, "family"))
        settings = (*flattener.settings(root), *command_settings(words))
        yield Part("task", name, settings, (name, *images), (), 0, Runs(images))


FORMAT = Format("ecs-task", recognise, parse)
