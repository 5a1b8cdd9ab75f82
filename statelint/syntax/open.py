"""Opens as little of a file as a question needs: libcst reads 12 000 lines a second, `ast` 200 000."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from statelint.syntax.layout import Layout, Span

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment


class Unopened(msgspec.Struct, frozen=True):
    """Code that libcst can't read, and why."""

    reason: str


class Opener:
    """Parses each segment of one file at most once."""

    def __init__(self, text: str) -> None:
        """Nothing is parsed yet; `libcst` is not imported yet."""
        self.layout = Layout(text)
        self._opened: dict[Span, Segment | Unopened] = {}

    def span(self, line: int) -> Span:
        """What has to be parsed for questions about a line."""
        return self.layout.span(line)

    def at(self, line: int) -> Segment | Unopened:
        """The parsed segment around a line."""
        if self.layout.too_deep:
            return Unopened("the code is nested too deeply")
        span, whole = self.span(line), self.layout.whole()
        cut = self._parsed(span)
        return self._parsed(whole) if isinstance(cut, Unopened) and span != whole else cut

    def _parsed(self, span: Span) -> Segment | Unopened:
        if span not in self._opened:
            self._opened[span] = _parse(self.layout, span)
        return self._opened[span]


def open_segment(text: str, line: int) -> Segment | Unopened:
    """The innermost function around a line, else its statement, else the whole module, parsed with libcst."""
    return Opener(text).at(line)


def _parse(layout: Layout, span: Span) -> Segment | Unopened:
    import libcst

    from statelint.syntax.segment import Segment, UnexpectedShapeError

    try:
        module = libcst.parse_module(f"{span.before}{layout.source(span.first, span.last)}{span.after}")
        return Segment(layout, span, module)
    except libcst.ParserSyntaxError as error:
        return Unopened(f"libcst can't read line {_file_line(span, error.raw_line)}")
    except (libcst.CSTValidationError, UnexpectedShapeError, RecursionError, ValueError) as error:
        return Unopened(str(error) or type(error).__name__)


def _file_line(span: Span, line: int) -> int:
    return line + span.first - 1 - span.before.count("\n")
