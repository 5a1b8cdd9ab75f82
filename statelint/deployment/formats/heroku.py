"""Heroku's `app.json` and `heroku.yml`: one object for each process."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.commands import command_settings
from statelint.deployment.folders import folder_of
from statelint.deployment.model import Format, Part, Runs, Text
from statelint.deployment.trees import Flattener, child, documents, pairs

NAMES = re.compile(r"(^|/)(app\.json|heroku\.ya?ml)$")
SIGNS = re.compile(r"[\"']?(formation|buildpacks|addons|env|run|build|stack)[\"']?\s*:")


def recognise(path: str, text: str) -> bool:
    """By name, with a key that it may have."""
    return NAMES.search(path) is not None and SIGNS.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The processes of `formation` and `run`, and the variables of all."""
    flattener = Flattener(text)
    runs = Runs((), folder_of(text.path))
    for root in documents(text):
        variables = tuple(flattener.environment(child(root, "env")))
        for key, value in pairs(child(root, "formation")):
            yield Part("process", key.value, (*flattener.settings(value), *variables), (key.value,), (), 0, runs)
        for key, value in pairs(child(root, "run")):
            words = list(flattener.words(value)) or list(flattener.words(child(value, "command")))
            yield Part("process", key.value, (*command_settings([words]), *variables), (key.value,), (), 0, runs)


FORMAT = Format("heroku", recognise, parse)
