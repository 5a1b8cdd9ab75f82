"""YAML and JSON as settings. Nothing is constructed from tags, and aliases are followed within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from statelint.deployment.commands import Token, environment_setting, script_tokens, value_of
from statelint.deployment.model import Part, Path, Refused, Setting, Text
from statelint.deployment.templates import UNKNOWN, action_at, source_of
from statelint.domain.findings import Place

Node = yaml.Node
ScalarNode = yaml.ScalarNode
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MOST_SETTINGS = 100_000
MOST_LEVELS = 60
MERGE = "<<"
OWN_TAGS = "tag:yaml.org,2002:"
DEFAULTED = re.compile(r"^\$\{(?P<name>\w+)(?::?-(?P<default>[^${}]*))?\}$|^\$(?P<bare>[A-Z_][A-Z0-9_]*)$")


def documents(text: Text) -> list[yaml.Node]:
    """The root of each document; raises Refused."""
    source = source_of(text)
    try:
        return composed(source)
    except yaml.YAMLError as error:
        if not text.templated:
            raise _refused(error) from error
    try:
        return composed(source.replace("\t", " "))
    except yaml.YAMLError as error:
        raise _refused(error) from error


def composed(source: str) -> list[yaml.Node]:
    """The root of each document of a text; raises YAMLError."""
    try:
        return list(yaml.compose_all(source, Loader=LOADER))
    except (ValueError, RecursionError) as error:
        raise yaml.YAMLError(str(error)) from error


def _refused(error: yaml.YAMLError) -> Refused:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    return Refused(mark.line + 1 if mark is not None else 1, f"this is no YAML: {reason}")


def scalar(node: yaml.Node | None) -> str:
    """The text of a scalar; empty for anything else."""
    return node.value if isinstance(node, yaml.ScalarNode) else ""


def pairs(node: yaml.Node | None) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Keys and values of a mapping, with those that it merges in where it has none of its own."""
    if not isinstance(node, yaml.MappingNode):
        return
    own = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        if key.value != MERGE:
            yield key, value
            continue
        for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            if merged is not node and isinstance(merged, yaml.MappingNode):
                yield from (
                    (inner, one)
                    for inner, one in merged.value
                    if isinstance(inner, yaml.ScalarNode) and inner.value not in own and inner.value != MERGE
                )


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """Items of a sequence."""
    return node.value if isinstance(node, yaml.SequenceNode) else []


def child(node: yaml.Node | None, *keys: str) -> yaml.Node | None:
    """The value below some keys."""
    for wanted in keys:
        node = next((value for key, value in pairs(node) if key.value == wanted), None)
    return node


def lines_of_block(node: yaml.ScalarNode) -> tuple[int, int]:
    """Which lines of its file a text after `|` or `>` has: the first, from 0, and the one after the last."""
    return node.start_mark.line + 1, node.end_mark.line + (node.end_mark.column > 0)


class Flattener:
    """Settings of the nodes of one file."""

    def __init__(self, text: Text, whole: Place | None = None, function: str = "") -> None:
        """`text` is the file as it is, with its actions; `whole` is the place of all nodes where they have no own.

        With `function`, a list under `!If` is below a key of that beginning, `Fn::If`.
        """
        self._text = text
        self._function = function
        self._whole = whole
        self._left = MOST_SETTINGS

    def settings(self, node: yaml.Node | None, path: Path = ()) -> Iterator[Setting]:
        """Every value, mapping and list below a node, each once for each way to it."""
        if node is None or len(path) > MOST_LEVELS:
            return
        if isinstance(node, yaml.MappingNode):
            for key, value in pairs(node):
                yield from self._one((*path, key.value), key, value)
        else:
            for at, item in enumerate(items(node)):
                yield from self._one((*path, f"[{at}]"), item, item)

    def _one(self, path: Path, key: yaml.Node, value: yaml.Node) -> Iterator[Setting]:
        self._left -= 1
        if self._left < 0:
            return
        yield self.setting(path, key, value)
        if self._function and isinstance(value, yaml.CollectionNode) and not value.tag.startswith(OWN_TAGS):
            path = (*path, f"{self._function}{value.tag.lstrip('!')}")
        yield from self.settings(value, path)

    def setting(self, path: Path, key: yaml.Node, value: yaml.Node) -> Setting:
        """One setting, from its key to its value."""
        inline = isinstance(value, yaml.ScalarNode) and value.start_mark.line >= key.start_mark.line
        start, end = key.start_mark, (value.end_mark if inline else key.end_mark)
        if inline and end.line != start.line:
            end = key.end_mark
        place = self._whole or self._text.place(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        text, decided_by = self._value(value) if isinstance(value, yaml.ScalarNode) else (None, "")
        return Setting(path, text, place, decided_by)

    def place(self, node: yaml.Node) -> Place:
        """Where a node starts, to the end of its line or of itself."""
        if self._whole is not None:
            return self._whole
        start, end = node.start_mark, node.end_mark
        inline = isinstance(node, yaml.ScalarNode) and end.line == start.line
        stop = end if inline else start
        return self._text.place(start.line + 1, start.column + 1, stop.line + 1, stop.column + 1)

    def words(self, node: yaml.Node | None) -> Iterator[Token]:
        """The words of a command: a text for a shell, or a list."""
        if isinstance(node, yaml.ScalarNode):
            yield from script_tokens(self._word(node), self.place(node))
        for one in items(node):
            if isinstance(one, yaml.ScalarNode):
                yield self._word(one), self.place(one)

    def _word(self, node: yaml.ScalarNode) -> str:
        text, decided_by = self._value(node)
        if not decided_by or decided_by[0] == "$":
            return str(node.value)
        return text or "`" + decided_by

    def environment(self, node: yaml.Node | None) -> Iterator[Setting]:
        """`NAME: value`, `- NAME=value` and `- {name: NAME, value: value}`."""
        for key, value in pairs(node):
            if isinstance(value, yaml.ScalarNode):
                yield self._variable(key, value)
        for item in items(node):
            name, given = scalar(child(item, "name")), child(item, "value")
            if isinstance(item, yaml.ScalarNode) and "=" in item.value:
                name, _, text = item.value.partition("=")
                value, decided_by = value_of(text)
                yield environment_setting(name, value, decided_by, self.place(item))
            elif name and isinstance(given, yaml.ScalarNode):
                text, decided_by = self._value(given)
                yield environment_setting(name, text, decided_by, self.place(given))

    def _variable(self, key: yaml.Node, value: yaml.ScalarNode) -> Setting:
        return environment_setting(key.value, *self._value(value), self.setting((), key, value).place)

    def _value(self, node: yaml.ScalarNode) -> tuple[str, str]:
        mark = node.start_mark
        text = str(node.value)
        if not node.tag.startswith(OWN_TAGS):
            return "", f"{node.tag} {text}"
        if self._text.templated and UNKNOWN * 4 in text:
            line = self._text.lines[mark.line] if mark.line < len(self._text.lines) else ""
            return text.strip(UNKNOWN), action_at(line, mark.column + 1)
        if (match := DEFAULTED.match(text)) is not None:
            name = match["name"] or match["bare"]
            return match["default"] or "", f"${name}"
        return text, ""


def settings_of(text: Text) -> Iterator[Setting]:
    """Every setting of a file."""
    flattener = Flattener(text)
    for root in documents(text):
        yield from flattener.settings(root)


def whole_file(text: Text, kind: str) -> Iterator[Part]:
    """One object for each document."""
    flattener = Flattener(text)
    for root in documents(text):
        yield Part(kind, "", tuple(flattener.settings(root)))
