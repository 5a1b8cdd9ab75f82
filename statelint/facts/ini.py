"""Facts of an ini file of PasteDeploy or `logging.config.fileConfig`: one dict for each section."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator, Mapping

from statelint.facts.data import module_body
from statelint.facts.model import Bind, Const, FileFacts, How, New, Op, SetItem, Span, Unreadable

DEFAULT = "DEFAULT"
FROM_DEFAULT = "get "  # `get name = other` gives an option the value that `[DEFAULT]` has under another name
INTERPOLATED = re.compile(r"%\((\w[\w.]*)\)s")
DEEPEST_INTERPOLATION = 4


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
    return _facts(parser, lines)


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

    def options_of(self, section: str) -> dict[str, tuple[int, str | None]]:
        """Line and value of each option; a line further down wins."""
        found: dict[str, tuple[int, str | None]] = {}
        for numbered, value in self.items(section) if self.has_section(section) else ():
            number, _, option = numbered.partition("\0")
            found[option] = (int(number), value)
        return found


def _facts(parser: _LineParser, lines: list[str]) -> FileFacts:
    ops: list[Op] = []
    names = parser.sections()
    defaults = {name: value for name, (_, value) in parser.options_of(DEFAULT).items()}
    for section, name in enumerate(names):
        whole = Span(1, 1, 1, 1)
        ops.append(New(section, "dict", (), (), whole))
        ops.append(Bind(name, section, whole, How.ASSIGN))
        options = parser.options_of(name)
        known = {**defaults, **{option: value for option, (_, value) in options.items()}}
        for option, (line, text) in options.items():
            span = Span(line, 1, line, len(lines[line - 1].rstrip().encode()) + 1)
            value = defaults.get(text or "", text) if option.startswith(FROM_DEFAULT) else text
            key = Const(option.removeprefix(FROM_DEFAULT))
            ops.append(SetItem(section, key, Const(_interpolated(value, known)), span, How.ASSIGN))
    return FileFacts(len(lines), (module_body(names, ops, len(names), len(lines)),))


def _interpolated(value: str | None, known: Mapping[str, str | None]) -> str | None:
    """`%(name)s` as another option of the section or of `[DEFAULT]` has it; what the server gives stays as it is."""
    for _ in range(DEEPEST_INTERPOLATION if value else 0):
        new = INTERPOLATED.sub(lambda match: known.get(match[1]) or match[0], value or "")
        if new == value:
            break
        value = new
    return value
