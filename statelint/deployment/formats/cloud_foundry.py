"""Cloud Foundry's `manifest.yml`: one object for each application."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.commands import command_settings
from statelint.deployment.folders import folder_from
from statelint.deployment.model import Format, Part, Runs, Text
from statelint.deployment.trees import Flattener, child, documents, items, scalar

APPLICATIONS = re.compile(r"^applications\s*:", re.MULTILINE)


def recognise(path: str, text: str) -> bool:
    """A list of applications at the top."""
    return path.endswith((".yaml", ".yml")) and APPLICATIONS.search(text) is not None and "apiVersion" not in text


def parse(text: Text) -> Iterator[Part]:
    """The applications of a manifest."""
    flattener = Flattener(text)
    for root in documents(text):
        for one in items(child(root, "applications")):
            name = scalar(child(one, "name"))
            words = list(flattener.words(child(one, "command")))
            settings = (*flattener.settings(one), *command_settings([words]))
            folder = folder_from(text.path, scalar(child(one, "path")) or ".")
            yield Part("application", name, settings, (name,), runs=Runs((), folder))


FORMAT = Format("cloud-foundry", recognise, parse)
