"""Config entries and services of Consul as HCL or JSON: the whole file is one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.keyed import with_tags
from statelint.deployment.model import Format, Part, Text

KIND = re.compile(
    r"^[ \t]*(?:[{,][ \t]*)?\"?kind\"?\s*[=:]\s*\"service-(?:resolver|splitter|router|defaults)\"", re.M | re.I
)
SERVICE = re.compile(r"^[ \t]*(?:\{[ \t]*)?\"?services?\"?[ \t]*(?:[=:][ \t]*)?[\[{]", re.MULTILINE)
TAGS = re.compile(r"\btags\"?[ \t]*[=:]")


def recognise(path: str, text: str) -> bool:
    """The kinds of entries about services, or services with tags."""
    return path.endswith((".hcl", ".json")) and (
        KIND.search(text) is not None or (SERVICE.search(text) is not None and TAGS.search(text) is not None)
    )


def parse(text: Text) -> Iterator[Part]:
    """One object."""
    if text.path.endswith(".hcl"):
        from statelint.deployment.hcl import attributes, blocks

        inner = (one for block in blocks(text) for one in block.settings)
        settings = (*attributes(text), *with_tags(inner))
    else:
        from statelint.deployment.trees import settings_of

        settings = tuple(with_tags(settings_of(text)))
    name = next((one.value for one in settings if one.path[-1].lower() == "name" and one.value), "")
    yield Part("entry", name, settings, (name,))


FORMAT = Format("consul", recognise, parse)
