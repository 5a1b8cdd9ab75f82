"""Config entries of Consul as HCL or JSON: the whole file is one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.model import Format, Part, Text

KIND = re.compile(r"^\s*[{,]?\s*\"?kind\"?\s*[=:]\s*\"service-(?:resolver|splitter|router|defaults)\"", re.M | re.I)


def recognise(path: str, text: str) -> bool:
    """The kinds of entries about services."""
    return path.endswith((".hcl", ".json")) and KIND.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """One object."""
    if text.path.endswith(".hcl"):
        from statelint.deployment.hcl import attributes

        settings = tuple(attributes(text))
    else:
        from statelint.deployment.trees import settings_of

        settings = tuple(settings_of(text))
    name = next((one.value for one in settings if one.path[-1].lower() == "name" and one.value), "")
    yield Part("entry", name, settings, (name,))


FORMAT = Format("consul", recognise, parse)
