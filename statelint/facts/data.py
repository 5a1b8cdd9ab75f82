"""Facts of a file of data that code reads as its settings: nested dicts and lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from statelint.facts.model import Bind, Body, Const, FileFacts, How, New, Op, Operand, SetItem, Span

DOCUMENT = "<document>"  # the name of the outermost dict or list
SECTION = ":"  # between the kind and the name of a table, as in ini files
LITERALS = {"true": True, "false": False, "null": None}
WHOLE = Span(1, 1, 1, 1)
Path = tuple[str, ...]


class Entry:
    """One value, or a dict or list with others in it."""

    __slots__ = ("span", "text", "within")

    def __init__(self, span: Span) -> None:
        """A dict without keys, until more is known."""
        self.text: str | None = None
        self.span = span
        self.within: dict[str, Entry] = {}

    def at(self, path: Path, span: Span) -> Entry:
        """What lies below some keys, made where it is not there yet."""
        entry = self
        for key in path:
            entry = entry.within.setdefault(key, Entry(span))
        return entry


def facts_of_data(settings: Iterable[tuple[Path, str | None, Span]], lines: int) -> FileFacts:
    """Facts of values by path; items of lists have `[0]` for a key, dicts and lists the value None."""
    root = Entry(WHOLE)
    for path, text, span in settings:
        entry = root.at(path, span)
        entry.text, entry.span = text, span
    made = _Maker()
    binds = [Bind(DOCUMENT, made.value(root), WHOLE, How.ASSIGN)]
    binds += (Bind(key, made.value(one), one.span, How.ASSIGN) for key, one in root.within.items())
    binds += (Bind(SECTION.join(path), made.flat(one), one.span, How.ASSIGN) for path, one in _tables(root))
    names = dict.fromkeys(bind.name for bind in binds)
    return FileFacts(lines, (module_body(names, [*made.ops, *binds], made.count, lines),))


def module_body(names: Iterable[str], ops: Iterable[Op], temporaries: int, lines: int) -> Body:
    """The one body of a file that is no code."""
    return Body(
        kind="module", name="<module>", qualname="", parent=-1, span=Span(1, 1, lines + 1, 1), params=(),
        names=frozenset(names), global_names=frozenset(), nonlocal_names=frozenset(), annotated=(), is_generator=False,
        is_async=False, decorators=(), temporaries=temporaries, ops=tuple(ops),
    )  # fmt: skip


class _Maker:
    """Makes each dict and list once."""

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.count = 0
        self._made: dict[Entry, Operand] = {}

    def value(self, entry: Entry) -> Operand:
        if entry not in self._made:
            self._made[entry] = self._new(entry) if entry.text is None else Const(LITERALS.get(entry.text, entry.text))
        return self._made[entry]

    def _new(self, entry: Entry) -> int:
        inner = [(key, self.value(one), one.span) for key, one in entry.within.items()]
        if any(key.startswith("[") for key in entry.within):
            return self._add("list", entry.span, tuple(value for _, value, _ in inner))
        return self._dict(entry.span, inner)

    def _dict(self, whole: Span, items: Iterable[tuple[str, Operand, Span]]) -> int:
        target = self._add("dict", whole)
        self.ops += (SetItem(target, Const(key), value, span, How.ASSIGN) for key, value, span in items)
        return target

    def _add(self, kind: str, span: Span, values: tuple[Operand, ...] = ()) -> int:
        target = self.count
        self.count += 1
        self.ops.append(New(target, kind, (), values, span))
        return target

    def flat(self, entry: Entry) -> int:
        """A dict with `session.type` for a key where that is written with dots."""
        options = [(key, self.value(one), one.span) for key, one in _flat(entry.within)]
        return self._dict(entry.span, options)


def _tables(root: Entry) -> Iterator[tuple[Path, Entry]]:
    """`[app.main]` and `["app:main"]`: what an ini file has as sections."""
    for kind, one in root.within.items():
        if SECTION in kind:
            yield (kind,), one
        yield from (((kind, name), inner) for name, inner in one.within.items() if "use" in inner.within)


def _flat(within: Mapping[str, Entry], prefix: str = "") -> Iterator[tuple[str, Entry]]:
    for key, one in within.items():
        yield prefix + key, one
        yield from _flat(one.within, f"{prefix}{key}.")
