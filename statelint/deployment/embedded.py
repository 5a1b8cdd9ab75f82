"""Files that stand inside another: the `data` of a ConfigMap, `content` of what a platform writes to disk, heredocs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from statelint.deployment.model import Part, Setting, Text
from statelint.sources.deployment_files import has_deployment_name

BLOCK = re.compile(r":\s*\|[-+\d]*\s*(#.*)?$")
MARKED = re.compile(r"<<[-~]?\"?(\w+)\"?\s*$")
HEREDOC = "<<"
CONTENT, VALUES = "content", "values"
OF_ATTRIBUTES = {VALUES: "values.yaml", "yaml_body": "manifest.yaml", "manifest": "manifest.yaml"}


def embedded(text: Text, parts: Iterable[Part]) -> Iterator[tuple[str, str]]:
    """The name of each, and a text in which only its lines are left, at their place in the file."""
    seen: set[int] = set()
    for part in parts:
        for one in part.settings:
            if one.place.line in seen or not (name := _name(one)):
                continue
            if (lines := _lines(text, one)) is not None:
                seen.add(one.place.line)
                yield name, lines


def _name(setting: Setting) -> str:
    """The key, where it is the name of a file; of `content` the path above it, whatever its name."""
    *above, last = setting.path
    if setting.decided_by.startswith(HEREDOC):
        key = last if last[0] != "[" or not above else above[-1]
        return OF_ATTRIBUTES.get(key, key)
    if not setting.value or "\n" not in setting.value:
        return ""
    if last == VALUES and above[-1:] == ["helm"]:
        return OF_ATTRIBUTES[VALUES]
    if last == CONTENT and above:
        return above[-1].rpartition("/")[2]
    return last if has_deployment_name(last) else ""


def _lines(text: Text, setting: Setting) -> str | None:
    first = setting.place.line
    if first > len(text.lines):
        return None
    line = text.lines[first - 1].rstrip("\r")
    if (match := MARKED.search(line)) is not None:
        stop = next((at for at in range(first, len(text.lines)) if text.lines[at].strip() == match[1]), None)
    elif BLOCK.search(line) is not None:
        stop = first
        while stop < len(text.lines) and (not text.lines[stop].strip() or _depth(text.lines[stop]) > _depth(line)):
            stop += 1
    else:
        return None
    return None if stop is None else "\n" * first + "\n".join(text.lines[first:stop])


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
