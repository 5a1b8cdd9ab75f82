"""Words of configuration languages that are made of lines or of directives, with their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

BLANKS = " \t\r"
FOREIGN_SUFFIXES = (".yaml", ".yml", ".json", ".toml", ".tf", ".ini")  # of files that are in no such language


class Word(msgspec.Struct, frozen=True, gc=False):
    """A word without its quotes; columns count from 1."""

    text: str
    line: int
    column: int
    end_line: int
    end_column: int
    quoted: bool = False


class Line(msgspec.Struct, frozen=True, gc=False):
    """The words of one logical line."""

    words: tuple[Word, ...]

    @property
    def texts(self) -> list[str]:
        """The words."""
        return [word.text for word in self.words]


def lines_of_words(text: str, *, inner_comments: bool, continued: bool) -> Iterator[Line]:
    r"""Lines split at blanks with "..." and '...' quoting and backslash escapes.

    `inner_comments`: `#` ends a line anywhere between words; `continued`: a backslash at the end joins lines.
    """
    waiting: list[Word] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        joins = continued and line.endswith("\\")
        words = list(_words(line[:-1] if joins else line, number, inner_comments=inner_comments))
        if not waiting and words and words[0].text.startswith("#") and not words[0].quoted:
            continue
        waiting.extend(words)
        if waiting and not joins:
            yield Line(tuple(waiting))
            waiting = []
    if waiting:
        yield Line(tuple(waiting))


def joined_lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Lines of a script by number, without the blanks around them; what a backslash continues has that of the first."""
    first, parts = 0, []
    for number, line in enumerate(lines, 1):
        shown = line.strip()
        first = first or number
        parts.append(shown.removesuffix("\\"))
        if not shown.endswith("\\"):
            yield first, " ".join(parts)
            first, parts = 0, []
    if parts:
        yield first, " ".join(parts)


def split_words(line: str) -> list[str]:
    """The words of a line as a shell splits them; what follows `#` is a comment."""
    return [word.text for word in _words(line, 1, inner_comments=True)]


def _words(line: str, number: int, *, inner_comments: bool) -> Iterator[Word]:
    at = 0
    while at < len(line):
        if line[at] in BLANKS:
            at += 1
            continue
        if inner_comments and line[at] == "#":
            return
        start, (text, at, quoted) = at, _word(line, at)
        yield Word(text, number, start + 1, number, at + 1, quoted)


def _word(line: str, at: int) -> tuple[str, int, bool]:
    parts: list[str] = []
    quote, quoted = "", False
    while at < len(line):
        sign = line[at]
        if sign == "\\" and quote != "'" and at + 1 < len(line):
            parts.append(line[at + 1])
            at += 2
            continue
        if quote:
            quote = "" if sign == quote else quote
            if quote:
                parts.append(sign)
        elif sign in "\"'":
            quote, quoted = sign, True
        elif sign in BLANKS:
            break
        else:
            parts.append(sign)
        at += 1
    return "".join(parts), at, quoted
