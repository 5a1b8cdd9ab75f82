"""Colour, width and visible control characters for text on a terminal."""

from __future__ import annotations

import unicodedata

from statelint.domain.words import Severity

CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
NARROWEST = 40  # columns that a text takes, however narrow the terminal is
HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def paint(text: str, color: str, *, colored: bool) -> str:
    """Text in a colour where colours are shown."""
    return f"\x1b[{CODES[color]}m{text}\x1b[0m" if colored else text


def visible(text: str) -> str:
    """Text of analysed code with control and bidirectional characters written out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def visible_code(text: str) -> str:
    """A piece of a line of code."""
    return visible(text.replace("\t", "    ").replace("\f", " "))


def _shown(character: str) -> str:
    if unicodedata.category(character) in HIDDEN:
        return f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"  # noqa: PLR2004
    return character


def cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(_width(character) for character in text)


def first_cells(text: str, room: int) -> str:
    """As much of the beginning as fits into `room` columns."""
    for at in range(len(text)):
        room -= _width(text[at])
        if room < 0:
            return text[:at]
    return text


def last_cells(text: str, room: int) -> str:
    """As much of the end as fits into `room` columns."""
    return first_cells(text[::-1], room)[::-1]


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
