"""lighttpd: the whole file is one object, conditions included."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.model import Format, Part, Setting, Text
from statelint.deployment.templates import source_of
from statelint.deployment.words import FOREIGN_SUFFIXES, Word, lines_of_words

SIGNS = re.compile(r"^[ \t]*(?:proxy|fastcgi|scgi|sockproxy|wstunnel|ajp13)\.(?:server|balance)\s*\+?=", re.MULTILINE)
ASSIGNMENT = frozenset({"=", "+=", ":="})


def recognise(path: str, text: str) -> bool:
    """Options of its gateways."""
    return not path.endswith(FOREIGN_SUFFIXES) and SIGNS.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """Each assignment, as far as it stands on one line."""
    settings = []
    for line in lines_of_words(source_of(text), inner_comments=True, continued=False):
        words = line.words
        at = next((number for number, word in enumerate(words) if word.text in ASSIGNMENT and not word.quoted), 0)
        if at and at + 1 < len(words):
            settings.append(_setting(text, words[at - 1], words[at + 1 :]))
    yield Part("configuration", "", tuple(settings))


def _setting(text: Text, name: Word, values: tuple[Word, ...]) -> Setting:
    last = values[-1]
    place = text.place(name.line, name.column, last.end_line, last.end_column)
    return Setting((name.text,), " ".join(word.text for word in values), place)


FORMAT = Format("lighttpd", recognise, parse)
