"""nginx: one object for each block. Variables that `map`, `set` and the like define stand for their sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from statelint.deployment.changes.directives import changed_directives
from statelint.deployment.model import Format, Part, Refused, Setting, Text
from statelint.deployment.templates import source_of
from statelint.deployment.words import FOREIGN_SUFFIXES, Word

SIGNS = re.compile(
    r"(?:^|[;{}])[ \t]*"
    r"(upstream\s+\S+\s*\{|(proxy|uwsgi|fastcgi|grpc)_pass\s|server\s*\{|location\s[^;{}\n]*\{|passenger_\w+\s)",
    re.MULTILINE,
)
OTHER_SUFFIXES = (*FOREIGN_SUFFIXES, ".hcl")
STREAM = "stream"
LUA = "_by_lua_block"
VARIABLE = re.compile(r"\$\{?(\w+)\}?")
PORT = re.compile(r":(\d+)$")
HOST = re.compile(r"^(?:\w+://)?([A-Za-z0-9_][\w.-]*)")
PASSING = "_pass"
IF = "if"
DEFINING = frozenset({"map", "split_clients", "geo", "map_hash"})
MOST_STEPS = 5


_Sources = tuple[dict[str, str], dict[str, str]]  # of variables; the second where they choose who gets a request


class _Directive(msgspec.Struct):
    words: list[Word]
    block: list[_Directive] | None


def recognise(path: str, text: str) -> bool:
    """Blocks and directives that only nginx has."""
    name = path.rpartition("/")[2].lower()
    if path.endswith(OTHER_SUFFIXES) or name.startswith("caddyfile"):
        return False
    return SIGNS.search(text) is not None and ";" in text


def parse(text: Text) -> Iterator[Part]:
    """The blocks of a configuration or of a fragment of one."""
    source = source_of(text)
    root = _Directive([], [])
    _Reader(source, strict=not text.templated).read_into(root)
    several = {name for name, servers in _upstreams(root) if servers > 1}
    found = list(_definitions(root))
    sources = {name: source for name, source, _ in found}
    chosen = {name: source for name, source, results in found if several.isdisjoint(results)}
    yield from _parts(text, root, (), (sources, chosen))


def _parts(text: Text, block: _Directive, context: tuple[str, ...], sources: _Sources) -> Iterator[Part]:
    name = block.words[0].text if block.words else "configuration"
    inner = block.block or []
    settings = tuple(_setting(text, one, sources) for one in inner if one.block is None)
    if name == IF:
        settings = (_setting(text, block, sources), *settings)
    servers = [one.value.split()[0] for one in settings if one.path == ("server",) and one.value]
    ports = tuple(int(match[1]) for server in servers if (match := PORT.search(server)))
    label = " ".join(word.text for word in block.words[1:])
    kind = f"stream {name}" if STREAM in context and name == "upstream" else name
    links = tuple(one for one in map(_host, (*servers, *_passed(settings))) if one)
    yield Part(kind, label, settings, (label, *servers), ports, len(servers), links=links)
    for one in inner:
        if one.block is not None:
            yield from _parts(text, one, (*context, name), sources)


def _passed(settings: tuple[Setting, ...]) -> list[str]:
    """What directives such as `proxy_pass` send requests to."""
    return [one.value for one in settings if one.value and one.path[0].endswith(PASSING)]


def _host(address: str) -> str:
    """`web` of `http://web:8000/`; empty for a variable."""
    match = HOST.match(address)
    return match[1] if match is not None else ""


def _setting(text: Text, directive: _Directive, sources: _Sources) -> Setting:
    first, last = directive.words[0], directive.words[-1]
    value = " ".join(word.text for word in directive.words[1:])
    known = sources[first.text.endswith(PASSING)]
    for _ in range(MOST_STEPS):
        followed = VARIABLE.sub(lambda match: known.get(match[1], f"${match[1]}"), value)
        if followed == value:
            break
        value = followed
    return Setting((first.text,), value, text.place(first.line, first.column, last.end_line, last.end_column))


def _definitions(block: _Directive) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Variables, what they are made from, and what they may be: `map $cookie_x $pool { }`, `set $key $remote_addr`."""
    for one in block.block or []:
        words = [word.text for word in one.words]
        if words[0] in DEFINING and len(words) > 2 and one.block is not None:  # noqa: PLR2004
            yield words[2].lstrip("$"), words[1], frozenset(inner.words[-1].text for inner in one.block)
        elif words[0] == "set" and len(words) > 2 and words[1].lstrip("$") not in words[2]:  # noqa: PLR2004
            yield words[1].lstrip("$"), words[2], frozenset()
        elif one.block is not None:
            yield from _definitions(one)


