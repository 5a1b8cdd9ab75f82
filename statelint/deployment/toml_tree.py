"""TOML as settings with their places."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter
import tree_sitter_toml

from statelint.deployment.model import Path, Setting, Text
from statelint.deployment.nodes import place_of, refuse_broken, text_of
from statelint.deployment.templates import source_of

LANGUAGE = tree_sitter.Language(tree_sitter_toml.language())
TABLES = frozenset({"table", "table_array_element"})
KEYS = frozenset({"bare_key", "quoted_key", "dotted_key"})
QUOTES = "\"'"


def toml_settings(text: Text) -> Iterator[Setting]:
    """Every value, table and list of a file; raises Refused."""
    source = source_of(text)
    root = tree_sitter.Parser(LANGUAGE).parse(source.encode(errors="surrogatepass")).root_node
    refuse_broken(root, "TOML")
    counted: dict[Path, int] = {}
    for node in root.children:
        if node.type == "pair":
            yield from _pair(text.path, node, ())
        elif node.type in TABLES:
            key = next(one for one in node.children if one.type in KEYS)
            path = _current(_keys(key), counted)
            if node.type == "table_array_element":
                counted[path] = counted.get(path, -1) + 1
                path = (*path, f"[{counted[path]}]")
            yield Setting(path, None, place_of(text.path, node.children[0], key))
            for pair in (one for one in node.children if one.type == "pair"):
                yield from _pair(text.path, pair, path)


def _current(keys: Path, counted: dict[Path, int]) -> Path:
    """`[[a]]` and then `[a.b]` is about the last item of `a`."""
    path: Path = ()
    for at, key in enumerate(keys):
        path = (*path, key)
        if path in counted and at < len(keys) - 1:
            path = (*path, f"[{counted[path]}]")
    return path


def _keys(node: tree_sitter.Node) -> Path:
    if node.type == "dotted_key":
        return tuple(key for one in node.children if one.type in KEYS for key in _keys(one))
    return (text_of(node).strip(QUOTES),)


def _pair(path: str, node: tree_sitter.Node, prefix: Path) -> Iterator[Setting]:
    key, *rest = (one for one in node.children if one.is_named and one.type != "comment")
    if rest:
        yield from _value(path, (*prefix, *_keys(key)), key, rest[0])


def _value(path: str, at: Path, key: tree_sitter.Node, value: tree_sitter.Node) -> Iterator[Setting]:
    if value.type == "inline_table":
        yield Setting(at, None, place_of(path, key, key))
        for pair in (one for one in value.children if one.type == "pair"):
            yield from _pair(path, pair, at)
    elif value.type == "array":
        yield Setting(at, None, place_of(path, key, key))
        held = [one for one in value.children if one.is_named and one.type != "comment"]
        for number, item in enumerate(held):
            yield from _value(path, (*at, f"[{number}]"), item, item)
    else:
        yield Setting(at, text_of(value).strip(QUOTES), place_of(path, key, value))
