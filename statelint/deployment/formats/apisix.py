"""Apache APISIX: `apisix.yaml` and resources as JSON; the whole file is one object."""

from __future__ import annotations

import re
from functools import partial

from statelint.deployment.model import Format
from statelint.deployment.trees import whole_file

NODES = re.compile(r"^[ \t-]*\"?nodes\"?\s*:", re.MULTILINE)
KIND = re.compile(r"\"?type\"?\s*:\s*\"?(chash|roundrobin|ewma|least_conn)\b")
OWNER = re.compile(r"\"?(upstreams?|routes|services)\"?\s*:")


def recognise(path: str, text: str) -> bool:
    """An upstream with nodes and one of its balancers."""
    if not path.endswith((".yaml", ".yml", ".json")) or "nodes" not in text or "apiVersion" in text:
        return False
    return all(sign.search(text) is not None for sign in (NODES, KIND, OWNER))


FORMAT = Format("apisix", recognise, partial(whole_file, kind="configuration"))
