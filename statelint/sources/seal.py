"""Bytes with a checksum: a cache that has been damaged is no cache."""

from __future__ import annotations

import zlib

SIZE = 4


def sealed(data: bytes) -> bytes:
    """The data after its checksum."""
    return zlib.crc32(data).to_bytes(SIZE, "big") + data


def unsealed(data: bytes) -> bytes | None:
    """What was sealed; None where a byte has changed since."""
    rest = data[SIZE:]
    return rest if zlib.crc32(rest).to_bytes(SIZE, "big") == data[:SIZE] else None
