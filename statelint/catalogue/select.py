"""Which rules a run reports: prefixes, as in ruff."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from statelint.catalogue.rule import Rule
from statelint.domain.errors import UsageError
from statelint.settings.options import Selection
from statelint.sources.discover import patterns_of

ENGINE_CODES: Mapping[str, str] = MappingProxyType(
    {
        "STL001": "unreadable-file",
        "STL002": "unused-suppression",
        "STL003": "expired-suppression",
        "STL004": "unexplained-suppression",
        "STL005": "stale-baseline-entry",
    }
)


def selected(rules: Iterable[Rule], layers: Iterable[Selection]) -> frozenset[str]:
    """Codes that are reported; later layers win, and in a layer the longest matching prefix does, `ignore` in a tie."""
    codes = all_codes(rules)
    enabled = set(codes)
    for layer in layers:
        chosen = (*(layer.select or ()), *layer.extend_select)
        for prefix in (*chosen, *layer.ignore):
            _check(prefix, codes, layer.source)
        if layer.select is not None:
            enabled.clear()
        for code in codes:
            wanted, unwanted = _longest(code, chosen), _longest(code, layer.ignore)
            if wanted > unwanted:
                enabled.add(code)
            elif unwanted >= 0:
                enabled.discard(code)
    return frozenset(enabled)


def silent_paths(rules: Iterable[Rule], per_path: Mapping[str, Iterable[str]]) -> Callable[[str, str], bool]:
    """Whether a code is not reported at a path; `per_path` has codes or prefixes by pattern, as in a .gitignore."""
    codes = all_codes(rules)
    rows = []
    for pattern, prefixes in per_path.items():
        for prefix in prefixes:
            _check(prefix, codes, f"per-path-ignores of `{pattern}`")
        rows.append((patterns_of((pattern,), "per-path-ignores"), tuple(prefixes)))

    def is_silent(path: str, code: str) -> bool:
        return any(_longest(code, prefixes) >= 0 and spec.match_file(path) for spec, prefixes in rows)

    return is_silent


def all_codes(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Every code that can be reported."""
    return (*(rule.id for rule in rules), *ENGINE_CODES)


def _longest(code: str, prefixes: Iterable[str]) -> int:
    return max((0 if prefix == "ALL" else len(prefix) for prefix in prefixes if _matches(code, prefix)), default=-1)


def _matches(code: str, prefix: str) -> bool:
    return prefix == "ALL" or code.startswith(prefix)


def _check(prefix: str, codes: Sequence[str], source: str) -> None:
    if any(_matches(code, prefix) for code in codes):
        return
    nearest = difflib.get_close_matches(prefix.upper(), codes, n=1)
    raise UsageError(
        f"no rule matches `{prefix}`",
        source,
        f"did you mean `{nearest[0]}`?" if nearest else "see `statelint rule` for the list",
    )
