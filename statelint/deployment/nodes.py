"""Nodes of tree-sitter: their texts and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from statelint.domain.findings import Place

if TYPE_CHECKING:
    import tree_sitter


def text_of(node: tree_sitter.Node) -> str:
    """The text of a node."""
    return (node.text or b"").decode(errors="replace")


def place_of(path: str, first: tree_sitter.Node, last: tree_sitter.Node) -> Place:
    """From the start of one node to the end of another."""
    start, end = first.start_point, last.end_point
    return Place(path, start.row + 1, start.column + 1, end.row + 1, end.column + 1)
