"""Which lines belong to the statement at a line? The note says `first-last`."""

from __future__ import annotations

import libcst
import libcst.matchers as m

from statelint.syntax.open import Opened


def ask(opened: Opened, line: int) -> tuple[str, str]:
    """The innermost simple statement, or the head of a compound one."""
    for node in m.findall(opened.module, m.SimpleStatementLine()):
        assert isinstance(node, libcst.SimpleStatementLine)
        first, last = opened.lines_of(node)
        if first <= line <= last:
            return "confirmed", f"{first}-{last}"
    return "unknown", ""


QUESTION = ask
