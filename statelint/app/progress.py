"""A progress bar on standard error for runs that take more than a second on a terminal."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import Any, Protocol, TextIO

PATIENCE = 1.0  # seconds before anything is shown
PAUSE = 0.1  # seconds between two drawings
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
    """One line that is drawn ten times a second, also in stages that don't tell how far they are."""

    def __init__(self, stream: TextIO) -> None:
        """Draw on `stream`."""
        self._stream = stream
        self._started = time.monotonic()
        self._drawn = 0.0
        self._stage = ""
        self._done = 0
        self._total = 0
        self._before: Any = None
        self._ticking = False

    def start(self, stage: str, total: int) -> None:
        """Begin a stage."""
        self._stage, self._total, self._done = stage, total, 0
        self._tick()
        self._draw()

    def advance(self, steps: int) -> None:
        """Move on."""
        self._done += steps
        self._draw()

    def _tick(self) -> None:
        """Let a timer draw: a thread would be in the way of workers that are forked."""
        if (
            self._ticking
            or not hasattr(signal, "setitimer")
            or threading.current_thread() is not threading.main_thread()
        ):
            return
        self._ticking = True
        self._before = signal.signal(signal.SIGALRM, lambda *_: self._draw())
        signal.setitimer(signal.ITIMER_REAL, PATIENCE, PAUSE)

    def _draw(self) -> None:
        now = time.monotonic()
        if now - self._started < PATIENCE or now - self._drawn < PAUSE:
            return
        self._drawn = now
        if self._total:
            bar = ("#" * (WIDTH * self._done // self._total)).ljust(WIDTH, ".")
            count = f" {self._done}/{self._total}"
        else:
            at = int((now - self._started) / PAUSE) % (WIDTH - 2)
            bar, count = ("." * at + "###").ljust(WIDTH, "."), ""
        self._stream.write(f"\r\x1b[2K{self._stage} [{bar}]{count}")
        self._stream.flush()

    def close(self) -> None:
        """Stop the timer, and remove the line if it was drawn."""
        if self._ticking:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
            self._ticking = False
        if self._drawn:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


def progress_for_terminal() -> Progress:
    """A bar where standard error is a terminal."""
    return Bar(sys.stderr) if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else Silent()
