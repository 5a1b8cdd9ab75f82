"""Suppression comments of one file; `ast` drops comments, so a substring test decides whether to tokenize."""

from __future__ import annotations

import io
import re
import tokenize

import msgspec

SIGNS = "(?:#|//|;)"  # of the comments of deployment files
OURS = re.compile(r"#\s*statelint:\s*(?P<scope>ignore-file|ignore)\b\s*(?:\[(?P<codes>[^\]]*)\])?\s*(?P<reason>.*)")
IN_DEPLOYMENT = re.compile(OURS.pattern.replace("#", rf"(?:^|(?<=\s)){SIGNS}", 1))
NOQA = re.compile(
    r"#\s*(?P<file>flake8[:=]\s*)?noqa\b(?:\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?\s*(?P<reason>.*)",
    re.IGNORECASE,
)
UNTIL = re.compile(r"\(?\buntil=(?P<day>[^\s,;)]+)[),;]?\s*")


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
    until: str = ""


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


def deployment_suppressions(source: bytes) -> tuple[Suppression, ...]:
    """Every suppression comment of a deployment file, after `#`, `//` or `;`."""
    if b"statelint:" not in source:
        return ()
    lines = source.decode(errors="replace").splitlines()
    found = ((number, line, IN_DEPLOYMENT.search(line)) for number, line in enumerate(lines, 1))
    return tuple(_made(match, number, match.start(), line) for number, line, match in found if match is not None)


def _read(token: tokenize.TokenInfo) -> Suppression | None:
    match = OURS.search(token.string)
    ours = match is not None
    match = match or NOQA.search(token.string)
    if match is None:
        return None
    return _made(match, *token.start, token.line, ours=ours)


def _made(match: re.Match[str], line: int, column: int, text: str, *, ours: bool = True) -> Suppression:
    codes = match["codes"]
    until = UNTIL.search(match["reason"])
    whole_file = match["scope"] == "ignore-file" if ours else match["file"] is not None and not text[:column].strip()
    return Suppression(
        line,
        column + 1,
        tuple(dict.fromkeys(re.split(r"[,\s]+", codes.strip().upper()))) if codes and codes.strip() else (),
        UNTIL.sub("", match["reason"]).strip(" \t-:"),
        codes is None,
        whole_file,
        not text[:column].strip(),
        not ours,
        until["day"] if until else "",
    )
