"""Files of data that hold settings, as modules of the program."""

from __future__ import annotations

from collections.abc import Iterator

from statelint.app.loading import Loaded, named_by_code
from statelint.deployment.model import Setting
from statelint.domain.findings import Place
from statelint.facts.data import facts_of_data
from statelint.facts.extract import extract
from statelint.facts.ini import extract_ini
from statelint.facts.model import FileFacts, Span, Unreadable
from statelint.program.modules import Module
from statelint.sources.discover import is_program
from statelint.sources.read import Texts
from statelint.sources.settings_files import (
    DATA,
    INI_LIKE,
    TOML,
    configures_application,
    may_hold_settings,
)


def settings_modules(loaded: Loaded, texts: Texts) -> Iterator[Module]:
    """Those that configure an application, and those that the code names; what can't be parsed is none."""
    files = {
        path: data
        for path, data in loaded.sources.items()
        if not is_program(path) and path.endswith((*DATA, *INI_LIKE)) and may_hold_settings(path, data)
    }
    if not files:
        return
    named = named_by_code(files, loaded.sources)
    for path, data in files.items():
        if path in named or configures_application(path, data):
            facts = _facts(path, data, texts)
            if isinstance(facts, FileFacts):
                yield Module(path, facts)


def _facts(path: str, data: bytes, texts: Texts) -> FileFacts | Unreadable:
    if path.endswith(INI_LIKE):
        found = extract_ini(data)
        return found if isinstance(found, FileFacts) else extract(data)  # `from_pyfile` reads any name as code
    from statelint.deployment.model import Refused, Text  # parsers are dear to import

    text = Text(path, texts.text(path), templated=False)
    try:
        if path.endswith(TOML):
            from statelint.deployment.toml_tree import toml_settings as read
        else:
            from statelint.deployment.trees import settings_of as read
        return facts_of_data(map(_entry, read(text)), len(text.lines))
    except Refused as error:
        return Unreadable(error.line, error.reason)


def _entry(setting: Setting) -> tuple[tuple[str, ...], str | None, Span]:
    return setting.path, setting.value, _span(setting.place)


def _span(place: Place) -> Span:
    return Span(place.line, place.column, place.end_line, place.end_column)
