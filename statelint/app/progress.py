"""A progress bar on standard error for runs that take more than a second on a terminal."""

from __future__ import annotations

import sys
import time
from typing import Protocol, TextIO

PATIENCE = 1.0  # seconds before anything is shown
WIDTH = 30


class Progress(Protocol):
    """Hears how far a run is."""

    def start(self, stage: str, total: int) -> None:
        """A stage begins; `total` 0 where its length is unknown."""

    def advance(self, steps: int) -> None:
        """Steps of the stage are done."""

    def close(self) -> None:
        """The run ends: clean the line."""


class Silent:
    """Shows nothing."""

    def start(self, stage: str, total: int) -> None:
        """Nothing."""

    def advance(self, steps: int) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class Bar:
    """One line that is drawn again at most ten times a second."""

    def __init__(self, stream: TextIO) -> None:
        """Draw on `stream`."""
        self._stream = stream
        self._started = time.monotonic()
        self._drawn = 0.0
        self._stage = ""
        self._done = 0
        self._total = 0

    def start(self, stage: str, total: int) -> None:
        """Begin a stage."""
        self._stage, self._total, self._done = stage, total, 0
        self._draw()

    def advance(self, steps: int) -> None:
        """Move on."""
        self._done += steps
        self._draw()

    def _draw(self) -> None:
        now = time.monotonic()
        if now - self._started < PATIENCE or now - self._drawn < 0.1:  # noqa: PLR2004
            return
        self._drawn = now
        filled = WIDTH * self._done // self._total if self._total else 0
        count = f" {self._done}/{self._total}" if self._total else ""
        self._stream.write(f"\r\x1b[2K{self._stage} [{'#' * filled}{'.' * (WIDTH - filled)}]{count}")
        self._stream.flush()

    def close(self) -> None:
        """Remove the line if it was drawn."""
        if self._drawn:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


def progress_for_terminal() -> Progress:
    """A bar where standard error is a terminal."""
    return Bar(sys.stderr) if sys.stderr.isatty() else Silent()
