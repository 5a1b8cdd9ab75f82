"""Codes of ours that no rule file stands for, explained."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from statelint.catalogue.select import ENGINE_CODES

EXPLANATIONS: Mapping[str, str] = MappingProxyType({
    "STL001": (
        "The file can't be parsed, so nothing in it was judged, and what other files do with it was not followed. Mend "
        "the line that is named, or leave the file out with `extend-exclude`. Code is read as the Python that runs "
        "statelint does: where the code is newer, install statelint with the Python of the project."
    ),
    "STL002": (
        "The comment accepts a finding, but nothing of the kind is reported there: the state has gone, or the comment "
        "stands on another statement. Delete it, or put it on the statement of the finding or alone on the line above."
    ),
    "STL003": (
        "The last day that was given with `until=` has passed, so the finding is back. Move the state out of the "
        "process, or decide again and give another day."
    ),
    "STL004": (
        "The comment accepts a finding without a reason, and `require-reason` is set. Write the reason behind it, so "
        "that the next reader need not guess."
    ),
    "STL005": (
        "An entry of the baseline accepts a finding that is gone. Take it out with `statelint baseline --prune`, so "
        "that it can't hide a new finding of the same name."
    ),
})  # fmt: skip


def explain_engine_code(code: str) -> str:
    """A short page."""
    return f"# {code} {ENGINE_CODES[code]}\n\n{EXPLANATIONS[code]}\n"
