"""Which lines belong to a statement."""

from __future__ import annotations

from statelint.syntax.open import Opener, Unopened


def statement_range(text: str, line: int) -> tuple[int, int]:
    """First and last line of the simple statement or head (with its decorators) that contains a line."""
    opener = Opener(text)
    segment = opener.at(line)
    if isinstance(segment, Unopened):
        index = opener.layout.at(line)
        found = opener.layout.logical[index] if index is not None else None
        return (found.first, found.last) if found else (line, line)
    head = segment.head(line)
    if head is None:
        return line, line
    owner = head.node if hasattr(head.node, "decorators") else segment.parents.get(head.node)
    decorators = getattr(owner, "decorators", ())
    if head.node is not owner and head.node not in decorators:
        return head.first, head.last
    heads = [one for one in segment.heads if one.node is owner or one.node in decorators]
    return heads[0].first, heads[-1].last
