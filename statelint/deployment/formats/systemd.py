"""Units of systemd: one object for each service."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.commands import command_settings, environment_setting, script_tokens
from statelint.deployment.model import Format, Part, Runs, Setting, Text
from statelint.deployment.sections import sections

STARTS = re.compile(r"^[ \t]*ExecStart\s*=", re.MULTILINE)
SUFFIXES = (".service", ".service.j2", ".service.tmpl", ".service.erb", ".service.template")
PREFIXES = "-@:+!"  # of a command


def recognise(path: str, text: str) -> bool:
    """By its suffix, with a command."""
    return path.endswith(SUFFIXES) and STARTS.search(text) is not None


def parse(text: Text) -> Iterator[Part]:
    """The service of a unit."""
    name = text.path.rpartition("/")[2].partition(".service")[0]
    for section in sections(text):
        if section.name == "Service":
            settings = tuple(_settings(section.settings))
            yield Part("unit", name, settings, (name,), (), 0, Runs())


def _settings(given: list[Setting]) -> Iterator[Setting]:
    for one in given:
        yield one
        value = one.value or one.decided_by
        if one.path == ("execstart",):
            yield from command_settings([list(script_tokens(value.lstrip(PREFIXES), one.place))])
        elif one.path == ("environment",):
            for word, place in script_tokens(value, one.place):
                name, _, text = word.partition("=")
                yield environment_setting(name, text, "", place)


FORMAT = Format("systemd", recognise, parse, assigns=" = ")
