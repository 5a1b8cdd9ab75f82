"""Pipelines and Makefiles, for the commands that deploy.

`pipeline.[0]` has the words and options of the first, as `command.[0]` would; what a pipeline runs serves nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from statelint.deployment.commands import PIPELINE, Token, command_settings, script_tokens
from statelint.deployment.model import Format, Part, Setting, Text
from statelint.deployment.templates import source_of
from statelint.deployment.trees import (
    Flattener,
    Node,
    ScalarNode,
    child,
    documents,
    items,
    lines_of_block,
    pairs,
    scalar,
)
from statelint.deployment.words import joined_lines
from statelint.domain.findings import Place

NAMES = re.compile(
    r"(^|/)(\.github/workflows/[^/]+|\.circleci/[^/]+|(\.?gitlab-ci|\.travis|cloudbuild|azure-pipelines|bitbucket-pipelines"
    r"|appveyor|buildspec|\.drone)([._-][^/]*)?)\.ya?ml$"
)
MAKEFILE = re.compile(r"(^|/)(GNU)?[Mm]akefile(\.[^/]*)?$|\.mk$")
STEPS = re.compile(r"^[ \t]*(- )?(run|script|steps|commands|stages|phases|args)\s*:", re.MULTILINE)
SCRIPTS = frozenset({
    "run", "script", "before_script", "after_script", "command", "commands", "bash", "inlineScript", "flags",
})  # fmt: skip
TOOLS = ("entrypoint", "name")  # of a step whose `args` are the rest of a command
MOST_LEVELS = 30
COMMENT = "#"


def recognise(path: str, text: str) -> bool:
    """By name, and by what steps have."""
    return MAKEFILE.search(path) is not None or (NAMES.search(path) is not None and STEPS.search(text) is not None)


def parse(text: Text) -> Iterator[Part]:
    """One object."""
    commands = _of_makefile(text) if MAKEFILE.search(text.path) else _of_steps(text)
    settings = (_apart(one) for one in command_settings(commands))
    yield Part("pipeline", "", tuple(settings))


def _apart(setting: Setting) -> Setting:
    return msgspec.structs.replace(setting, path=(PIPELINE, *setting.path[1:]))


def _of_makefile(text: Text) -> Iterator[list[Token]]:
    for number, line in enumerate(source_of(text).split("\n"), 1):
        if line[:1] == "\t" and not line.strip("\t @-").startswith(COMMENT):
            place = text.place(number, 2, number, len(line.rstrip()) + 1)
            yield list(script_tokens(line.strip("\t @-"), place))


def _of_steps(text: Text) -> Iterator[list[Token]]:
    for root in documents(text):
        yield from _below(text, Flattener(text), root, 0)


def _below(text: Text, flattener: Flattener, node: Node, level: int) -> Iterator[list[Token]]:
    if level > MOST_LEVELS:
        return
    for key, value in pairs(node):
        if key.value in SCRIPTS:
            yield from _script(text, flattener, value)
        elif key.value == "args" and (tool := _tool(node)):
            place = flattener.place(key)
            yield [(tool, place), *flattener.words(value)]
        else:
            yield from _below(text, flattener, value, level + 1)
    for item in items(node):
        yield from _below(text, flattener, item, level + 1)


def _tool(step: Node) -> str:
    """`gcloud` of an image whose name ends so, or of an entry point."""
    given = (scalar(child(step, name)) for name in TOOLS)
    return next((one.rpartition("/")[2].partition(":")[0] for one in given if one), "")


def _script(text: Text, flattener: Flattener, node: Node) -> Iterator[list[Token]]:
    if isinstance(node, ScalarNode):
        yield from _lines(text, flattener, node)
    for one in items(node):
        if isinstance(one, ScalarNode):
            yield from _lines(text, flattener, one)


def _lines(text: Text, flattener: Flattener, node: ScalarNode) -> Iterable[list[Token]]:
    """The commands of a script, each at its line where they have some."""
    if node.style != "|":
        return [list(script_tokens(node.value, flattener.place(node)))]
    first, last = lines_of_block(node)
    return [
        list(script_tokens(line, _place(text, first + number)))
        for number, line in joined_lines(text.lines[first:last])
        if line and not line.startswith(COMMENT)
    ]


def _place(text: Text, number: int) -> Place:
    """What a line says, without the blanks around it."""
    line = text.lines[number - 1]
    return text.place(number, len(line) - len(line.lstrip()) + 1, number, len(line.rstrip()) + 1)


FORMAT = Format("pipelines", recognise, parse)
