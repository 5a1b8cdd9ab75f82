"""Bicep: one object for each resource, with paths as in Azure Resource Manager templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from statelint.deployment.model import Format, Part, Path, Setting, Text
from statelint.deployment.nodes import place_of, refuse_broken, text_of

if TYPE_CHECKING:
    import tree_sitter

RESOURCE = re.compile(r"^[ \t]*(resource|param|module|var|targetScope)\b", re.MULTILINE)
LITERALS = frozenset({"boolean", "number", "null"})
MOST_LEVELS = 60


def recognise(path: str, text: str) -> bool:
    """By its suffix."""
    return path.endswith(".bicep") and RESOURCE.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The resources; parameters and variables that are literal stand for their values."""
    import tree_sitter
    import tree_sitter_bicep

    language = tree_sitter.Language(tree_sitter_bicep.language())
    root = tree_sitter.Parser(language).parse(text.text.encode(errors="surrogatepass")).root_node
    literals = dict(_literals(root))
    for node in _resources(root):
        kind = text_of(next(one for one in node.children if one.type == "string")).strip("'").partition("@")[0]
        body = next(_objects(node), None)
        settings = tuple(_settings(text.path, body, (), literals)) if body is not None else ()
        name = next((one.value for one in settings if one.path == ("name",) and one.value), "")
        yield Part(kind, name, settings, (name,))
    refuse_broken(root, "Bicep")


def _resources(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """Resources, nested ones too."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type == "resource_declaration" and any(inner.type == "string" for inner in one.children):
            yield one
        waiting.extend(reversed(one.children))


def _objects(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """The object that a declaration gives, inside of its condition or loop."""
    for one in node.children:
        if one.type == "object":
            yield one
        elif one.type in {"for_statement", "if_statement"}:
            yield from _objects(one)


def _literals(root: tree_sitter.Node) -> Iterator[tuple[str, tuple[str, str]]]:
    """Parameters with their defaults, which someone may overrule, and variables."""
    for one in root.children:
        if one.type in {"parameter_declaration", "variable_declaration"}:
            name = next((text_of(inner) for inner in one.children if inner.type == "identifier"), "")
            value = _literal(one.children[-1])
            if value is not None:
                yield name, (value, f"the parameter {name}" if one.type == "parameter_declaration" else "")


def _literal(node: tree_sitter.Node) -> str | None:
    if node.type in LITERALS:
        return text_of(node)
    if node.type == "string" and not any(one.type == "interpolation" for one in node.children):
        return text_of(node).strip("'")
    return None


def _settings(path: str, node: tree_sitter.Node, at: Path, literals: dict[str, tuple[str, str]]) -> Iterator[Setting]:
    if len(at) > MOST_LEVELS:
        return
    for pair in (one for one in node.children if one.type == "object_property"):
        named = [one for one in pair.children if one.is_named]
        if len(named) > 1:
            yield from _value(path, (*at, text_of(named[0]).strip("'")), named[0], named[-1], literals)


def _value(
    path: str, at: Path, key: tree_sitter.Node, value: tree_sitter.Node, literals: dict[str, tuple[str, str]]
) -> Iterator[Setting]:
    if value.type == "object":
        yield Setting(at, None, place_of(path, key, key))
        yield from _settings(path, value, at, literals)
    elif value.type == "array":
        yield Setting(at, None, place_of(path, key, key))
        for number, item in enumerate(one for one in value.children if one.is_named and one.type != "comment"):
            yield from _value(path, (*at, f"[{number}]"), item, item, literals)
    else:
        literal = _literal(value)
        text, decided_by = (literal, "") if literal is not None else literals.get(text_of(value), ("", text_of(value)))
        last = value if value.end_point.row == key.start_point.row else key
        yield Setting(at, text, place_of(path, key, last), decided_by)


FORMAT = Format("bicep", recognise, parse)
