"""Traefik's files: the whole file is one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.model import Format, Part, Text
from statelint.deployment.trees import Flattener, documents

TOP = re.compile(r"^(http|tcp)\s*:", re.MULTILINE)
SERVICES = re.compile(r"^[ \t]+services\s*:", re.MULTILINE)
SERVICE = re.compile(r"^[ \t]+(loadBalancer|weighted|mirroring|highestRandomWeight)\s*:", re.MULTILINE | re.IGNORECASE)


def recognise(path: str, text: str) -> bool:
    """Services below `http:`."""
    if not path.endswith((".yaml", ".yml", ".j2", ".tmpl")) or "apiVersion" in text:
        return False
    return all(sign.search(text) is not None for sign in (TOP, SERVICES, SERVICE))


def parse(text: Text) -> Iterator[Part]:
    """One object for each document."""
    flattener = Flattener(text)
    for root in documents(text):
        yield Part("configuration", "", tuple(flattener.settings(root)))


FORMAT = Format("traefik", recognise, parse)
