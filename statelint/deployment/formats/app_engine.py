"""App Engine's `app.yaml`: the whole file is one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.commands import command_settings
from statelint.deployment.folders import folder_of
from statelint.deployment.model import Format, Part, Runs, Text
from statelint.deployment.trees import Flattener, child, documents

RUNTIME = re.compile(r"^runtime\s*:", re.MULTILINE)
SIGNS = re.compile(
    r"^(env|service|entrypoint|handlers|instance_class|network|resources|\w+_scaling|runtime_config|env_variables)\s*:",
    re.MULTILINE,
)


def recognise(path: str, text: str) -> bool:
    """A runtime, and a key that stands beside it."""
    if not path.endswith((".yaml", ".yml")) or "apiVersion" in text:
        return False
    return RUNTIME.search(text) is not None and SIGNS.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """One object for each document."""
    flattener = Flattener(text)
    for root in documents(text):
        words = list(flattener.words(child(root, "entrypoint")))
        variables = flattener.environment(child(root, "env_variables"))
        settings = (*flattener.settings(root), *command_settings([words]), *variables)
        yield Part("app", "", settings, runs=Runs((), folder_of(text.path)))


FORMAT = Format("app-engine", recognise, parse)
