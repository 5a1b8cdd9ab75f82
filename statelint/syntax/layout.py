"""Logical lines and blocks of a file, found without parsing it, so that libcst gets only a piece."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import takewhile

import msgspec

BYTE_ORDER_MARK = "\ufeff"
# The parser of libcst recurses on the machine stack; what is nested deeper than this `ast` refuses too.
DEEPEST_NESTING = 180
MOST_LAMBDAS = 100
DEEPEST_INDENTATION = 100

TOKEN = re.compile(
    r'(?P<text>"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    r'|"[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"'
    r"|'[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'"
    r"|\#[^\r\n]*|\\(?:\r\n|\r|\n))"
    r"|(?P<open>[\[({])|(?P<close>[\])}])|(?P<newline>\r\n|\r|\n)|(?P<lambda>\blambda\b)",
    re.DOTALL,
)
LINE_END = re.compile(r"\r\n|\r|\n")
INDENTATION = re.compile(r"[ \t\f]*")
FIRST_WORD = re.compile(r"@|\w*")
DEF = re.compile(r"(?:async[ \t\f]+)?def\b")
HEADS_OF_FOLLOWING_CLAUSES = frozenset({"else", "elif", "except", "finally"})


class LogicalLine(msgspec.Struct, frozen=True, gc=False):
    """A simple statement or the head of a compound one; lines count from 1, columns from 0."""

    first: int
    last: int
    column: int
    indent: int
    word: str


class Span(msgspec.Struct, frozen=True, gc=False):
    """Lines `first` to `last` of a file, and code around them that makes them a module of their own."""

    first: int
    last: int
    before: str = ""
    after: str = ""


class Layout:
    """Where the logical lines and blocks of one file are."""

    def __init__(self, text: str) -> None:
        """Scan the whole text once."""
        self.bom = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
        self.text = text[len(self.bom) :]
        self.starts = [0, *(end.end() for end in LINE_END.finditer(self.text))]
        self.too_deep = False
        self.logical = tuple(self._logical_lines())
        self._firsts = [line.first for line in self.logical]

    def line_of(self, offset: int) -> int:
        """The line that holds a character."""
        return bisect_right(self.starts, offset)

    def source(self, first: int, last: int) -> str:
        """The lines as written, with their ends."""
        end = self.starts[last] if last < len(self.starts) else len(self.text)
        return self.text[self.starts[first - 1] : end]

    def at(self, line: int) -> int | None:
        """Index of the logical line that contains a line; None on blank and comment lines."""
        index = bisect_right(self._firsts, line) - 1
        return index if index >= 0 and line <= self.logical[index].last else None

    def statement(self, line: int) -> tuple[int, int] | None:
        """First and last line of the logical line around a line, with its decorators or what it decorates."""
        index = self.at(line)
        if index is None:
            return None
        head = self._definition(index)
        return self.logical[self._decorators(head)].first, self.logical[head].last

    def whole(self) -> Span:
        """The span of the file."""
        return Span(1, max(1, len(self.starts)))

    def span(self, line: int) -> Span:
        """The innermost function around a line, else the statement of the innermost class or module."""
        index = self.at(line)
        if index is None:
            return self.whole()
        owner = self._innermost_function(index)
        if owner is not None:
            return self._block(owner)
        head = self._first_clause(index)
        last = self._definition(head)
        if self.logical[last].word == "class" and self._decorators(last) <= index <= last:
            return self._class_head(last)
        return self._block(last)

    def class_name(self, line: int) -> str:
        """Name of the innermost class around a line."""
        index = self.at(line)
        for enclosing in self._enclosing(index) if index is not None else ():
            found = self.logical[enclosing]
            if found.word == "class":
                return self._text(found).partition("class")[2].strip().partition("(")[0].rstrip(": \t")
        return ""

    def _logical_lines(self) -> Iterator[LogicalLine]:
        depth = lambdas = begin = 0
        indents = [0]
        for token in TOKEN.finditer(self.text):
            kind = token.lastgroup
            if kind == "open":
                depth += 1
                self.too_deep |= depth > DEEPEST_NESTING
            elif kind == "close":
                depth = max(0, depth - 1)
            elif kind == "lambda":
                lambdas += 1
                self.too_deep |= lambdas > MOST_LAMBDAS
            elif kind == "text":
                self.too_deep |= token.end() - token.start() > DEEPEST_NESTING and self._is_deep_text(token)
            elif depth == 0:
                if (line := self._logical_line(begin, token.start(), indents)) is not None:
                    yield line
                begin, lambdas = token.end(), 0
        if (line := self._logical_line(begin, len(self.text), indents)) is not None:
            yield line

    def _logical_line(self, begin: int, end: int, indents: list[int]) -> LogicalLine | None:
        matched = INDENTATION.match(self.text, begin, end)
        content = matched.end() if matched else begin
        if content >= end or self.text[content] == "#":
            return None
        first = self.line_of(content)
        indent = width(self.text[begin:content])
        while indent < indents[-1]:
            indents.pop()
        if indent > indents[-1]:
            indents.append(indent)
            self.too_deep |= len(indents) > DEEPEST_INDENTATION
        word = FIRST_WORD.match(self.text, content, end)
        found = word[0] if word else ""
        if found == "async" and DEF.match(self.text, content, end):
            found = "def"
        return LogicalLine(first, self.line_of(max(begin, end - 1)), content - self.starts[first - 1], indent, found)

    def _is_deep_text(self, token: re.Match[str]) -> bool:
        """Whether an f-string may hold deep expressions."""
        prefix = self.text[max(0, token.start() - 2) : token.start()].lower()
        return ("f" in prefix or "t" in prefix) and sum(map(token[0].count, "([{-")) > DEEPEST_NESTING

    def _text(self, line: LogicalLine) -> str:
        return self.source(line.first, line.last)

    def _enclosing(self, index: int) -> Iterator[int]:
        """Heads of the blocks around a logical line, innermost first."""
        indent = self.logical[index].indent
        for before in range(index - 1, -1, -1):
            if indent == 0:
                return
            if self.logical[before].indent < indent:
                indent = self.logical[before].indent
                yield before

    def _innermost_function(self, index: int) -> int | None:
        own = self._definition(index)
        if self.logical[own].word == "def":
            return own
        for enclosing in self._enclosing(index):
            word = self.logical[enclosing].word
            if word in {"def", "class"}:
                return enclosing if word == "def" else None
        return None

    def _definition(self, index: int) -> int:
        """From a decorator to the head that it decorates."""
        while index + 1 < len(self.logical) and self.logical[index].word == "@":
            index += 1
        return index

    def _decorators(self, index: int) -> int:
        while index and self.logical[index - 1].word == "@":
            index -= 1
        return index

    def _first_clause(self, index: int) -> int:
        """The outermost compound statement below the class or module that the line stands in."""
        top = index
        for enclosing in takewhile(lambda head: self.logical[head].word != "class", self._enclosing(index)):
            top = enclosing
        while top and self.logical[top].word in HEADS_OF_FOLLOWING_CLAUSES:
            indent = self.logical[top].indent
            top = next((i for i in range(top - 1, -1, -1) if self.logical[i].indent <= indent), 0)
        return top

    def _block(self, head: int) -> Span:
        """A statement with its decorators, its body and the clauses that follow it."""
        indent = self.logical[head].indent
        last = head
        while last + 1 < len(self.logical) and (
            self.logical[last + 1].indent > indent
            or (self.logical[last + 1].indent == indent and self._continues(head, last + 1))
        ):
            last += 1
        before = "if 1:\n" if self.logical[head].column else ""
        return Span(self.logical[self._decorators(head)].first, self.logical[last].last, before)

    def _continues(self, head: int, index: int) -> bool:
        clause = self.logical[index].word in HEADS_OF_FOLLOWING_CLAUSES
        return clause and self.logical[head].word not in {"def", "class"}

    def _class_head(self, head: int) -> Span:
        line = self.logical[head]
        before = "if 1:\n" if line.column else ""
        inside = head + 1 < len(self.logical) and self.logical[head + 1].indent > line.indent
        margin = self.text[self.starts[line.first - 1] :][: line.column]
        after = f"{margin} pass\n" if inside else ""
        return Span(self.logical[self._decorators(head)].first, line.last, before, after)


def width(margin: str) -> int:
    """Columns of leading white space; a form feed starts again, a tab goes to the next multiple of 8."""
    return len(margin.rpartition("\f")[2].expandtabs(8))
