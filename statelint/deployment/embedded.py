"""Files that stand inside another: the `data` of a ConfigMap, `content` of what a platform writes to disk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from statelint.deployment.model import Part, Setting, Text
from statelint.sources.deployment_files import has_deployment_name

BLOCK = re.compile(r":\s*\|[-+\d]*\s*(#.*)?$")
CONTENT, VALUES = "content", "values"


def embedded(text: Text, parts: Iterable[Part]) -> Iterator[tuple[str, str]]:
    """The name of each, and a text in which only its lines are left, at their place in the file."""
    seen: set[int] = set()
    for part in parts:
        for one in part.settings:
            if one.value and "\n" in one.value and one.place.line not in seen and (name := _name(one)):
                seen.add(one.place.line)
                if (lines := _lines(text, one)) is not None:
                    yield name, lines


def _name(setting: Setting) -> str:
    """The key, where it is the name of a file; of `content` the path above it, whatever its name."""
    *above, last = setting.path
    if last == VALUES and above[-1:] == ["helm"]:
        return f"{VALUES}.yaml"
    if last == CONTENT and above:
        return above[-1].rpartition("/")[2]
    return last if has_deployment_name(last) else ""


def _lines(text: Text, setting: Setting) -> str | None:
    first = setting.place.line
    if first > len(text.lines) or BLOCK.search(text.lines[first - 1].rstrip("\r")) is None:
        return None
    depth = _depth(text.lines[first - 1])
    last = first
    while last < len(text.lines) and (not text.lines[last].strip() or _depth(text.lines[last]) > depth):
        last += 1
    return "\n" * first + "\n".join(text.lines[first:last])


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
