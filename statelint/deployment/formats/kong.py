"""Kong's declarative files: the whole file is one object."""

from __future__ import annotations

import re
from functools import partial

from statelint.deployment.model import Format
from statelint.deployment.trees import whole_file

VERSION = re.compile(r"^[ \t]*[\"']?_format_version[\"']?\s*:", re.MULTILINE)
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


FORMAT = Format("kong", recognise, partial(whole_file, kind="configuration"))
