"""Kong's declarative files: one object for each upstream."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.model import Format, Part, Text
from statelint.deployment.trees import Flattener, child, documents, items, scalar

VERSION = re.compile(r"(?:^|[{,])[ \t]*[\"']?_format_version[\"']?\s*:", re.MULTILINE)
UPSTREAMS = re.compile(r"^[\"']?upstreams[\"']?\s*:", re.MULTILINE)
HASHED = re.compile(r"^[ \t]+(- )?(hash_on|algorithm|targets)\s*:", re.MULTILINE)


def recognise(path: str, text: str) -> bool:
    """Its version key, or upstreams as only Kong has them."""
    if not path.endswith((".yaml", ".yml", ".json")) or "apiVersion" in text:
        return False
    if "upstreams" not in text and "_format_version" not in text:
        return False
    has_upstreams = UPSTREAMS.search(text) is not None and HASHED.search(text) is not None and "nodes" not in text
    return has_upstreams or VERSION.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The upstreams."""
    flattener = Flattener(text)
    for root in documents(text):
        for one in items(child(root, "upstreams")):
            targets = [scalar(child(target, "target")) for target in items(child(one, "targets"))]
            name = scalar(child(one, "name"))
            yield Part("upstream", name, tuple(flattener.settings(one)), (name, *targets), (), len(targets))


FORMAT = Format("kong", recognise, parse)
