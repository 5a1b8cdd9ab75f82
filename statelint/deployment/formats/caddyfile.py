"""Caddyfile: one object for each block."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.changes.directives import changed_lines
from statelint.deployment.model import Format, Part, Refused, Setting, Text
from statelint.deployment.templates import source_of
from statelint.deployment.words import Line, lines_of_words

SIGNS = re.compile(r"^[ \t]*(reverse_proxy|lb_policy|php_fastcgi|handle|route)\b[^;\n]*$", re.MULTILINE)
PORT = re.compile(r":\d+.*$")
UPSTREAM = re.compile(r"^(?![@/*-]).*[\w\]]:\d+$|^https?://")


def recognise(path: str, text: str) -> bool:
    """By name, with directives that only Caddy has."""
    name = path.rpartition("/")[2].lower()
    is_named = name.startswith("caddyfile") or name.endswith((".caddy", ".caddyfile", "caddyfile.j2"))
    return is_named and SIGNS.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The blocks of a Caddyfile."""
    source = source_of(text)
    blocks: list[tuple[Line | None, list[Setting]]] = [(None, [])]
    for line in lines_of_words(source, inner_comments=True, continued=True):
        words = line.texts
        if words == ["}"]:
            if len(blocks) == 1:
                if text.templated:
                    continue
                raise Refused(line.words[0].line, "`}` closes a block that is not open")
            yield _part(*blocks.pop())
            continue
        opens = words[-1] == "{"
        if words != ["{"]:
            blocks[-1][1].append(_setting(text, line, len(words) - opens))
        if opens:
            blocks.append((line, []))
    if len(blocks) > 1 and not text.templated:
        head = blocks[-1][0]
        raise Refused(head.words[0].line if head else 1, "a block is not closed")
    for block in reversed(blocks):
        yield _part(*block)


def _setting(text: Text, line: Line, count: int) -> Setting:
    first, last = line.words[0], line.words[count - 1]
    place = text.place(first.line, first.column, last.end_line, last.end_column)
    return Setting((first.text,), " ".join(line.texts[1:count]), place)


def _part(head: Line | None, settings: list[Setting]) -> Part:
    words = head.texts[:-1] if head is not None else []
    kind = words[0] if words else "configuration"
    upstreams = [word for word in words[1:] if UPSTREAM.match(word)]
    upstreams += [one for setting in settings if setting.path == ("to",) for one in (setting.value or "").split()]
    links = tuple(PORT.sub("", one.rpartition("://")[2]) for one in upstreams)
    return Part(kind, " ".join(words[1:]), tuple(settings), tuple(words), (), len(upstreams), links=links)


FORMAT = Format("caddyfile", recognise, parse, changed_lines, assigns=" ")
