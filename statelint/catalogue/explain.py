"""A rule as a page: for `statelint rule CODE` and docs/rules."""

from __future__ import annotations

from statelint.catalogue.rule import Rule
from statelint.domain.words import SEVERITY_OF


def explain(rule: Rule) -> str:
    """Markdown: what it finds, why it matters, an example, what to write instead, how to accept it."""
    severity = rule.severity or SEVERITY_OF[rule.consequence]
    marked = next((example for example in rule.example if "# expect:" in example.code), None)
    silent = [example for example in rule.example if "# expect:" not in example.code]
    parts = [
        f"# {rule.id} {rule.name}",
        f"Consequence: **{rule.consequence.value}**, severity {severity.value}, since {rule.since}.",
        f"## What it finds\n\n{_plain(rule.message)}.",
        f"## Why it matters\n\n{_plain(rule.why)}",
    ]
    if marked is not None:
        parts.append(f"## Example\n\n{marked.title.capitalize()}:\n\n```python\n{marked.code.strip()}\n```")
    parts.append(f"## Use instead\n\n{_plain(rule.instead)}")
    for remedy in rule.remedy:
        where = "" if "*" in remedy.frameworks else f" ({', '.join(remedy.frameworks)})"
        parts.append(
            f"### {remedy.title.capitalize()}{where}\n\n```python\n{remedy.code.strip()}\n```\n\n{remedy.trade_off}"
        )
    for example in silent:
        parts.append(f"## Not reported: {example.title}\n\n```python\n{example.code.strip()}\n```")
    parts.append(
        f"## How to accept it\n\nWrite `# statelint: ignore[{rule.id}] reason` on the line of the finding, or alone "
        "on the line above."
    )
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    for field, words in FIELDS.items():
        text = text.replace(f"`{{{field}}}`", words).replace(f"{{{field}}}", words)
    return text


FIELDS = {
    "holder": "the object", "symbol": "the object", "kind": "object", "entry_point": "a request or job",
    "writer": "the handler", "reader": "a later request",
}  # fmt: skip
