"""HCL as blocks of settings. Expressions are never evaluated: what is no literal is decided by its own text."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import tree_sitter
import tree_sitter_hcl

from statelint.deployment.model import Path, Setting, Text
from statelint.deployment.nodes import place_of, refuse_broken, text_of
from statelint.domain.findings import Place

LANGUAGE = tree_sitter.Language(tree_sitter_hcl.language())
PLAIN = frozenset({"bool_lit", "numeric_lit", "null_lit"})
LONGEST_TEXT = 60
MOST_LEVELS = 60


class Block(msgspec.Struct, frozen=True):
    """`resource "aws_lb" "web" { }`: its words and what it says, nested blocks as mappings.

    A second block of a name is `name#2`, so that patterns with `name*` tell them apart.
    """

    words: tuple[str, ...]
    place: Place
    settings: tuple[Setting, ...]


def blocks(text: Text) -> Iterator[Block]:
    """The outermost blocks of a file; one that is broken leaves the others as they are. Raises Refused after them."""
    for node in _outermost(text, "block"):
        heads = _heads(node)
        place = place_of(text.path, heads[0], heads[-1])
        yield Block(_words(node), place, tuple(_body(text.path, node, ())))


def attributes(text: Text) -> Iterator[Setting]:
    """The values of a file without blocks; raises Refused after them if the rest is broken."""
    for one in _outermost(text, "attribute"):
        yield from _attribute(text.path, one, ())


def _outermost(text: Text, kind: str) -> Iterator[tree_sitter.Node]:
    root = tree_sitter.Parser(LANGUAGE).parse(text.text.encode(errors="surrogatepass")).root_node
    for body in _of_type(root, "body"):
        yield from _of_type(body, kind)
    refuse_broken(root, "HCL")


def _of_type(node: tree_sitter.Node, kind: str) -> list[tree_sitter.Node]:
    return [one for one in node.children if one.type == kind]


def _words(block: tree_sitter.Node) -> tuple[str, ...]:
    return tuple(text_of(one).strip('"') for one in _heads(block))


def _heads(block: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [one for one in block.children if one.type in {"identifier", "string_lit"}]


def _body(path: str, block: tree_sitter.Node, prefix: Path) -> Iterator[Setting]:
    if len(prefix) > MOST_LEVELS:
        return
    seen: dict[str, int] = {}
    for body in _of_type(block, "body"):
        for one in body.children:
            if one.type == "attribute":
                yield from _attribute(path, one, prefix)
            elif one.type == "block":
                yield from _nested(path, one, prefix, seen)


def _nested(path: str, block: tree_sitter.Node, prefix: Path, seen: dict[str, int]) -> Iterator[Setting]:
    words = _words(block)
    if not words:
        return
    inner, decided_by = block, ""
    if words[0] == "dynamic" and len(words) > 1:
        words = words[1:]
        bodies = [part for body in _of_type(block, "body") for part in _of_type(body, "block")]
        inner = next((one for one in bodies if _words(one)[:1] == ("content",)), block)
        decided_by = next((one.decided_by for one in _body(path, block, ()) if one.path == ("for_each",)), "")
    seen[words[0]] = count = seen.get(words[0], 0) + 1
    name = words[0] if count == 1 else f"{words[0]}#{count}"
    head = (*prefix, name, *words[1:])
    yield Setting(head, None, place_of(path, block.children[0], block.children[0]), decided_by)
    yield from _body(path, inner, head)


def _attribute(path: str, node: tree_sitter.Node, prefix: Path) -> Iterator[Setting]:
    names, values = _of_type(node, "identifier"), _of_type(node, "expression")
    if names and values:
        yield from _value(path, (*prefix, text_of(names[0])), names[0], values[0])


def _value(path: str, at: Path, key: tree_sitter.Node, value: tree_sitter.Node) -> Iterator[Setting]:
    if len(at) > MOST_LEVELS:
        return
    collection = next(iter(_of_type(value, "collection_value")), None)
    if collection is None:
        text, decided_by = _literal(value)
        last = value if value.end_point.row == key.start_point.row else key
        yield Setting(at, text, place_of(path, key, last), decided_by)
        return
    yield Setting(at, None, place_of(path, key, key))
    for mapping in _of_type(collection, "object"):
        for element in _of_type(mapping, "object_elem"):
            pair = _of_type(element, "expression")
            if len(pair) > 1:
                yield from _value(path, (*at, text_of(pair[0]).strip('"')), pair[0], pair[1])
    for items in _of_type(collection, "tuple"):
        for number, item in enumerate(_of_type(items, "expression")):
            yield from _value(path, (*at, f"[{number}]"), item, item)


def _literal(expression: tree_sitter.Node) -> tuple[str, str]:
    """The value of a literal, or the text that decides."""
    for literal in _of_type(expression, "literal_value"):
        kind = literal.children[0].type if literal.children else ""
        return text_of(literal).strip('"') if kind not in PLAIN else text_of(literal), ""
    text = text_of(expression)
    if text.startswith('"${') and text.endswith('}"') and text.count("${") == 1:
        text = text[3:-2].strip()
    return "", " ".join(text.split())[:LONGEST_TEXT]
