"""Patterns of setting paths: `spec.rules[].sessionPersistence`, `**.annotations."nginx.org/lb-method"`.

Keys are compared without regard to case, save options of commands: `-B` is not `-b`. `*` stands for any text within a
key, `[]` for any item of a list and `[0]` for its first, `**` for any number of keys, `{a,b}` for one of some; a key
with dots in it stands between quotes.
"""

from __future__ import annotations

import re
from functools import cache

KEY = re.compile(r'"(?P<quoted>[^"]*)"|(?P<plain>[^.\[\]"]+)|(?P<item>\[\d*\])|(?P<dot>\.)')
SEPARATOR = "\0"


@cache
def keys_of(pattern: str) -> tuple[str, ...]:
    """The keys of a pattern or of a literal path."""
    found: list[str] = []
    at = 0
    while at < len(pattern):
        match = KEY.match(pattern, at)
        if match is None:
            raise ValueError(f"`{pattern}` is no path")
        if (key := match["quoted"] or match["plain"] or match["item"]) is not None:
            found.append(key)
        at = match.end()
    return tuple(found)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern to match joined paths with."""
    parts: list[str] = []
    for key in keys_of(pattern):
        if key == "**":
            parts.append(f"(?:[^{SEPARATOR}]+{SEPARATOR})*")
        elif key == "[]":
            parts.append(rf"\[\d+\]{SEPARATOR}")
        else:
            parts.append(f"{_glob(key)}{SEPARATOR}")
    return re.compile("".join(parts), re.IGNORECASE)


def joined(path: tuple[str, ...]) -> str:
    """A path as `compiled` patterns see it."""
    return SEPARATOR.join((*path, ""))


def last_literal(pattern: str) -> str:
    """The last key in lower case; empty where it is no literal."""
    last = keys_of(pattern)[-1]
    return "" if set(last) & set("*{[") else last.lower()


def matches_glob(text: str, glob: str) -> bool:
    """Whether a whole text fits a pattern with `*` and `{a,b}`, without regard to case."""
    return _compiled_glob(glob).fullmatch(text) is not None


@cache
def _compiled_glob(glob: str) -> re.Pattern[str]:
    return re.compile(_glob(glob, "."), re.IGNORECASE | re.DOTALL)


def _glob(glob: str, any_sign: str = f"[^{SEPARATOR}]") -> str:
    parts: list[str] = ["(?-i:" if glob[:1] == "-" else "(?:"]
    depth = 0
    for sign in glob:
        if sign == "*":
            parts.append(f"{any_sign}*")
        elif sign == "{":
            parts.append("(?:")
            depth += 1
        elif sign == "}" and depth:
            parts.append(")")
            depth -= 1
        elif sign == "," and depth:
            parts.append("|")
        else:
            parts.append(re.escape(sign))
    return f"{''.join(parts)})"
