"""JSON files of proxies: Caddy's, Passenger's and YARP's; the whole file is one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.model import Format, Part, Text
from statelint.deployment.trees import Flattener, documents

NAMES = re.compile(r"(^|/)(appsettings.*|Passengerfile|passenger)\.json$", re.IGNORECASE)
CADDY = re.compile(r"\"(reverse_proxy|selection_policy)\"")


def recognise(path: str, text: str) -> bool:
    """By name, or by handlers of Caddy."""
    return path.endswith(".json") and (NAMES.search(path) is not None or CADDY.search(text) is not None)


def parse(text: Text) -> Iterator[Part]:
    """One object."""
    flattener = Flattener(text)
    for root in documents(text):
        yield Part("configuration", "", tuple(flattener.settings(root)))


FORMAT = Format("json-settings", recognise, parse)
