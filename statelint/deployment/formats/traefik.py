"""Traefik's files: the whole file is one object."""

from __future__ import annotations

import re
from functools import partial

from statelint.deployment.changes.trees import changed_tree
from statelint.deployment.model import Format
from statelint.deployment.trees import whole_file

TOP = re.compile(r"^(http|tcp)\s*:", re.MULTILINE)
SERVICES = re.compile(r"^[ \t]+services\s*:", re.MULTILINE)
SERVICE = re.compile(r"^[ \t]+(loadBalancer|weighted|mirroring|highestRandomWeight)\s*:", re.MULTILINE | re.IGNORECASE)


def recognise(path: str, text: str) -> bool:
    """Services below `http:`."""
    if not path.endswith((".yaml", ".yml", ".j2", ".tmpl")) or "apiVersion" in text:
        return False
    return all(sign.search(text) is not None for sign in (TOP, SERVICES, SERVICE))


FORMAT = Format("traefik", recognise, partial(whole_file, kind="configuration"), changed_tree)
