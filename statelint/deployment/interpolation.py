"""Variables in texts as Compose replaces them: `$NAME`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?reason}`."""

from __future__ import annotations

import re
from collections.abc import Mapping

NAME = re.compile(r"[A-Za-z_]\w*")
WHOLE = re.compile(r"\$(?:(?P<bare>[A-Za-z_]\w*)|\{(?P<name>[A-Za-z_]\w*)[^${}]*\})")
BRACE = re.compile(r"[{}]")
MOST_LEVELS = 10
NOTHING: Mapping[str, str] = {}


def interpolated(text: str, given: Mapping[str, str] = NOTHING) -> tuple[str, str]:
    """The text with its variables replaced, and what decides about it: nothing where all of them are given."""
    if "$" not in text:
        return text, ""
    value, unknown = _replaced(text, given, 0)
    if not unknown:
        return value, ""
    whole = WHOLE.fullmatch(text)
    return value, f"${whole['bare'] or whole['name']}" if whole is not None else text


def _replaced(text: str, given: Mapping[str, str], level: int) -> tuple[str, list[str]]:
    parts: list[str] = []
    unknown: list[str] = []
    ends = _ends(text) if level < MOST_LEVELS else {}
    at = 0
    while (sign := text.find("$", at)) >= 0:
        parts.append(text[at:sign])
        at = sign + 1
        if text[at : at + 1] == "$":
            parts.append("$")
            at += 1
        elif (end := ends.get(at)) is not None:
            value, others = _expanded(text[at + 1 : end], given, level)
            parts.append(value)
            unknown += others
            at = end + 1
        elif match := NAME.match(text, at):
            if match[0] not in given:
                unknown.append(match[0])
            parts.append(given.get(match[0], ""))
            at = match.end()
        else:
            parts.append("$")
    return "".join([*parts, text[at:]]), unknown


def _ends(text: str) -> dict[int, int]:
    """Where each brace that is closed has its end."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    for match in BRACE.finditer(text):
        if match[0] == "{":
            waiting.append(match.start())
        elif waiting:
            found[waiting.pop()] = match.start()
    return found


def _expanded(inner: str, given: Mapping[str, str], level: int) -> tuple[str, list[str]]:
    """`NAME`, with `:-`, `-`, `:+`, `+`, `:?` or `?` and a word; the colon asks for a text that is not empty."""
    match = NAME.match(inner)
    if match is None:
        return "", [inner]
    name, rest = match[0], inner[match.end() :]
    empty_counts, operator = rest[:1] != ":", rest.removeprefix(":")[:1]
    word = rest.removeprefix(":")[1:]
    known = given.get(name)
    is_set = known is not None and (known != "" or empty_counts)
    if operator == "+":
        value, others = _replaced(word, given, level + 1) if is_set else ("", [])
        return value, others if known is not None else [name, *others]
    if operator != "-" or is_set:
        return known or "", [] if known is not None else [name]
    value, others = _replaced(word, given, level + 1)
    return value, others if known is not None else [name, *others]
