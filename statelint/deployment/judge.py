"""Which settings of which objects pin a client to one replica."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from statelint.deployment.model import Document, Part, Setting
from statelint.deployment.model import Path as SettingPath
from statelint.deployment.paths import compiled, joined, keys_of, last_literal, matches_glob
from statelint.deployment.rows import AffinityFile, AffinityRow, Condition

OFF = frozenset({"", "false", "off", "no", "none", "null", "~", "disabled", "disable", "0"})
ANYTHING = ("*", "{}")  # the second is a mapping or list only
WORD = re.compile(r"[a-z0-9]+")


class Hit(msgspec.Struct, frozen=True):
    """A setting that a row speaks of and that is on. `is_open` where an input decides that the file doesn't give."""

    row: AffinityRow
    product: str
    document: Document
    part: Part
    setting: Setting
    is_open: bool


class Judge:
    """Rows, ready to be asked about documents."""

    def __init__(self, files: Iterable[AffinityFile]) -> None:
        """Rows are looked up by format and last key."""
        known = tuple(files)
        self._names = frozenset(name for file in known for name in file.names)
        self._ports = frozenset(port for file in known for port in file.ports)
        self._rows: dict[tuple[str, str], list[tuple[AffinityRow, str, str]]] = defaultdict(list)
        for file in known:
            for row in file.setting:
                for where in row.where:
                    for name in row.formats:
                        self._rows[name, last_literal(where)].append((row, where, file.product))

    def hits(self, document: Document) -> Iterator[Hit]:
        """Every setting that pins, in the order of the file."""
        for part in document.parts:
            if not self._keeps_data(part):
                yield from self._of_part(document, part)

    def _of_part(self, document: Document, part: Part) -> Iterator[Hit]:
        known = {joined(one.path).lower(): one for one in part.settings}
        once: set[str] = set()
        for setting in part.settings:
            spoken = list(self._rows_of(document.format, part, setting))
            for row, product in spoken:
                if row.fallback and any(not other.fallback for other, _ in spoken):
                    continue
                state = _state(row, setting)
                if state is None or not all(_holds(one, setting, known) for one in row.when):
                    continue
                if row.once and row.id in once:
                    continue
                once.add(row.id)
                yield Hit(row, product, document, part, setting, state)

    def _rows_of(self, name: str, part: Part, setting: Setting) -> Iterator[tuple[AffinityRow, str]]:
        path = joined(setting.path)
        last = setting.path[-1].lower()
        seen: set[str] = set()
        for row, where, product in (*self._rows.get((name, last), ()), *self._rows.get((name, ""), ())):
            if row.id in seen:
                continue
            if row.objects and not any(matches_glob(part.kind, kind) for kind in row.objects):
                continue
            if compiled(where).fullmatch(path):
                seen.add(row.id)
                yield row, product

    def _keeps_data(self, part: Part) -> bool:
        """Whether what stands behind an object is a database, cache, broker or the like."""
        if part.ports and self._ports.issuperset(part.ports):
            return True
        words = {word for subject in part.subjects for word in WORD.findall(subject.lower())}
        return not self._names.isdisjoint(words)


def _state(row: AffinityRow, setting: Setting) -> bool | None:
    """None where the setting is off or harmless, else whether an input decides about it."""
    value = None if setting.value is None else setting.value.strip().strip("\"'")
    if value is not None and any(matches_glob(value, one) for one in row.harmless):
        return None
    is_off = value is not None and value.lower() in OFF
    if any(one in ANYTHING if value is None else _fits(value, one, is_off=is_off) for one in row.pins):
        return bool(setting.decided_by)
    return True if setting.decided_by and value == "" else None


def _fits(value: str, pattern: str, *, is_off: bool) -> bool:
    if pattern == "*":
        return not is_off
    return matches_glob(value, pattern)


def _holds(condition: Condition, setting: Setting, known: dict[str, Setting]) -> bool:
    found = list(_asked(condition, setting.path, known))
    fits = any(
        not condition.values
        or (one.value is not None and any(matches_glob(one.value.strip("\"'"), glob) for glob in condition.values))
        for one in found
    )
    return fits != condition.absent


def _asked(condition: Condition, path: SettingPath, known: dict[str, Setting]) -> Iterator[Setting]:
    if condition.where:
        pattern = compiled(condition.where)
        yield from (one for one in known.values() if pattern.fullmatch(joined(one.path)))
        return
    base = path[:-1] if condition.beside else path
    if (one := known.get(joined((*base, *keys_of(condition.beside or condition.inside))).lower())) is not None:
        yield one
