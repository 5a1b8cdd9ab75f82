"""A rule as a page: for `statelint rule CODE` and docs/rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import msgspec

from statelint.catalogue.rule import Example, Remedy, Rule
from statelint.domain.errors import UsageError

IN_WORDS: Mapping[str, str] = MappingProxyType({
    "`{holder}`": "the object", "{holder}": "the object", "`{symbol}`": "the object", "{symbol}": "the object",
    "{kind}": "object", "`{entry_point}`": "a request or job", "`{writer}`": "the handler",
    "`{reader}`": "a later request", "`{library}`": "a library", "{scope}": "process memory or the local disk",
    "`{setting}`": "a setting", "{object}": "an object", " ({product})": "",
})  # fmt: skip


LANGUAGES: Mapping[str, str] = MappingProxyType({
    "py": "python", "yaml": "yaml", "yml": "yaml", "json": "json", "toml": "toml", "tf": "terraform", "conf": "nginx",
})  # fmt: skip


def explain(rule: Rule) -> str:
    """Markdown: what it finds, why, bad and good code, what to write instead, how it is chosen and accepted."""
    return "\n\n".join(_parts(rule)) + "\n"


def for_framework(rule: Rule, framework: str) -> Rule:
    """The rule with the remedies that a program of this framework can use."""
    known = {name for remedy in rule.remedy for name in remedy.frameworks} - {"*"}
    if framework not in known:
        what = f"{rule.id} has no remedy of its own for `{framework}`"
        raise UsageError(what, "--framework", f"write one of {', '.join(sorted(known))}, or leave it out")
    remedies = tuple(remedy for remedy in rule.remedy if {framework, "*"} & set(remedy.frameworks))
    return msgspec.structs.replace(rule, remedy=remedies)


def finds(rule: Rule) -> str:
    """One phrase for lists of rules."""
    return rule.finds or in_words(rule.message)


def in_words(text: str) -> str:
    """A text of a rule without the names of one finding."""
    for field, words in IN_WORDS.items():
        text = text.replace(field, words)
    return text[:1].upper() + text[1:]


def _parts(rule: Rule) -> Iterator[str]:
    yield f"# {rule.id} {rule.name}"
    yield f"Consequence **{rule.consequence.value}**, severity {rule.severity_of().value}, since {rule.since}."
    yield f"## What it finds\n\n{finds(rule)[:1].upper()}{finds(rule)[1:]}."
    yield f"## Why it matters\n\n{in_words(rule.why)}"
    if rule.story:
        yield f"## With two replicas\n\n{rule.story}"
    yield from _examples("Examples that are reported", [example for example in rule.example if example.is_marked])
    yield from _examples("Examples that are not", [example for example in rule.example if not example.is_marked])
    yield f"## Use instead\n\n{in_words(rule.instead)}"
    yield from (_remedy(remedy) for remedy in rule.remedy)
    yield _choice(rule)
    accept = (
        f"Write `# statelint: ignore[{rule.id}] reason` on the statement of the finding or alone on the line above, or "
        f'set `ignore = ["{rule.id}"]` in `[tool.statelint]`.'
    )
    yield "\n\n".join(filter(None, ("## False alarms, and how to accept a finding", rule.false_alarms, accept)))


def _examples(heading: str, examples: list[Example]) -> Iterator[str]:
    yield f"## {heading}"
    for example in examples:
        yield f"{example.title[:1].upper()}{example.title[1:]}:\n\n{_code(example.code, language_of(example.file))}"


def _remedy(remedy: Remedy) -> str:
    where = "any framework" if "*" in remedy.frameworks else ", ".join(remedy.frameworks)
    parts = [f"### {where}: {remedy.title}"]
    if remedy.code:
        parts.append(_code(remedy.code))
    if remedy.packages:
        parts.append(f"Needs {', '.join(f'`{package}`' for package in remedy.packages)}.")
    if remedy.trade_off:
        parts.append(f"Trade-off: {remedy.trade_off}")
    return "\n\n".join(parts)


def language_of(file: str) -> str:
    """What a code block of a file is called."""
    return LANGUAGES.get(file.rpartition(".")[2].lower(), "text")


def _code(code: str, language: str = "python") -> str:
    return f"```{language}\n{code.strip()}\n```"


def _choice(rule: Rule) -> str:
    rows = "".join(f"\n- `{name}`: {_value(value)}" for name, value in rule.params.items())
    params = f", with these parameters:\n{rows}" if rows else "."
    limits = f"{in_words(rule.limits)}\n\n" if rule.limits else ""
    return f"## How it is chosen\n\n{limits}Detector kind `{rule.detector}`{params}"


def _value(value: object) -> str:
    return ", ".join(f"`{item}`" for item in value) if isinstance(value, list) else f"`{json.dumps(value)}`"
