"""Envoy's bootstrap and resources, YAML or JSON: the whole file is one object."""

from __future__ import annotations

import re
from functools import partial

from statelint.deployment.changes.trees import changed_tree
from statelint.deployment.model import Format
from statelint.deployment.trees import whole_file

SIGNS = re.compile(
    r"\b(static_resources|http_filters|session_state|clusters|dynamic_resources|typed_config|lb_policy|hash_policy|route_config|virtual_hosts)\"?\s*:"
)
ENOUGH = 2  # of the signs


def recognise(path: str, text: str) -> bool:
    """Two keys that only Envoy has."""
    if not path.endswith((".yaml", ".yml", ".json", ".j2", ".tmpl")) or "apiVersion" in text:
        return False
    return len({match[1] for match in SIGNS.finditer(text)}) >= ENOUGH


FORMAT = Format("envoy", recognise, partial(whole_file, kind="configuration"), changed_tree)
