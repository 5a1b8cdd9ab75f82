"""Which lines does the `with` at a line guard? The note says `first-last`."""

from __future__ import annotations

import libcst
import libcst.matchers as m

from statelint.syntax.open import Opened


def ask(opened: Opened, line: int) -> tuple[str, str]:
    """The body of the with statement whose head contains the line."""
    for node in m.findall(opened.module, m.With()):
        assert isinstance(node, libcst.With)
        first, last = opened.lines_of(node)
        body_first, _ = opened.lines_of(node.body)
        if first <= line <= max(first, body_first):
            return "confirmed", f"{first}-{last}"
    return "unknown", ""


QUESTION = ask
