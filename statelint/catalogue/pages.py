"""The generated part of docs/: a page for each rule and framework, and their indexes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from statelint.catalogue.explain import explain, finds
from statelint.catalogue.rule import Rule
from statelint.models.explain import explain_framework
from statelint.models.rows import FrameworkFile

GENERATED = ("rules", "frameworks")
NOTICE = "<!-- written by `statelint docs`; edit rules/ instead -->\n\n"


def pages(rules: Sequence[Rule], frameworks: Sequence[FrameworkFile]) -> dict[str, str]:
    """Text by path below docs/."""
    found = {f"rules/{rule.id}-{rule.name}.md": explain(rule) for rule in rules}
    found.update({f"frameworks/{framework.name}.md": explain_framework(framework) for framework in frameworks})
    found["rules/README.md"] = _rule_index(rules)
    found["frameworks/README.md"] = _framework_index(frameworks)
    return {path: NOTICE + text for path, text in sorted(found.items())}


def _rule_index(rules: Sequence[Rule]) -> str:
    rows = (
        f"| [{rule.id}]({rule.id}-{rule.name}.md) | {rule.name} | {rule.consequence.value} | {finds(rule)} |"
        for rule in rules
    )
    return _table("# Rules", ("id", "name", "consequence", "finds"), rows)


def _framework_index(frameworks: Sequence[FrameworkFile]) -> str:
    rows = (
        f"| [{framework.name}]({framework.name}.md) | `{framework.package}` | {len(framework.entry)} | "
        f"{', '.join(sorted({row.trigger.value for row in framework.entry}))} |"
        for framework in frameworks
    )
    return _table("# Frameworks", ("name", "package", "ways to register code", "triggers"), rows)


def _table(heading: str, columns: Sequence[str], rows: Iterable[str]) -> str:
    lines = [heading, "", f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}", *rows]
    return "\n".join(lines) + "\n"
