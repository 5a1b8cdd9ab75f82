"""uWSGI's configuration as ini, YAML or JSON: one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.commands import command_settings
from statelint.deployment.model import Format, Part, Runs, Setting, Text
from statelint.deployment.sections import FOREIGN_SUFFIXES, sections
from statelint.deployment.trees import Flattener, child, documents

NAME = "uwsgi"
TREES = (".yaml", ".yml", ".json")
KEY = re.compile(r"^\{?[ \t]*\"?uwsgi\"?[ \t]*:", re.MULTILINE)
NAMING = frozenset({("module",), ("wsgi",), ("wsgi-file",), ("mount",)})
SECTION = re.compile(r"^[ \t]*\[uwsgi\]", re.MULTILINE)


def recognise(path: str, text: str) -> bool:
    """Its section."""
    if path.endswith(TREES):
        return KEY.search(text) is not None
    return not path.endswith(FOREIGN_SUFFIXES) and SECTION.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The section of uWSGI."""
    if text.path.endswith(TREES):
        for root in documents(text):
            yield _server(text, list(Flattener(text).settings(child(root, NAME))))
        return
    for section in sections(text, "#;"):
        if section.name == NAME:
            yield _server(text, section.settings)


def _server(text: Text, settings: list[Setting]) -> Part:
    place = text.place(1, 1, 1, 1)
    named = [one.value for one in settings if one.path in NAMING and one.value]
    words = command_settings([[(word, place) for word in (NAME, *named)]])
    return Part("server", NAME, (*settings, *words), runs=Runs())


FORMAT = Format("uwsgi", recognise, parse, assigns=" = ")
