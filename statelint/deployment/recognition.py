"""Which files may hold a setting that some row speaks of, by the words in their bytes.

Words come from the rows: of each path the last key, or what says more beside it. Reading all words of a file at once
costs the same however many rows there are; what stands within a longer word is searched for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from typing import NamedTuple

from statelint.deployment.commands import COMMAND, ENVIRONMENT, MOUNTS, PIPELINE
from statelint.deployment.paths import keys_of
from statelint.deployment.rows import AffinityFile, AffinityRow, CopiesRow

SIGNS = b"-_"
FOLDED = bytes(
    sign + 32 if 65 <= sign <= 90 else sign if bytes([sign]).isalnum() or sign in SIGNS else 32  # noqa: PLR2004
    for sign in range(256)
)
OF_NAMES = frozenset({COMMAND, ENVIRONMENT, MOUNTS, PIPELINE, f"{{{COMMAND},{PIPELINE}}}"})  # keys that no file holds
GLOB = re.compile(r"[*{},]")
WORD = re.compile(r"[a-z0-9_-]+")
TELLING = 5  # letters that a word has to have, where the row offers a longer one

Word = tuple[str, bool]  # with whether it stands alone


class Telling(NamedTuple):
    """What files of some products hold: one of the signs, if there are any, and a word or a part of one."""

    signs: frozenset[bytes]
    whole: frozenset[bytes]
    parts: tuple[bytes, ...]

    def is_in(self, folded: bytes, words: Set[bytes]) -> bool:
        """Whether a file has them."""
        if self.signs and self.signs.isdisjoint(words):
            return False
        return not self.whole.isdisjoint(words) or any(part in folded for part in self.parts)


class Recognition:
    """The words of some rows."""

    def __init__(self, files: Iterable[AffinityFile]) -> None:
        """A row without a word of its own is about files that are read anyway."""
        groups: dict[tuple[str, ...], set[Word]] = defaultdict(set)
        for file in files:
            rows: list[AffinityRow | CopiesRow] = [*file.setting, *file.copies]
            groups[file.signs].update(word for row in rows for word in _words(row))
            groups[file.signs].update((word, True) for word in file.words)
        self._known = tuple(_telling_words(signs, found) for signs, found in groups.items())

    def may_matter(self, data: bytes) -> bool:
        """Whether a file has a word of a row, and what all files of its product have."""
        folded = data.translate(FOLDED)
        words = frozenset(folded.split())
        return any(known.is_in(folded, words) for known in self._known)


def _telling_words(signs: Iterable[str], found: Iterable[Word]) -> Telling:
    whole = frozenset(word.encode() for word, is_whole in found if is_whole)
    parts = tuple(sorted(word.encode() for word, is_whole in found if not is_whole))
    return Telling(frozenset(sign.lower().encode() for sign in signs), whole, parts)


def _words(row: AffinityRow | CopiesRow) -> Iterator[Word]:
    if row.words:
        yield from ((word, True) for word in row.words)
        return
    for where in row.where:
        keys = [list(_of_text(key)) for key in keys_of(where) if key not in OF_NAMES]
        own = _telling(keys[-1])
        if own is not None and len(own[0]) >= TELLING:
            yield own
        else:
            others = list(_told_otherwise(row)) or [one for one in map(_telling, keys[:-1]) if one is not None]
            yield from others or ([own] if own is not None else ())


def _told_otherwise(row: AffinityRow | CopiesRow) -> Iterator[Word]:
    """Words of the values, of what has to stand beside, or of the objects: the first of these where each has one."""
    values = row.pins if isinstance(row, AffinityRow) else ()
    beside = tuple(one.beside for one in row.when if one.beside and not one.absent)[:1]
    for texts in (values, beside, row.objects):
        words = [_telling(_of_text(text)) for text in texts]
        found = [word for word in words if word is not None and len(word[0]) >= TELLING]
        if found and len(found) == len(words):
            yield from found
            return


def _of_text(text: str) -> Iterator[Word]:
    pieces = GLOB.split(text.lower())
    for number, piece in enumerate(pieces):
        for match in WORD.finditer(piece):
            is_cut = (match.start() == 0 and number > 0) or (match.end() == len(piece) and number < len(pieces) - 1)
            yield match[0], not is_cut or "{" in text


def _telling(words: Iterable[Word]) -> Word | None:
    """The last word that is long enough, else the longest: a key starts with its owner."""
    known = list(words)
    long = [one for one in known if len(one[0]) >= TELLING]
    return long[-1] if long else max(known, key=lambda one: len(one[0]), default=None)
