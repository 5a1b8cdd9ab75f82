"""uWSGI's configuration as ini: one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.folders import folder_of
from statelint.deployment.model import Format, Part, Runs, Text
from statelint.deployment.sections import sections

SECTION = re.compile(r"^\s*\[uwsgi\]", re.MULTILINE)


def recognise(path: str, text: str) -> bool:
    """Its section."""
    return not path.endswith((".yaml", ".yml", ".json", ".toml")) and SECTION.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The section of uWSGI."""
    for section in sections(text, "#;"):
        if section.name == "uwsgi":
            yield Part("server", "uwsgi", tuple(section.settings), (), (), 0, Runs((), folder_of(text.path)))


FORMAT = Format("uwsgi", recognise, parse)
