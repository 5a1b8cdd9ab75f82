"""Files of variables, such as `.env`: one object that only gives values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.inputs import GIVEN
from statelint.deployment.model import Format, Part, Setting, Text
from statelint.deployment.words import Word, lines_of_words

NAME = re.compile(r"^\.env([._-]|$)|\.env$")
ANY_LINE = re.compile(r"^[ \t]*(?:export[ \t]+)?[A-Za-z_]\w*=", re.MULTILINE)
ASSIGNED = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<value>.*)", re.DOTALL)


def recognise(path: str, text: str) -> bool:
    """By name, and a line that assigns."""
    return NAME.search(path.rpartition("/")[2]) is not None and ANY_LINE.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The variables; the last one of a name counts."""
    found = {}
    for line in lines_of_words(text.text, inner_comments=True, continued=False):
        words = line.words[1:] if line.words[0].text == "export" else line.words
        if words and (setting := _setting(text, words)) is not None:
            found[setting.path] = setting
    yield Part(GIVEN, "", tuple(found.values()))


def _setting(text: Text, words: tuple[Word, ...]) -> Setting | None:
    match = ASSIGNED.fullmatch(" ".join(one.text for one in words))
    if match is None:
        return None
    first, last = words[0], words[-1]
    place = text.place(first.line, first.column, last.end_line, last.end_column)
    return Setting((match["name"],), match["value"], place)


FORMAT = Format("dotenv", recognise, parse, assigns="=")
