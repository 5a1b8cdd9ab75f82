"""Apache APISIX: `apisix.yaml` and resources as JSON; the whole file is one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.model import Format, Part, Text
from statelint.deployment.trees import Flattener, documents

NODES = re.compile(r"^[ \t-]*\"?nodes\"?\s*:", re.MULTILINE)
KIND = re.compile(r"\"?type\"?\s*:\s*\"?(chash|roundrobin|ewma|least_conn)\b")
OWNER = re.compile(r"\"?(upstreams?|routes|services)\"?\s*:")


def recognise(path: str, text: str) -> bool:
    """An upstream with nodes and one of its balancers."""
    if not path.endswith((".yaml", ".yml", ".json")) or "apiVersion" in text:
        return False
    return all(sign.search(text) is not None for sign in (NODES, KIND, OWNER))


def parse(text: Text) -> Iterator[Part]:
    """One object for each document."""
    flattener = Flattener(text)
    for root in documents(text):
        yield Part("configuration", "", tuple(flattener.settings(root)))


FORMAT = Format("apisix", recognise, parse)
