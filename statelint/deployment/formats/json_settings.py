"""JSON files of proxies: Caddy's, Passenger's and YARP's; the whole file is one object."""

from __future__ import annotations

import re
from functools import partial

from statelint.deployment.model import Format
from statelint.deployment.trees import whole_file

NAMES = re.compile(r"(^|/)(appsettings.*|Passengerfile|passenger)\.json$", re.IGNORECASE)
CADDY = re.compile(r"\"(reverse_proxy|selection_policy)\"")


def recognise(path: str, text: str) -> bool:
    """By name, or by handlers of Caddy."""
    return path.endswith(".json") and (NAMES.search(path) is not None or CADDY.search(text) is not None)


FORMAT = Format("json-settings", recognise, partial(whole_file, kind="configuration"))
