"""Command lines, variables and mounted folders, in one shape for all formats.

`command.[0].gunicorn` and `command.[0]."--workers"` are words and options of the first command of an object,
`environment.NAME` a variable that it is given, `mounted."/app/media".hostPath` a folder that it gets from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from statelint.deployment.model import Setting
from statelint.deployment.words import split_words
from statelint.domain.findings import Place

MOST_SETTINGS = 20_000  # of the commands of one object
COMMAND, ENVIRONMENT, MOUNTS = "command", "environment", "mounted"
PIPELINE = "pipeline"  # in the place of `command`, where nothing stays running
GIVEN = "true"  # the value of what is only there
BETWEEN = frozenset({"&&", "||", ";", "|", "&"})
SHELL_SCRIPT = re.compile(r"^-[a-z]*c$")
ASSIGNMENT = re.compile(r"^(?P<name>[A-Za-z_]\w*)=(?P<value>.*)$", re.DOTALL)
NUMBERED = re.compile(r"^-(?P<letter>[A-Za-z])(?P<number>\d+)$")
BUNDLE = re.compile(r"^-[A-Za-z]{2,8}$")
VARIABLE = re.compile(r"^\$\{?(?P<name>\w+)(?::?-(?P<default>[^${}]*))?\}?$")
COMPUTED = re.compile(r"[$`]|\{\{")

Token = tuple[str, Place]


def command_settings(commands: Iterable[Iterable[Token]]) -> Iterator[Setting]:
    """What some command lines say; each is a list of words, or of one text for a shell."""
    segments = (segment for command in commands for segment in _segments(list(_tokens(command))))
    found = (one for number, segment in enumerate(segments) for one in _segment(segment, number))
    yield from islice(found, MOST_SETTINGS)


def environment_setting(name: str, value: str, decided_by: str, place: Place) -> Setting:
    """A variable that an object is given."""
    return Setting((ENVIRONMENT, name), value, place, decided_by)


def mount_setting(target: str, kind: str, source: str, place: Place) -> Setting:
    """A folder of the container, what kind of thing is mounted there, and its name or path."""
    return Setting((MOUNTS, target, kind), source or GIVEN, place)


def _tokens(command: Iterable[Token]) -> Iterator[Token]:
    """The words, those of a text for a shell among them."""
    given = list(command)
    is_script = len(given) == 1
    for text, place in given:
        if is_script:
            yield from script_tokens(text, place)
        else:
            yield text, place
        is_script = SHELL_SCRIPT.match(text) is not None


def script_tokens(text: str, place: Place) -> Iterator[Token]:
    """The words of a text for a shell."""
    lines = text.replace("\\\n", " ").strip().split("\n")
    for number, line in enumerate(lines):
        if number:
            yield ";", place
        for word in split_words(line):
            yield from _apart(word, place)


def _apart(word: str, place: Place) -> Iterator[Token]:
    """`app:app;` is a word and an end."""
    if len(word) > 1 and word.endswith(";"):
        yield word[:-1], place
        yield ";", place
    else:
        yield word, place


def _segments(tokens: list[Token]) -> Iterator[list[Token]]:
    found: list[Token] = []
    for token in tokens:
        if token[0] in BETWEEN:
            if found:
                yield found
            found = []
        else:
            found.append(token)
    if found:
        yield found


def _segment(tokens: list[Token], number: int) -> Iterator[Setting]:
    at = 0
    while at < len(tokens) and (match := ASSIGNMENT.match(tokens[at][0])) is not None:
        value, decided_by = value_of(match["value"])
        yield environment_setting(match["name"], value, decided_by, tokens[at][1])
        at += 1
    head = (COMMAND, f"[{number}]")
    for index in range(at, len(tokens)):
        text, place = tokens[index]
        if text[:1] != "-":
            name = text.rstrip("/").rpartition("/")[2]
            if name:
                yield Setting((*head, name), GIVEN, place)
            continue
        following = tokens[index + 1] if index + 1 < len(tokens) and tokens[index + 1][0][:1] != "-" else None
        yield from _option(head, text, place, following)


def _option(head: tuple[str, ...], text: str, place: Place, following: Token | None) -> Iterator[Setting]:
    name, has_value, value = text.partition("=")
    if has_value:
        yield Setting((*head, name), *_placed(value, place))
    elif (match := NUMBERED.match(text)) is not None:
        yield Setting((*head, f"-{match['letter']}"), match["number"], place)
    elif following is not None:
        yield Setting((*head, text), *_placed(following[0], place))
    else:
        yield Setting((*head, text), GIVEN, place)
    if BUNDLE.match(text) is not None:
        yield from (Setting((*head, f"-{letter}"), GIVEN, place) for letter in text[1:])


def _placed(text: str, place: Place) -> tuple[str, Place, str]:
    value, decided_by = value_of(text)
    return value, place, decided_by


def value_of(text: str) -> tuple[str, str]:
    """A value and what decides it: `${WORKERS:-4}` is 4 unless `$WORKERS` is set."""
    text = text.strip("\"'")
    if (match := VARIABLE.match(text)) is not None:
        return match["default"] or "", f"${match['name']}"
    return ("", text) if COMPUTED.search(text) is not None else (text, "")