def _upstreams(block: _Directive) -> Iterator[tuple[str, int]]:
    """Groups of servers, and how many each has."""
    for one in block.block or []:
        if one.words[0].text == "upstream" and one.block is not None:
            yield one.words[-1].text, sum(inner.words[0].text == "server" for inner in one.block)
        elif one.block is not None:
            yield from _upstreams(one)


class _Reader:
    """Reads directives; a block that is never closed is refused, unless a template wrote the braces."""

    def __init__(self, source: str, *, strict: bool) -> None:
        self._source = source.removeprefix("\ufeff")
        self._at = 0
        self._line = 1
        self._start = 0  # of the line
        self._strict = strict

    def read_into(self, root: _Directive) -> None:
        blocks = [root]
        words: list[Word] = []
        while (word := self._next()) is not None:
            if word.quoted or word.text not in {"{", "}", ";"}:
                words.append(word)
                continue
            inner = blocks[-1].block
            if word.text == ";" and words and inner is not None:
                inner.append(_Directive(words, None))
            elif word.text == "{":
                self._open(blocks, words or [word])
            elif word.text == "}":
                self._close(blocks, word)
            words = []
        if len(blocks) > 1 and self._strict:
            raise Refused(blocks[-1].words[0].line, f"the block `{blocks[-1].words[0].text}` is not closed")

    def _open(self, blocks: list[_Directive], words: list[Word]) -> None:
        if words[0].text.endswith(LUA):
            self._skip_block()
            return
        block = _Directive(words, [])
        inner = blocks[-1].block
        if inner is not None:
            inner.append(block)
        blocks.append(block)

    def _close(self, blocks: list[_Directive], word: Word) -> None:
        if len(blocks) > 1:
            blocks.pop()
        elif self._strict:
            raise Refused(word.line, "`}` closes a block that is not open")

    def _skip_block(self) -> None:
        """Lua to its closing brace; those in texts and comments don't count."""
        depth = 1
        while self._at < len(self._source) and depth:
            sign = self._source[self._at]
            depth += (sign == "{") - (sign == "}")
            if sign in "\"'":
                self._quoted(sign)
            elif self._source.startswith("--", self._at):
                stop = self._source.find("\n", self._at)
                self._at = stop if stop >= 0 else len(self._source)
            else:
                self._step()

    def _step(self) -> None:
        if self._source[self._at] == "\n":
            self._line += 1
            self._start = self._at + 1
        self._at += 1

    def _next(self) -> Word | None:
        source = self._source
        while self._at < len(source):
            sign = source[self._at]
            if sign == "#":
                stop = source.find("\n", self._at)
                self._at = stop if stop >= 0 else len(source)
            elif sign.isspace():
                self._step()
            else:
                return self._word()
        return None

    def _word(self) -> Word:
        source, line, column = self._source, self._line, self._at - self._start + 1
        sign = source[self._at]
        if sign in "{};":
            self._at += 1
            return Word(sign, line, column, line, column + 1)
        if sign in "\"'":
            return self._quoted(sign)
        begin = self._at
        while self._at < len(source) and not source[self._at].isspace() and source[self._at] not in "{};":
            if source.startswith("${", self._at):
                stop = source.find("}", self._at)
                self._at = stop if stop >= 0 else len(source) - 1
            elif source[self._at] == "\\":
                self._at += 1
            self._at += 1
        self._at = min(self._at, len(source))
        return Word(source[begin : self._at], line, column, line, self._at - self._start + 1)

    def _quoted(self, quote: str) -> Word:
        source, line, column = self._source, self._line, self._at - self._start + 1
        self._at += 1
        begin = self._at
        while self._at < len(source) and source[self._at] != quote:
            if source[self._at] == "\\" and self._at + 1 < len(source):
                self._step()
            self._step()
        text = source[begin : self._at]
        self._at = min(self._at + 1, len(source))
        return Word(text, line, column, self._line, self._at - self._start + 1, quoted=True)


FORMAT = Format("nginx", recognise, parse, changed_directives, assigns=" ")
