"""Dockerfiles: one object for each stage; the last one runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from statelint.deployment.commands import Token, command_settings, environment_setting, mount_setting, value_of
from statelint.deployment.folders import folder_of
from statelint.deployment.model import Format, Part, Runs, Setting, Text
from statelint.deployment.templates import source_of
from statelint.deployment.words import split_words
from statelint.domain.findings import Place

NAME = re.compile(r"(?i)^(dockerfile|containerfile)([._-].*)?$|\.(dockerfile|containerfile)$")
FROM = re.compile(r"^[ \t]*FROM\s+\S", re.MULTILINE | re.IGNORECASE)
HEREDOC = re.compile(r"<<-?[\"']?(\w+)[\"']?")
STARTING = ("ENTRYPOINT", "CMD")

Instruction = tuple[str, str, Place]


def recognise(path: str, text: str) -> bool:
    """By name, with a stage."""
    return NAME.search(path.rpartition("/")[2]) is not None and FROM.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The stages."""
    stages: list[list[Instruction]] = []
    for one in _instructions(text):
        if one[0] == "FROM":
            stages.append([])
        if stages:
            stages[-1].append(one)
    for number, stage in enumerate(stages):
        is_last = number == len(stages) - 1
        base = stage[0][1].split()
        settings = tuple(_settings(stage))
        runs = Runs((), folder_of(text.path), text.path) if is_last else None
        yield Part(
            "image" if is_last else "stage", base[-1] if len(base) > 1 else "", settings, (base[0],), (), 0, runs
        )


def _instructions(text: Text) -> Iterator[Instruction]:
    lines = source_of(text).split("\n")
    at = 0
    while at < len(lines):
        if not (first := lines[at].strip()) or first.startswith("#"):
            at += 1
            continue
        start, joined = at, ""
        while at < len(lines):
            line = lines[at].strip()
            at += 1
            if not line.startswith("#"):
                joined += line.removesuffix("\\")
                if not line.endswith("\\"):
                    break
        word, _, rest = joined.partition(" ")
        for match in HEREDOC.finditer(rest):
            while at < len(lines) and lines[at].strip() != match[1]:
                at += 1
            at += 1
        column = len(lines[start]) - len(lines[start].lstrip()) + 1
        yield word.upper(), rest.strip(), text.place(start + 1, column, start + 1, len(lines[start].rstrip()) + 1)


def _settings(stage: list[Instruction]) -> Iterator[Setting]:
    started: dict[str, list[Token]] = {}
    for word, rest, place in stage:
        yield Setting((word,), rest, place)
        if word in STARTING:
            started[word] = [(one, place) for one in _words(rest)]
            started.update({"CMD": []} if word == "ENTRYPOINT" else {})
        elif word == "VOLUME":
            yield from (mount_setting(one, "VOLUME", "", place) for one in _words(rest))
        elif word == "ENV":
            yield from _environment(rest, place)
    yield from command_settings([[one for word in STARTING for one in started.get(word, ())]])


def _words(rest: str) -> list[str]:
    """The JSON form, or words."""
    if rest.startswith("["):
        try:
            return [str(one) for one in json.loads(rest)]
        except (ValueError, RecursionError):
            pass
    return split_words(rest)


def _environment(rest: str, place: Place) -> Iterator[Setting]:
    words = split_words(rest)
    pairs = [word.partition("=") for word in words]
    if words and "=" not in words[0]:
        pairs = [(words[0], "=", " ".join(words[1:]))]
    for name, _, given in pairs:
        value, decided_by = value_of(given)
        yield environment_setting(name, value, decided_by, place)


FORMAT = Format("dockerfile", recognise, parse)
