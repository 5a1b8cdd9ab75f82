"""Which rows speak of a setting, and whether what else they ask for holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

from statelint.deployment.model import Document, Part, Setting
from statelint.deployment.model import Path as SettingPath
from statelint.deployment.paths import compiled, joined, keys_of, last_literal, matches_glob
from statelint.deployment.rows import Condition

ANY_FORMAT = ""


class Row(Protocol):
    """What all kinds of rows have."""

    @property
    def id(self) -> str: ...
    @property
    def formats(self) -> tuple[str, ...]: ...
    @property
    def objects(self) -> tuple[str, ...]: ...
    @property
    def where(self) -> tuple[str, ...]: ...


R = TypeVar("R", bound=Row)


class Rows(Generic[R]):
    """Rows by format and last key."""

    def __init__(self, rows: Iterable[R]) -> None:
        """All that may be asked for."""
        self._by_key: dict[tuple[str, str, str], list[tuple[R, str]]] = defaultdict(list)
        for row in rows:
            for where in row.where:
                for name in row.formats or (ANY_FORMAT,):
                    self._by_key[(name, *_end_of(where))].append((row, where))

    def of(self, name: str, part: Part, setting: Setting) -> Iterator[R]:
        """Each row that speaks of a setting of an object in a format, once."""
        keys = setting.path
        last, above = keys[-1].lower(), keys[-2].lower() if len(keys) > 1 else ""
        ends = ((last, ""), ("", above), ("", "")) if above else ((last, ""), ("", ""))
        seen: set[str] = set()
        path = ""
        for known in (name, ANY_FORMAT):
            for end in ends:
                for row, where in self._by_key.get((known, *end), ()):
                    if row.id in seen or not _is_of(part, row.objects):
                        continue
                    path = path or joined(keys)
                    if compiled(where).fullmatch(path):
                        seen.add(row.id)
                        yield row


def _end_of(where: str) -> tuple[str, str]:
    """The last key in lower case; where that is a pattern, the one above it."""
    last = last_literal(where)
    keys = keys_of(where)
    above = last_literal(f'"{keys[-2]}"') if not last and len(keys) > 1 else ""
    return last, above


def _is_of(part: Part, kinds: tuple[str, ...]) -> bool:
    return not kinds or any(matches_glob(part.kind, kind) for kind in kinds)


Known = dict[str, Setting]


def known_settings(part: Part) -> Known:
    """Settings of an object by their path; of a patch, those of what it changes too."""
    known = known_settings(part.of[0]) if part.of else {}
    known.update((joined(one.path).lower(), one) for one in part.settings)
    return known


class Conditions:
    """Judges conditions of rows; those about other objects look through the documents."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        """Nothing is looked up before it is asked for."""
        self._documents = tuple(documents)
        self._named: dict[str, list[Part]] | None = None

    def hold(self, conditions: Iterable[Condition], setting: Setting, known: Known) -> bool:
        """Whether all of them do."""
        return all(self._holds(one, setting, known) for one in conditions)

    def named(self, name: str) -> list[Part]:
        """Objects with a name, in any file; what runs may go by several."""
        if self._named is None:
            self._named = defaultdict(list)
            for document in self._documents:
                for part in document.parts:
                    names = (part.name, *part.subjects) if part.runs is not None else (part.name,)
                    for one in dict.fromkeys(names):
                        self._named[one].append(part)
        return self._named.get(name, [])

    def _holds(self, condition: Condition, setting: Setting, known: Known) -> bool:
        if not condition.named:
            return _fits(condition, setting.path, known)
        others = [part for part in self.named(setting.value or "") if _is_of(part, condition.named)]
        return any(_fits(condition, setting.path, known_settings(part)) for part in others)


def _fits(condition: Condition, path: SettingPath, known: Known) -> bool:
    found = list(_asked(condition, path, known))
    fits = any(
        not condition.values
        or (one.value is not None and any(matches_glob(one.value.strip("\"'"), glob) for glob in condition.values))
        for one in found
    )
    return fits != condition.absent


def _asked(condition: Condition, path: SettingPath, known: Known) -> Iterator[Setting]:
    if condition.where:
        pattern = compiled(condition.where)
        yield from (one for one in known.values() if pattern.fullmatch(joined(one.path)))
        return
    base = joined(path[:-1] if condition.beside else path).lower()
    below = condition.beside or condition.inside
    if "{" not in below and "*" not in below:
        if (one := known.get(base + joined(keys_of(below)).lower())) is not None:
            yield one
        return
    pattern = compiled(below)
    yield from (one for key, one in known.items() if key.startswith(base) and pattern.fullmatch(key[len(base) :]))
