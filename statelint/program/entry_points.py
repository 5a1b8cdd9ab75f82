"""Entry points, and the pseudo-contexts from which the server calls them."""

from __future__ import annotations

import re
from functools import lru_cache

from statelint.domain.findings import Entry, Place
from statelint.domain.words import Phase, Trigger
from statelint.facts.model import Body
from statelint.models.rows import CallRow, EntryRow, Form
from statelint.program.core import EMPTY_BODY, CallSite
from statelint.program.objects import SERVING, STARTUP, Context, Object
from statelint.program.routes import Routes

LOOP = EntryRow(id="endless-loop", form=Form.CALL, trigger=Trigger.TASK, phase=Phase.BACKGROUND)
GUESSED_ENTRIES = frozenset({"library-calls", "known-registration-forms", "public-api"})
LIBRARY_CALLS = EntryRow(id="library-calls", form=Form.CALL, trigger=Trigger.CALLBACK)


@lru_cache(maxsize=512)
def pattern(text: str) -> re.Pattern[str]:
    """A compiled pattern of a row."""
    return re.compile(text)


class EntryPoint:
    """A handler, what triggers it, and the pseudo-context from which the server calls it."""

    __slots__ = ("context", "method", "place", "route", "row", "symbol")

    def __init__(self, context: Context, row: EntryRow, symbol: str, place: Place, route: str, method: str) -> None:
        """`context` has one call edge for each function that the server may call."""
        self.context = context
        self.row = row
        self.symbol = symbol
        self.place = place
        self.route = route
        self.method = method

    @property
    def entry(self) -> Entry:
        """The entry point as reported."""
        return Entry(self.row.trigger, self.place, self.symbol, self.method, self.route)


class Start:
    """One call that has something called later: what, by which row, as which kind of entry point, and where."""

    __slots__ = ("handler", "kind", "row", "site")

    def __init__(self, handler: Object, row: EntryRow | CallRow, kind: EntryRow, site: CallSite) -> None:
        """`kind` is `row` where that is the row of an entry point."""
        self.handler = handler
        self.row = row
        self.kind = kind
        self.site = site


class EntryPoints(Routes):
    """Remembers each handler that the server may call."""

    entries: dict[tuple[object, ...], EntryPoint]
    starts: dict[tuple[object, ...], Start]
    start_rows: dict[Context, EntryRow]

    def note_start(self, handler: Object, row: EntryRow | CallRow, kind: EntryRow, site: CallSite) -> None:
        """Remember who starts background work."""
        if kind.phase is Phase.BACKGROUND:
            self.starts.setdefault((handler, kind.id, site.context, site.span), Start(handler, row, kind, site))

    def applies(self, row: EntryRow) -> bool:
        """Whether the program imports what the row needs."""
        return not row.with_import or row.with_import in self.modules.imported

    def server(self, row: EntryRow, symbol: str, module: object) -> Context:
        """The pseudo-context that stands for the server calling one handler."""
        key = ("server", row.id, symbol)
        found = self.contexts.get(key)
        if found is None:
            phase = STARTUP if row.phase in {Phase.STARTUP, Phase.IMPORT} else SERVING
            found = Context(EMPTY_BODY, module, phase, None, None)  # type: ignore[arg-type]
            self.contexts[key] = found
            self.start_rows[found] = row
        return found

    def entry(self, row: EntryRow, body: Body, module: object, symbol: str, route: str, method: str) -> Context:
        """The pseudo-context of a handler, which is an entry point from now on if it serves."""
        server = self.server(row, symbol, module)
        if row.phase in {Phase.STARTUP, Phase.IMPORT}:
            return server
        key = (row.id, symbol)
        span = body.span
        place = Place(module.path, span.line, span.column, span.end_line, span.end_column)  # type: ignore[attr-defined]
        known = self.entries.get(key)
        if known is None:
            self.entries[key] = EntryPoint(server, row, symbol, place, route, method)
        elif route and not known.route:
            known.route, known.method = route, method
        return server
