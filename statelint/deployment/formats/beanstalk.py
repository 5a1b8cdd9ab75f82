"""Elastic Beanstalk: `.ebextensions/*.config` and saved configurations, as one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.keyed import with_keyed
from statelint.deployment.model import Format, Part, Text
from statelint.deployment.trees import Flattener, documents

SIGNS = re.compile(r"^[ \t]*[\"']?(option_settings|OptionSettings)[\"']?\s*:", re.MULTILINE)


def recognise(path: str, text: str) -> bool:
    """Settings of options."""
    if "option_settings" not in text and "OptionSettings" not in text:
        return False
    return (
        path.endswith((".config", ".yaml", ".yml", ".json")) and SIGNS.search(text) is not None and "AWS::" not in text
    )


def parse(text: Text) -> Iterator[Part]:
    """One object for each document."""
    flattener = Flattener(text)
    for root in documents(text):
        yield Part("environment", "", tuple(with_keyed(flattener.settings(root))))


FORMAT = Format("beanstalk", recognise, parse)
