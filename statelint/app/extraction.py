"""From sources to facts: those that are remembered, and new ones, while this process prepares what comes next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from statelint.app.loading import Loaded, unreadable
from statelint.app.progress import Progress
from statelint.facts.cache import FactCache, NoCache, SqliteCache, digest_of
from statelint.facts.model import FileFacts, Unreadable
from statelint.facts.pool import extract_all
from statelint.settings.options import Options
from statelint.sources.discover import is_program

Prepared = TypeVar("Prepared")


def facts_of(
    loaded: Loaded, options: Options, folder: Path | None, progress: Progress, prepare: Callable[[], Prepared]
) -> tuple[dict[str, FileFacts], Prepared]:
    """Facts by path, and what `prepare` gives; files that can't be parsed become problems. `folder` remembers facts."""
    cache: FactCache = NoCache() if folder is None else SqliteCache(folder)
    prepared: list[Prepared] = []
    digests = {path: digest_of(source) for path, source in loaded.sources.items() if is_program(path)}
    known = cache.get(digests.values())
    missing = sorted(path for path, digest in digests.items() if digest not in known)
    progress.start("reading", len(missing))
    sources = {path: loaded.sources[path] for path in missing}
    new = extract_all(sources, options.jobs, progress.advance, lambda: prepared.append(prepare()))
    if not isinstance(cache, NoCache):
        encoded = ((digests[path], found.for_cache()) for path, found in zip(missing, new, strict=True))
        cache.put({digest: data for digest, data in encoded if data})
    facts = {path: known[digest] for path, digest in digests.items() if digest in known}
    for path, found in zip(missing, new, strict=True):
        if isinstance(found.facts, Unreadable):
            loaded.problems.append(unreadable(path, found.facts.line, found.facts.reason))
        else:
            facts[path] = found.facts
    return facts, prepared[0]
