"""Extraction, in worker processes where that pays."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache

import msgspec

from statelint.domain.errors import InternalError
from statelint.facts.cache import decode, encode
from statelint.facts.extract import extract
from statelint.facts.ini import extract_ini
from statelint.facts.model import FileFacts, Unreadable
from statelint.sources.beside import MOST_TICKETS, shared
from statelint.sources.settings_files import INI

WORTH_A_WORKER = 1_200_000  # bytes of source; starting workers costs as much as reading this
WORTH_A_FORK = 60_000  # bytes of source, likewise for a process that knows all that this one knows
TWO = 2  # workers, of which this process is one

Encoded = tuple[bytes, Unreadable | None]


class Extracted(msgspec.Struct, frozen=True):
    """Facts, with their encoded form where a worker made them."""

    facts: FileFacts | Unreadable
    encoded: bytes = b""

    def for_cache(self) -> bytes:
        """The encoded form; empty for a file that can't be parsed."""
        return b"" if isinstance(self.facts, Unreadable) else self.encoded or encode(self.facts)


def extract_all(
    sources: Mapping[str, bytes], jobs: int, advance: Callable[[int], None], meanwhile: Callable[[], object]
) -> list[Extracted]:
    """Facts of every source, in order; `jobs` 0 decides by size. `meanwhile` is done once, while others extract."""
    workers = jobs or (os.cpu_count() or 1)
    size = sum(map(len, sources.values()))
    once = cache(meanwhile)
    if workers == 1 or (not jobs and size <= WORTH_A_FORK):
        once()
        return _serial(sources, advance)
    if len(sources) <= MOST_TICKETS and (workers == TWO or (not jobs and size < WORTH_A_WORKER)):
        return _by_two(sources, advance, once)
    from concurrent.futures.process import BrokenProcessPool

    try:
        return _parallel(sources, workers, advance, once)
    except (OSError, BrokenProcessPool):  # no room for workers, or the system has ended one
        once()
        return _serial(sources, lambda _: None)


def _by_two(
    sources: Mapping[str, bytes], advance: Callable[[int], None], meanwhile: Callable[[], object]
) -> list[Extracted]:
    """Some here and some in a second process."""

    def here(source: tuple[str, bytes]) -> Extracted:
        advance(1)
        return Extracted(_extracted(source))

    def unpacked(data: bytes) -> Extracted:
        advance(1)
        return _known(*msgspec.msgpack.decode(data, type=Encoded))

    def there(source: tuple[str, bytes]) -> bytes:
        return msgspec.msgpack.encode(_in_worker(source))

    return shared([*sources.items()], here, there, unpacked, meanwhile)


def _serial(sources: Mapping[str, bytes], advance: Callable[[int], None]) -> list[Extracted]:
    found = []
    for source in sources.items():
        found.append(Extracted(_extracted(source)))
        advance(1)
    return found


def _parallel(
    sources: Mapping[str, bytes], workers: int, advance: Callable[[int], None], meanwhile: Callable[[], object]
) -> list[Extracted]:
    from concurrent.futures import ProcessPoolExecutor  # dear to import, and small projects need none

    chunk = max(1, len(sources) // (workers * 6))
    results: list[Extracted] = []
    with ProcessPoolExecutor(workers) as pool:
        found = pool.map(_in_worker, sources.items(), chunksize=chunk)
        meanwhile()
        for encoded, unreadable in found:
            advance(1)
            results.append(_known(encoded, unreadable))
    return results


def _known(encoded: bytes, unreadable: Unreadable | None) -> Extracted:
    return Extracted(unreadable or decode(encoded), encoded)


def _in_worker(source: tuple[str, bytes]) -> Encoded:
    facts = _extracted(source)
    return (b"", facts) if isinstance(facts, Unreadable) else (encode(facts), None)


def _extracted(source: tuple[str, bytes]) -> FileFacts | Unreadable:
    path, data = source
    try:
        return extract_ini(data) if path.endswith(INI) else extract(data)
    except Exception as error:
        what = f"statelint failed to read this file ({type(error).__name__}: {error})"
        raise InternalError(what, path, "please report it with the file and what `--verbose` shows") from error
