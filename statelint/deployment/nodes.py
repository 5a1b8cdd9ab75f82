"""Nodes of tree-sitter: their texts and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from statelint.deployment.model import Refused
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


def refuse_broken(root: tree_sitter.Node, language: str) -> None:
    """Raises Refused at the first place that the grammar has no rule for."""
    if root.has_error:
        raise Refused(_first_error(root).start_point.row + 1, f"this is no {language}")


def _first_error(node: tree_sitter.Node) -> tree_sitter.Node:
    while True:
        inner = next((one for one in node.children if one.has_error or one.is_missing), None)
        if node.type == "ERROR" or inner is None:
            return node
        node = inner
