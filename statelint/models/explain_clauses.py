"""What makes a library's back end local or external, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from statelint.models.rows import BackendRow, Clause, Default

DEFAULTS: Mapping[Default, str] = MappingProxyType(
    {
        Default.LOCAL: "reported",
        Default.EXTERNAL: "external",
        Default.STATELESS: "keeps nothing",
        Default.OFF: "off",
        Default.REQUIRED: "must be chosen",
    }
)
TESTS: Mapping[str, str] = MappingProxyType(
    {
        "equals": "is",
        "prefix": "begins with",
        "suffix": "ends with",
        "contains": "contains",
        "call": "comes from",
        "instance_of": "is a",
    }
)
SHOWN = 3
BRACKETS = r"[\[\]]"  # around a key with a dot


def is_reported(row: BackendRow) -> bool:
    """Whether any program gets a finding from the row."""
    return bool(row.local_when) or row.default is Default.LOCAL


def by_default(row: BackendRow) -> str:
    """What happens where nothing decides."""
    if any(clause.absent for clause in row.local_when):
        return DEFAULTS[Default.LOCAL]
    return DEFAULTS[row.default] if is_reported(row) else "never reported"


def in_words(clauses: Iterable[Clause]) -> str:
    """`CACHE_TYPE` is `simple`; without `cache`."""
    return "; ".join(dict.fromkeys(_clause(clause) for clause in clauses))


def _clause(clause: Clause) -> str:
    subject = f"`{re.sub(BRACKETS, '', clause.setting) or clause.arg}`"
    if clause.of:
        subject += f" of `{clause.of}`"
    if clause.always:
        return "always"
    if clause.absent:
        return f"without {subject}"
    if clause.present:
        return f"with {subject}"
    if clause.drawn:
        return f"{subject} is drawn at random"
    name = next(name for name in TESTS if getattr(clause, name))
    values = getattr(clause, name)
    shown = " or ".join(f"`{value}`" for value in values[:SHOWN])
    return f"{subject} {TESTS[name]} {shown}{' …' if len(values) > SHOWN else ''}"
