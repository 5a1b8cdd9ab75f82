"""Facts of an ini file of PasteDeploy or `logging.config.fileConfig`: one dict for each section."""

from __future__ import annotations

import configparser
from collections.abc import Iterator

from statelint.facts.model import Bind, Body, Const, FileFacts, How, New, Op, SetItem, Span, Unreadable


def extract_ini(data: bytes) -> FileFacts | Unreadable:
    """Facts of an ini file, or why it can't be parsed; never raises for any bytes."""
    try:
        lines = data.decode("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        return Unreadable(data[: error.start].count(b"\n") + 1, "the file is not UTF-8")
    parser = _LineParser(lines)
    try:
        parser.read_file(parser.lines())
    except configparser.Error as error:
        return Unreadable(getattr(error, "lineno", None) or 1, error.message.splitlines()[0])
    return FileFacts(len(lines), (_body(parser, lines),))


class _LineParser(configparser.RawConfigParser):
    """Remembers the line of each option: option names are asked for while their line is read."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(strict=False, allow_no_value=True, default_section="\0")
        self._lines = lines
        self._number = 0

    def lines(self) -> Iterator[str]:
        """The lines, counted."""
        for number, line in enumerate(self._lines, 1):
            self._number = number
            yield line

    def optionxform(self, optionstr: str) -> str:
        """The name with its line."""
        return f"{self._number}\0{optionstr}"


def _body(parser: _LineParser, lines: list[str]) -> Body:
    ops: list[Op] = []
    names = parser.sections()
    for section, name in enumerate(names):
        whole = Span(1, 1, 1, 1)
        ops.append(New(section, "dict", (), (), whole))
        ops.append(Bind(name, section, whole, How.ASSIGN))
        for numbered, value in parser.items(name):
            number, _, option = numbered.partition("\0")
            line = int(number)
            span = Span(line, 1, line, len(lines[line - 1].rstrip().encode()) + 1)
            ops.append(SetItem(section, Const(option), Const(value), span, How.ASSIGN))
    return Body(
        kind="module", name="<module>", qualname="", parent=-1, span=Span(1, 1, len(lines) + 1, 1), params=(),
        names=frozenset(names), global_names=frozenset(), nonlocal_names=frozenset(), annotated=(), is_generator=False,
        is_async=False, decorators=(), temporaries=len(names), ops=tuple(ops),
    )  # fmt: skip
