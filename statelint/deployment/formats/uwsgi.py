"""uWSGI's configuration as ini: one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.commands import command_settings
from statelint.deployment.model import Format, Part, Runs, Text
from statelint.deployment.sections import FOREIGN_SUFFIXES, sections

NAMING = frozenset({("module",), ("wsgi",), ("wsgi-file",), ("mount",)})
SECTION = re.compile(r"^\s*\[uwsgi\]", re.MULTILINE)


def recognise(path: str, text: str) -> bool:
    """Its section."""
    return not path.endswith(FOREIGN_SUFFIXES) and SECTION.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The section of uWSGI."""
    for section in sections(text, "#;"):
        if section.name == "uwsgi":
            place = text.place(1, 1, 1, 1)
            named = [one.value for one in section.settings if one.path in NAMING and one.value]
            words = command_settings([[(word, place) for word in ("uwsgi", *named)]])
            yield Part("server", "uwsgi", (*section.settings, *words), runs=Runs())


FORMAT = Format("uwsgi", recognise, parse, assigns=" = ")
