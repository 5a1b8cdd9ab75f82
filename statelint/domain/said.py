"""Words in texts and names of code, however these are written."""

from __future__ import annotations

from collections.abc import Iterable


def is_said(text: str, words: Iterable[str]) -> bool:
    """Whether `HTTP_429_TOO_MANY_REQUESTS` says a word, which is in lower case; a number has to stand alone."""
    plain = text.replace("_", "").replace(" ", "").casefold()
    return any(plain == word or (not word.isdigit() and word in plain) for word in words)
