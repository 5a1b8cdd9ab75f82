"""Suppression comments of one file; `ast` drops comments, so a substring test decides whether to tokenize."""

from __future__ import annotations

import io
import re
import tokenize

import msgspec

OURS = re.compile(r"#\s*statelint:\s*(?P<scope>ignore-file|ignore)\s*(?P<codes>\[[^\]]*\])?\s*(?P<reason>.*)")
NOQA = re.compile(r"#\s*noqa(?P<codes>\s*:\s*[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)?", re.IGNORECASE)
CODE = re.compile(r"[A-Z]+[0-9]+")


class Suppression(msgspec.Struct, frozen=True):
    """One comment. No codes means all; `alone` where nothing else stands on its line."""

    line: int
    column: int
    codes: tuple[str, ...]
    reason: str
    whole_file: bool
    alone: bool
    noqa: bool


def suppressions(source: bytes) -> tuple[Suppression, ...]:
    """Every suppression comment; a file that can't be tokenized has none."""
    if b"statelint:" not in source and b"noqa" not in source.lower():
        return ()
    found: list[Suppression] = []
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
            if token.type == tokenize.COMMENT and (known := _read(token)) is not None:
                found.append(known)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return tuple(found)
    return tuple(found)


def _read(token: tokenize.TokenInfo) -> Suppression | None:
    line, column = token.start
    alone = not token.line[:column].strip()
    if match := OURS.search(token.string):
        codes = tuple(CODE.findall(match["codes"] or ""))
        whole = match["scope"] == "ignore-file"
        return Suppression(line, column + 1, codes, match["reason"].strip(), whole, alone, noqa=False)
    if match := NOQA.search(token.string):
        codes = tuple(CODE.findall((match["codes"] or "").upper()))
        return Suppression(line, column + 1, codes, "", whole_file=False, alone=alone, noqa=True)
    return None
