"""Seconds per stage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from statelint.domain.findings import Summary


class Timings:
    """Collects how long each named stage took."""

    def __init__(self) -> None:
        """Start the clock of the whole run."""
        self._started = time.perf_counter()
        self.stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a block."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + time.perf_counter() - started

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._started

    def move(self, source: str, target: str, seconds: float) -> None:
        """Count seconds that were measured inside one stage as another."""
        self.stages[source] -= seconds
        self.stages[target] = self.stages.get(target, 0.0) + seconds

    def of(self, summary: Summary) -> Summary:
        """A summary with the times of this run."""
        stages = {name: round(seconds, 4) for name, seconds in self.stages.items()}
        return msgspec.structs.replace(summary, seconds=round(self.seconds, 4), stages=stages)
