"""Which rules a run reports: prefixes, as in ruff."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from statelint.catalogue.rule import Rule
from statelint.domain.errors import UsageError

ENGINE_CODES = ("STL001", "STL002")


def selected(
    rules: Iterable[Rule], select: Sequence[str], extend: Sequence[str], ignore: Sequence[str]
) -> frozenset[str]:
    """Codes that are reported: the longest matching prefix decides, and `ignore` wins a tie."""
    codes = [*(rule.id for rule in rules), *ENGINE_CODES]
    for prefix in (*select, *extend, *ignore):
        _check(prefix, codes)
    wanted = [*(select or ("STL",)), *extend]
    return frozenset(code for code in codes if _longest(code, wanted) > _longest(code, ignore))


def _longest(code: str, prefixes: Iterable[str]) -> int:
    return max((0 if prefix == "ALL" else len(prefix) for prefix in prefixes if _matches(code, prefix)), default=-1)


def _matches(code: str, prefix: str) -> bool:
    return prefix == "ALL" or code.startswith(prefix)


def _check(prefix: str, codes: Sequence[str]) -> None:
    if any(_matches(code, prefix) for code in codes):
        return
    nearest = difflib.get_close_matches(prefix, codes, n=1)
    raise UsageError(
        f"no rule matches `{prefix}`",
        "rule selection",
        f"did you mean `{nearest[0]}`?" if nearest else "see `statelint rule` for the list",
    )
