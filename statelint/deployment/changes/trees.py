"""Entries of mappings and lists in YAML and JSON, in block style and between brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec
import yaml

from statelint.deployment.change import refuse_control, start_of, whole_lines
from statelint.deployment.model import Change, Refused, Text, Unfit, Wanted
from statelint.deployment.patches import is_operation
from statelint.deployment.trees import documents

Position = tuple[int, int]
SHARED = re.compile(r"(^|[\s\[{,:-])[&*][\w-]+")
COMMENT = re.compile(r"\s*(#.*)?$")


class _Entry(msgspec.Struct, frozen=True, eq=False):
    """A key with its value, or an item of a list (`key` is the item then)."""

    container: yaml.Node
    key: yaml.Node
    value: yaml.Node


class _Tree:
    """The entries of a file by where they start, and the entry around each container."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.entries: dict[Position, _Entry] = {}
        self.around: dict[int, _Entry] = {}
        self._inside: dict[int, list[_Entry]] = {}
        try:
            roots = documents(text)
        except Refused as error:
            raise Unfit from error
        for root in roots:
            self._walk(root)

    def _walk(self, root: yaml.Node) -> None:
        waiting = [root]
        while waiting:
            container = waiting.pop()
            if id(container) in self._inside:
                continue  # an alias
            self._inside[id(container)] = found = list(_entries(container))
            for entry in found:
                self.entries.setdefault(_start(entry), entry)
                self.around.setdefault(id(entry.value), entry)
                if isinstance(entry.value, yaml.CollectionNode):
                    waiting.append(entry.value)

    def of(self, container: yaml.Node) -> list[_Entry]:
        return self._inside[id(container)]


def changed_tree(text: Text, wanted: Wanted) -> Iterator[Change]:
    """What becomes empty goes too."""
    if wanted.add:
        raise Unfit
    tree = _tree_of(text)
    entries = []
    for setting in wanted.settings:
        line, column = start_of(text, setting)
        entry = tree.entries.get((line, column))
        if entry is None:
            raise Unfit
        entries.append(entry)
    if wanted.value is not None or wanted.replace:
        changes = [_revalued(text, entry, wanted) for entry in entries]
    else:
        whole = [_operation_of(tree, entry) for entry in entries]
        changes = list(_removed(tree, _with_emptied(tree, whole)))
    refuse_control(text, changes)
    yield from changes


@lru_cache(maxsize=1)  # findings come by file
def _tree_of(text: Text) -> _Tree:
    return _Tree(text)


def _entries(container: yaml.Node) -> Iterator[_Entry]:
    if isinstance(container, yaml.MappingNode):
        yield from (_Entry(container, key, value) for key, value in container.value)
    elif isinstance(container, yaml.SequenceNode):
        yield from (_Entry(container, item, item) for item in container.value)


def _start(entry: _Entry) -> Position:
    return _at(entry.key.start_mark)


def _at(mark: yaml.Mark) -> Position:
    return mark.line + 1, mark.column


# --- values


def _revalued(text: Text, entry: _Entry, wanted: Wanted) -> Change:
    if not isinstance(entry.value, yaml.ScalarNode) or entry.value.style in {"|", ">"}:
        raise Unfit
    start, end = _at(entry.value.start_mark), _at(entry.value.end_mark)
    if start[0] != end[0]:
        raise Unfit
    present = text.lines[start[0] - 1][start[1] : end[1]]
    new = wanted.replaced(present)
    if wanted.value is not None:
        new = wanted.value
        if entry.key is entry.value:  # `- key=value`
            name, equals, _ = present.partition("=")
            quote = present[0] if present[0] in "\"'" else ""
            if not equals:
                raise Unfit
            bare = wanted.value.strip("\"'")
            new = f"{name}={bare}{quote}"
    if new == present:
        raise Unfit
    return Change(start, end, new)


# --- removal


def _operation_of(tree: _Tree, entry: _Entry) -> _Entry:
    """The operation of a JSON patch in place of its value."""
    around = tree.around.get(id(entry.container))
    return around if around is not None and is_operation(entry.container) else entry


def _with_emptied(tree: _Tree, entries: list[_Entry]) -> list[_Entry]:
    """The entries, and in place of all entries of a container the entry that holds it."""
    gone = {id(entry): entry for entry in entries}
    changed = True
    while changed:
        changed = False
        for entry in tuple(gone.values()):
            siblings = tree.of(entry.container)
            if all(id(one) in gone for one in siblings):
                if (around := tree.around.get(id(entry.container))) is None or tree.text.templated:
                    raise Unfit
                for one in siblings:
                    del gone[id(one)]
                gone[id(around)] = around
                changed = True
                break
    return [entry for entry in gone.values() if not any(_is_inside(tree, entry, other) for other in gone.values())]


def _is_inside(tree: _Tree, entry: _Entry, other: _Entry) -> bool:
    around = tree.around.get(id(entry.container))
    while around is not None:
        if around is other:
            return True
        around = tree.around.get(id(around.container))
    return False


def _removed(tree: _Tree, gone: list[_Entry]) -> Iterator[Change]:
    for entry in gone:
        siblings = tree.of(entry.container)
        at = next(index for index, one in enumerate(siblings) if one is entry)
        kept_before = next((one for one in reversed(siblings[:at]) if one not in gone), None)
        kept_after = next((one for one in siblings[at + 1 :] if one not in gone), None)
        change = _cut(tree.text, entry, kept_before, kept_after)
        if SHARED.search(_text(tree.text, change)):
            raise Unfit  # other places share it
        yield change


def _cut(text: Text, entry: _Entry, before: _Entry | None, after: _Entry | None) -> Change:
    start, end = _start(entry), _end(entry.value)
    if entry.container.flow_style:
        if before is not None:
            return Change(_end(before.value), end)
        if after is not None:
            return Change(start, _start(after))
        raise Unfit
    if entry.key is entry.value:
        start = _dash(text, start)
    line = text.lines[start[0] - 1]
    if not line[: start[1]].strip():
        if not COMMENT.fullmatch(text.lines[end[0] - 1].rstrip("\r"), end[1]):
            raise Unfit
        return whole_lines(text, start[0], end[0])
    if after is None or entry.key is entry.value:
        raise Unfit
    return Change(start, _start(after))


def _dash(text: Text, start: Position) -> Position:
    line = text.lines[start[0] - 1][: start[1]].rstrip()
    if not line.endswith("-"):
        raise Unfit
    return start[0], len(line) - 1


def _end(node: yaml.Node) -> Position:
    """The end of what is written, without the comments and blank lines that follow."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    line, column = _at(node.end_mark)
    if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}:
        raise Unfit
    return line, column


def _text(text: Text, change: Change) -> str:
    first, last = change.start, change.end
    lines = text.lines[first[0] - 1 : last[0]]
    if not lines:
        return ""
    if last[0] <= len(text.lines) and len(lines) == last[0] - first[0] + 1:
        lines[-1] = lines[-1][: last[1]]
    lines[0] = lines[0][first[1] :]
    return "\n".join(lines)
