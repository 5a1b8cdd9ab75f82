"""Facts by digest of the source, in one SQLite file.

One file with write-ahead logging takes thousands of small records, several runs at once and a crash in
the middle; a file per source would cost a system call each, and a shard would be rewritten for one change.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from statelint import __version__
from statelint.facts.model import FACTS_VERSION, FileFacts
from statelint.sources.files import make_cache_folder
from statelint.sources.seal import sealed, unsealed

PATIENCE = 2  # seconds to wait for another run
LARGEST_CACHE = 1_000_000_000  # bytes; nothing is ever taken out, so a cache of this size is begun anew
SALT = f"{FACTS_VERSION} {sys.version_info.major}.{sys.version_info.minor}".encode()
_ENCODER = msgspec.msgpack.Encoder()
_DECODER: msgspec.msgpack.Decoder[FileFacts] = msgspec.msgpack.Decoder(FileFacts)


def digest_of(source: bytes) -> bytes:
    """Identifies a source, the shape of its facts and the Python that reads it."""
    return hashlib.blake2b(source, digest_size=16, salt=SALT, person=__version__.encode()[:16]).digest()


def encode(facts: FileFacts) -> bytes:
    """Facts as MessagePack."""
    return _ENCODER.encode(facts)


def decode(data: bytes) -> FileFacts:
    """Facts from MessagePack; raises msgspec.DecodeError or ValidationError for anything else."""
    return _DECODER.decode(data)


class FactCache(Protocol):
    """Remembers facts between runs."""

    def get(self, digests: Iterable[bytes]) -> dict[bytes, FileFacts]:
        """Known facts of these digests."""

    def put(self, facts: Mapping[bytes, bytes]) -> None:
        """Remember encoded facts."""


class NoCache:
    """Remembers nothing."""

    def get(self, digests: Iterable[bytes]) -> dict[bytes, FileFacts]:
        """Nothing."""
        del digests
        return {}

    def put(self, facts: Mapping[bytes, bytes]) -> None:
        """Forget them."""


class SqliteCache:
    """A cache that is never in the way: whatever is wrong with the file, the run goes on without it."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when the first facts are written."""
        self._path = folder / f"facts-{FACTS_VERSION}.sqlite"

    def get(self, digests: Iterable[bytes]) -> dict[bytes, FileFacts]:
        """Known facts of these digests; damaged records are left out."""
        wanted = list(digests)
        found: dict[bytes, FileFacts] = {}
        if not self._path.exists():
            return found
        with contextlib.suppress(sqlite3.Error), contextlib.closing(self._open()) as connection:
            for start in range(0, len(wanted), 500):
                part = wanted[start : start + 500]
                marks = ",".join("?" * len(part))
                query = f"select digest, facts from facts where digest in ({marks})"
                for digest, data in connection.execute(query, part):
                    with contextlib.suppress(msgspec.MsgspecError, TypeError):
                        record = unsealed(data) or b""
                        if record.startswith(digest):  # a damaged index may lead to the record of another source
                            found[bytes(digest)] = decode(record[len(digest) :])
        return found

    def put(self, facts: Mapping[bytes, bytes]) -> None:
        """Remember encoded facts; a file that is no database is replaced."""
        if not facts:
            return
        try:
            self._write(facts)
        except (sqlite3.OperationalError, OSError):
            return  # busy, full or not writable: the next run may have more luck
        except sqlite3.DatabaseError:
            with contextlib.suppress(OSError, sqlite3.Error):
                self._remove()
                self._write(facts)

    def _write(self, facts: Mapping[bytes, bytes]) -> None:
        make_cache_folder(self._path.parent)
        if self._path.exists() and self._path.stat().st_size > LARGEST_CACHE:
            self._remove()
        records = ((digest, sealed(digest + data)) for digest, data in facts.items())
        with contextlib.closing(self._open()) as connection, connection:
            connection.execute("create table if not exists facts (digest blob primary key, facts blob)")
            connection.executemany("insert or replace into facts values (?, ?)", records)

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=PATIENCE)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = off")
        return connection
