"""Which settings of which objects pin a client to one replica, or make replicas differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import commonprefix

import msgspec

from statelint.deployment.lookup import Conditions, Known, Rows, known_settings
from statelint.deployment.model import Document, Part, Setting
from statelint.deployment.model import Path as SettingPath
from statelint.deployment.paths import matches_glob
from statelint.deployment.rows import AffinityFile, AffinityRow
from statelint.domain.findings import Place

OFF = frozenset({"", "false", "off", "no", "none", "null", "~", "disabled", "disable", "0"})
ON = frozenset({"yes", "on"})  # as YAML reads them
ANYTHING = ("*", "{}")  # the second is a mapping or list only
TELLING = 6  # letters of a name after its owner
WORD = re.compile(r"[a-z0-9]+")


class Hit(msgspec.Struct, frozen=True):
    """A setting that a row speaks of and that is on. `is_open` where an input decides that the file doesn't give."""

    row: AffinityRow
    product: str
    document: Document
    part: Part
    setting: Setting
    is_open: bool
    alike: tuple[Setting, ...] = ()  # those that one finding stands for, this one among them


class Judge:
    """Rows, ready to be asked about documents."""

    def __init__(self, files: Iterable[AffinityFile], documents: Iterable[Document] = ()) -> None:
        """`documents` are all that conditions may look at."""
        known = tuple(files)
        self._names = frozenset(name for file in known for name in file.names)
        self._ports = frozenset(port for file in known for port in file.ports)
        self._products = {row.id: file.product for file in known for row in file.setting}
        self._rows = Rows(row for file in known for row in file.setting)
        self._conditions = Conditions(documents)

    def hits(self, document: Document) -> Iterator[Hit]:
        """Every setting that pins, in the order of the file; a patch of several kinds of objects tells it once."""
        patched: set[tuple[str, SettingPath, Place]] = set()
        for part in document.parts:
            if self.keeps_data(part):
                continue
            for hit in self._of_part(document, part):
                if part.of:
                    told = (hit.row.id, hit.setting.path, hit.setting.place)
                    if told in patched:
                        continue
                    patched.add(told)
                yield hit

    def _of_part(self, document: Document, part: Part) -> Iterator[Hit]:
        known: Known = {}
        found: list[tuple[AffinityRow, Setting, bool]] = []
        for setting in part.settings:
            spoken = list(self._rows.of(document.format, part, setting))
            if spoken and not known:
                known = known_settings(part)
            for row in spoken:
                if row.fallback and any(not other.fallback for other in spoken):
                    continue
                state = _state(row, setting)
                if state is None or not self._conditions.hold(row.when, setting, known):
                    continue
                found.append((row, setting, state))
        once: set[str] = set()
        for row, setting, state in found:
            if (row.once and row.id in once) or (row.fallback and self._is_companion(document, part, setting)):
                continue
            once.add(row.id)
            alike = tuple(other for same, other, _ in found if same is row) if row.once else (setting,)
            yield Hit(row, self._products[row.id], document, part, setting, state, alike)

    def _is_companion(self, document: Document, part: Part, setting: Setting) -> bool:
        """Whether a row speaks of a setting beside it that begins alike, such as `...-type` and `...-cookie-name`."""
        *above, last = setting.path
        return any(
            len(commonprefix((one.path[-1], last))) > last.find("/") + TELLING
            for one in part.settings
            if one is not setting and [*one.path[:-1]] == above
            if any(not row.fallback for row in self._rows.of(document.format, part, one))
        )

    def keeps_data(self, part: Part) -> bool:
        """Whether what stands behind an object is a database, cache, broker or the like."""
        if part.of and all(self.keeps_data(one) for one in part.of):
            return True
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
    return True if setting.decided_by and value == "" and not row.literal else None


def _fits(value: str, pattern: str, *, is_off: bool) -> bool:
    if pattern in ANYTHING:
        return pattern == "*" and not is_off
    return matches_glob(value, pattern) or (pattern == "true" and value.lower() in ON)
