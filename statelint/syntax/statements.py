"""Which lines belong to a statement."""

from __future__ import annotations

from collections.abc import Callable

from statelint.syntax.batch import Asker
from statelint.syntax.layout import Layout
from statelint.syntax.question import Question


class Statements:
    """First and last lines of statements, with their decorators; libcst is asked about those of several lines only."""

    def __init__(self, text_of: Callable[[str], str], asker: Asker) -> None:
        """`text_of` gives the text of a path."""
        self._text_of = text_of
        self._asker = asker
        self._layouts: dict[str, Layout] = {}

    def around(self, path: str, line: int) -> tuple[int, int]:
        """The simple statement or head that contains a line."""
        if path not in self._layouts:
            self._layouts[path] = Layout(self._text_of(path))
        first, last = self._layouts[path].statement(line) or (line, line)
        if first == last:
            return first, last
        return self._asker.ask(path, Question("statement_lines", line)).numbers or (first, last)
