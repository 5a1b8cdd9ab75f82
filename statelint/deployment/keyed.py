"""Lists and repeated blocks of keys and values, which some formats write for mappings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from statelint.deployment.model import Path, Setting

KEYS = ("key", "name", "optionname", "option_name")
SPACES = ("namespace",)
VALUES = ("value",)
TAGS = "tags"
BLOCKS = frozenset({"setting", "set"})


def with_keyed(settings: Iterable[Setting]) -> Iterator[Setting]:
    """The settings, and `list.key: value` for each item that has both; a namespace comes before its key."""
    items: dict[Path, dict[str, Setting]] = defaultdict(dict)
    for one in settings:
        yield one
        if len(one.path) > 1 and _is_item(one.path[-2]) and one.value is not None:
            items[one.path[:-1]][one.path[-1].lower()] = one
    for path, item in items.items():
        key, value = _first(item, KEYS), _first(item, VALUES)
        if key is not None and value is not None:
            space = _first(item, SPACES)
            names = (key.value or "",) if space is None else (space.value or "", key.value or "")
            above = path[:-1] if path[-1][0] == "[" else (path[-1].partition("#")[0],)
            yield msgspec.structs.replace(value, path=(*above, *names))


def _is_item(key: str) -> bool:
    return key[0] == "[" or key.partition("#")[0] in BLOCKS


def _first(item: dict[str, Setting], names: Iterable[str]) -> Setting | None:
    return next((item[name] for name in names if name in item), None)


def with_tags(settings: Iterable[Setting]) -> Iterator[Setting]:
    """The settings, and `labels.key: value` for each tag `key=value`, which proxies read as labels."""
    for one in settings:
        yield one
        if one.path[-2:-1] == (TAGS,) and one.value and "=" in one.value:
            name, _, value = one.value.partition("=")
            yield msgspec.structs.replace(one, path=(*one.path[:-2], "labels", name.strip()), value=value.strip())
