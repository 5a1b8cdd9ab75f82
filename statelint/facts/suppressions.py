"""Suppression comments of one file; `ast` drops comments, so a substring test decides whether to tokenize."""

from __future__ import annotations

import io
import re
import tokenize

import msgspec

OURS = re.compile(r"#\s*statelint:\s*(?P<scope>ignore-file|ignore)\b\s*(?:\[(?P<codes>[^\]]*)\])?\s*(?P<reason>.*)")
NOQA = re.compile(r"#\s*noqa\b(?:\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.IGNORECASE)


class Suppression(msgspec.Struct, frozen=True):
    """One comment. `alone` where nothing else stands on its line."""

    line: int
    column: int
    codes: tuple[str, ...]
    reason: str
    all_codes: bool
    whole_file: bool
    alone: bool
    noqa: bool


def mentions_us(source: bytes) -> bool:
    """Whether a file without findings may have a comment that suppresses nothing."""
    return b"statelint:" in source or (b"STL" in source and b"noqa" in source)


def suppressions(source: bytes) -> tuple[Suppression, ...]:
    """Every suppression comment; a file that can't be tokenized has none."""
    if b"statelint:" not in source and b"noqa" not in source.lower():
        return ()
    found: list[Suppression] = []
    lines = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # a bare return ends a line of Python too
    try:
        for token in tokenize.tokenize(io.BytesIO(lines).readline):
            if token.type == tokenize.COMMENT and (known := _read(token)) is not None:
                found.append(known)
    except Exception:  # the tokenizer raises errors of many kinds, SystemError for a null byte among them
        return tuple(found)
    return tuple(found)


def _read(token: tokenize.TokenInfo) -> Suppression | None:
    match = OURS.search(token.string)
    ours = match is not None
    match = match or NOQA.search(token.string)
    if match is None:
        return None
    line, column = token.start
    codes = match["codes"]
    return Suppression(
        line,
        column + 1,
        tuple(dict.fromkeys(re.split(r"[,\s]+", codes.strip().upper()))) if codes and codes.strip() else (),
        match["reason"].strip() if ours else "",
        codes is None,
        ours and match["scope"] == "ignore-file",
        not token.line[:column].strip(),
        not ours,
    )
