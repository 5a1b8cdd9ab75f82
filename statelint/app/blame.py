"""Which analysed file an internal error is about."""

from __future__ import annotations

from types import TracebackType
from typing import Any


def file_at_fault(error: BaseException) -> str:
    """The path that the innermost frame knows which works on one file; empty where none does."""
    known = ""
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        known = _path_in(trace.tb_frame.f_locals) or known
        trace = trace.tb_next
    return known


def _path_in(variables: dict[str, Any]) -> str:
    for name in ("context", "module", "write", "source_path", "path"):
        value = variables.get(name)
        value = getattr(value, "context", value)
        value = getattr(value, "module", value)
        path = getattr(value, "path", value)
        if isinstance(path, str) and path.endswith(".py"):
            return path
    return ""
