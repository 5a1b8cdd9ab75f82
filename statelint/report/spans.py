"""Texts of rules mark names of code with backticks: splits them where a format has its own way to show code."""

from __future__ import annotations

from collections.abc import Iterator


def spans(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces of the text, each with whether it is code."""
    pieces = text.split("`")
    whole = len(pieces) - 1 if len(pieces) % 2 == 0 else len(pieces)
    for number, piece in enumerate(pieces[:whole]):
        if piece:
            yield piece, number % 2 == 1
    if whole < len(pieces):
        yield f"`{pieces[-1]}", False
