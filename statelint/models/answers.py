"""Answers about names, each found once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


class Answers(dict[str, Answer]):
    """Asks `find` for a name that is asked for the first time; afterwards one look-up, without a call."""

    def __init__(self, find: Callable[[str], Answer]) -> None:
        """Nothing found yet."""
        super().__init__()
        self._find = find

    def __missing__(self, name: str) -> Answer:
        """Find it."""
        found = self[name] = self._find(name)
        return found
