"""HAProxy: one object for each section, with what it takes over from `defaults` reported there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from statelint.deployment.changes.directives import changed_lines
from statelint.deployment.model import Format, Part, Setting, Text
from statelint.deployment.templates import source_of
from statelint.deployment.words import FOREIGN_SUFFIXES, Line, lines_of_words

SECTIONS = frozenset({
    "global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "userlist", "cache", "program",
    "mailers", "http-errors", "ring", "log-forward", "log-profile", "crt-store", "fcgi-app", "traces", "acme",
})  # fmt: skip
OPENING = re.compile(r"^[ \t]*(defaults|frontend|backend|listen)\b[^;{=:\n]*$", re.MULTILINE)
BODY = re.compile(r"^[ \t]*(server|balance|bind|mode|timeout|option|default_backend|cookie|stick)\s+\S", re.MULTILINE)
PREFIXES = frozenset({"no", "default"})
INHERITING = frozenset({"backend", "listen"})
PORT = re.compile(r":(\d+)$")


class _Section(msgspec.Struct):
    kind: str
    name: str
    settings: list[Setting]


def recognise(path: str, text: str) -> bool:
    """Sections that only HAProxy has, with what stands in them."""
    if path.endswith(FOREIGN_SUFFIXES):
        return False
    return OPENING.search(text) is not None and BODY.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The sections of a configuration."""
    sections = _sections(text)
    for at, section in enumerate(sections):
        settings = section.settings
        if section.kind == "defaults":
            settings = [one for one in settings if _is_taken_over(one, sections[at + 1 :])]
        servers = [one.value.split() for one in settings if one.path == ("server",) and one.value]
        addresses = [words[1] for words in servers if len(words) > 1]
        ports = tuple(int(match[1]) for address in addresses if (match := PORT.search(address)))
        links = tuple(address.partition(":")[0] for address in addresses)
        subjects = (section.name, *addresses)
        yield Part(section.kind, section.name, tuple(settings), subjects, ports, len(servers), links=links)


def _sections(text: Text) -> list[_Section]:
    found: list[_Section] = []
    source = source_of(text)
    for line in lines_of_words(source, inner_comments=True, continued=False):
        words = line.texts
        if words[0] in SECTIONS:
            found.append(_Section(words[0], words[1] if len(words) > 1 else "", []))
        elif found:
            found[-1].settings.append(_setting(text, line))
    return found


def _setting(text: Text, line: Line) -> Setting:
    words = line.texts
    skipped = 1 if words[0] in PREFIXES and len(words) > 1 else 0
    name = f"no {words[1]}" if words[0] == "no" and skipped else words[skipped]
    first, last = line.words[0], line.words[-1]
    place = text.place(first.line, first.column, last.end_line, last.end_column)
    return Setting((name,), " ".join(words[skipped + 1 :]), place)


def _is_taken_over(setting: Setting, later: list[_Section]) -> bool:
    """Whether some section after this one has no such line of its own; a next `defaults` begins anew."""
    has_heirs = False
    for section in later:
        if section.kind == "defaults" and not section.name:
            break
        if section.kind in INHERITING:
            has_heirs = True
            if not any(one.path == setting.path for one in section.settings):
                return True
    return not has_heirs


FORMAT = Format("haproxy", recognise, parse, changed_lines, assigns=" ")
