"""Apache httpd: one object for each section; `key=value` arguments are settings of their directive."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.changes.directives import changed_lines
from statelint.deployment.model import Format, Part, Refused, Setting, Text
from statelint.deployment.templates import source_of
from statelint.deployment.words import FOREIGN_SUFFIXES, Line, Word, lines_of_words

DIRECTIVES = re.compile(
    r"^[ \t]*(ProxyPass|ProxyPassMatch|ProxySet|BalancerMember|<Proxy|<VirtualHost|<Location|Passenger\w+)\b",
    re.MULTILINE | re.IGNORECASE,
)
HOST = re.compile(r"^\w+://([\w.-]+)")
PARAMETER = re.compile(r"^(?P<name>[A-Za-z_]+)=(?P<value>.*)$")


def recognise(path: str, text: str) -> bool:
    """Directives of the proxy or of virtual hosts."""
    return not path.endswith(FOREIGN_SUFFIXES) and DIRECTIVES.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The sections of a configuration, and what stands outside of all as one."""
    source = source_of(text)
    open_sections: list[tuple[str, str, list[Setting], int]] = [("configuration", "", [], 1)]
    done: list[tuple[str, str, list[Setting], int]] = []
    for line in lines_of_words(source, inner_comments=False, continued=True):
        words = line.texts
        name = words[0].strip("<>")
        if words[0].startswith("</"):
            if len(open_sections) == 1:
                if text.templated:
                    continue
                raise Refused(line.words[0].line, f"`{words[0]}` closes a section that is not open")
            done.append(open_sections.pop())
        elif words[0].startswith("<"):
            open_sections.append((name, " ".join(words[1:]).rstrip(">").strip("\"' "), [], line.words[0].line))
        else:
            open_sections[-1][2].extend(_settings(text, line))
    if len(open_sections) > 1 and not text.templated:
        raise Refused(open_sections[-1][3], f"the section `<{open_sections[-1][0]}>` is not closed")
    for kind, label, settings, _ in [*done, *open_sections]:
        members = [one for one in settings if one.path == ("balancermember",)]
        addresses = tuple(one.value or "" for one in members)
        links = tuple(match[1] for match in map(HOST.match, addresses) if match is not None)
        yield Part(kind, label, tuple(settings), (label, *addresses), (), len(members), links=links)


def _settings(text: Text, line: Line) -> Iterator[Setting]:
    directive = line.words[0]
    yield _setting(text, (directive.text.lower(),), " ".join(line.texts[1:]), directive, line.words[-1])
    for word in line.words[1:]:
        if (match := PARAMETER.match(word.text)) is not None:
            yield _setting(text, (directive.text.lower(), match["name"].lower()), match["value"], word, word)


def _setting(text: Text, path: tuple[str, ...], value: str, first: Word, last: Word) -> Setting:
    return Setting(path, value, text.place(first.line, first.column, last.end_line, last.end_column))


FORMAT = Format("apache", recognise, parse, changed_lines)
