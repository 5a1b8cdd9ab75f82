"""Facts count columns in bytes of UTF-8, as `ast` does; reports count characters, as editors do."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from statelint.domain.findings import Access, Cleared, Copies, Entry, Finding, Hidden, Place, Step
from statelint.sources.read import Texts

Shown = TypeVar("Shown", Finding, Cleared)


def in_characters(found: Shown, texts: Texts) -> Shown:
    """What is reported, with every place in characters."""
    return msgspec.structs.replace(found, **_converted(found, texts))


def _converted(value: object, texts: Texts) -> dict[str, Any]:
    return {
        field: _convert(inner, texts)
        for field in getattr(value, "__struct_fields__", ())
        if isinstance(inner := getattr(value, field), Place | tuple)
    }


def _convert(value: Any, texts: Texts) -> Any:
    match value:
        case Place():
            return texts.in_characters(value)
        case tuple():
            return tuple(_convert(one, texts) for one in value)
        case Access() | Entry() | Step() | Hidden() | Copies():
            return msgspec.structs.replace(value, **_converted(value, texts))
    return value
