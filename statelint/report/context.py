"""What a format needs besides the report, and what a format is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from statelint.domain.findings import Report
from statelint.domain.words import Applicability

if TYPE_CHECKING:
    from statelint.catalogue.rule import Rule


class RenderContext(msgspec.Struct, frozen=True, kw_only=True):
    """How to show a report. `display` turns a path below the root into one below the working directory."""

    version: str
    root: str
    width: int
    colored: bool
    lines_of: Callable[[str], Sequence[str]]
    display: Callable[[str], str]
    rules: Callable[[], Mapping[str, Rule]] = dict
    project: str = ""
    asked: tuple[str, ...] = ()  # paths and codes, where the report is about these alone
    parts: frozenset[str] = frozenset()  # of "cleared", "statistics", "timings", "quiet"
    fixable: frozenset[Applicability] = frozenset({Applicability.SAFE})  # what `--fix` would apply
    hides_fixes: bool = True  # whether the fixes that it would not apply are counted
    fixed: int = 0


class Format(msgspec.Struct, frozen=True):
    """A name and a function."""

    name: str
    render: Callable[[Report, RenderContext], str]
