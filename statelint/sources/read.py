"""Bytes of a file as the text that Python sees: byte order mark, PEP 263 encoding, line ends, columns."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from collections.abc import Mapping
from pathlib import Path

import msgspec

from statelint.domain.findings import Place

LARGEST_FILE = 5_000_000  # bytes
LINE_END = re.compile(r"\r\n|\r|\n")
BYTE_LENGTHS = "utf-8"  # `ast` counts columns in bytes of this encoding, whatever the file has


def read(path: Path) -> bytes | str:
    """The bytes of a file, or why there are none."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            return f"is larger than {LARGEST_FILE:,} bytes and was skipped"
        return path.read_bytes()
    except OSError as error:
        return f"can't be read: {error.strerror}"


def decode(data: bytes) -> str:
    """The text of a file, line ends as they are; bytes that don't fit its encoding are replaced."""
    try:
        text = data.decode(_encoding(data))
    except (SyntaxError, LookupError, UnicodeError):
        text = data.decode("utf-8", errors="replace")
    return text.removeprefix("\ufeff")


def encode(text: str, like: bytes) -> bytes | None:
    """A text as bytes, with the encoding and byte order mark of another version; None where they can't say it."""
    try:
        encoding = _encoding(like)
        mark = codecs.BOM_UTF8 if like.startswith(codecs.BOM_UTF8) else b""
        return mark + text.encode("utf-8" if mark else encoding)
    except (SyntaxError, LookupError, UnicodeError):
        return None


def _encoding(data: bytes) -> str:
    if data.isascii() and b"coding" not in data[:400]:
        return "utf-8"
    head = data[:4000].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return tokenize.detect_encoding(io.BytesIO(head).readline)[0]


def lines_of(text: str) -> list[str]:
    """Lines as Python counts them: form feeds and Unicode separators end none."""
    return LINE_END.split(text)


class Texts:
    """The texts of a program's files, decoded once and only where asked."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        """Nothing is decoded yet."""
        self._sources = sources
        self._texts: dict[str, str] = {}
        self._lines: dict[str, list[str]] = {}

    def __getstate__(self) -> Mapping[str, bytes]:
        """What was read; the rest is found again."""
        return self._sources

    def __setstate__(self, sources: Mapping[str, bytes]) -> None:
        """The texts of what was read, in another process."""
        self.__init__(sources)  # type: ignore[misc]

    def text(self, path: str) -> str:
        """The text of a file; empty for a file that is not part of the program."""
        if path not in self._texts:
            self._texts[path] = decode(self._sources.get(path, b""))
        return self._texts[path]

    def lines(self, path: str) -> list[str]:
        """The lines of a file without their ends."""
        if path not in self._lines:
            self._lines[path] = lines_of(self.text(path))
        return self._lines[path]

    def in_characters(self, place: Place) -> Place:
        """A place of facts, whose columns count bytes, as editors count it."""
        if self._sources.get(place.path, b"").isascii():
            return place
        return msgspec.structs.replace(
            place,
            column=self._characters(place.path, place.line, place.column),
            end_column=self._characters(place.path, place.end_line or place.line, place.end_column),
        )

    def _characters(self, path: str, line: int, column: int) -> int:
        lines = self.lines(path)
        if not 0 < line <= len(lines) or column < 1:
            return column
        before = lines[line - 1].encode(BYTE_LENGTHS, "surrogatepass")[: column - 1]
        return len(before.decode(BYTE_LENGTHS, "ignore")) + 1
