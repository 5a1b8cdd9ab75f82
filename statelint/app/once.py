"""One piece of work for several processes: the first does it, the others wait and take what it made."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

PATIENCE = 3600  # seconds to wait for the process that works


class Once:
    """Results by key, in a file that is locked while one of them is made; a process that dies leaves no lock."""

    def __init__(self, file: Path) -> None:
        """`file` is made with the first result; its folder exists."""
        self._file = file

    def result(self, key: str, work: Callable[[], bytes]) -> bytes:
        """What `work` gave to the first process that asked; a file that can't be used is no reason to fail."""
        try:
            connection = sqlite3.connect(self._file, timeout=PATIENCE, isolation_level=None)
            with closing(connection):
                connection.execute("begin exclusive")
                connection.execute("create table if not exists results (key text primary key, data blob)")
                known = connection.execute("select data from results where key = ?", (key,)).fetchone()
                if known is not None:
                    return bytes(known[0])
                data = work()
                connection.execute("insert into results values (?, ?)", (key, data))
                connection.execute("commit")
                return data
        except sqlite3.Error:
            return work()
