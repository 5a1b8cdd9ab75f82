"""What a run reports."""

from __future__ import annotations

import hashlib

import msgspec

from statelint.domain.words import (
    AcceptedBy,
    Applicability,
    ClearedReason,
    Confidence,
    Consequence,
    Holder,
    Lifetime,
    Severity,
    Trigger,
)


class Place(msgspec.Struct, frozen=True, order=True, gc=False):
    """A span of one file, whose `path` uses `/`. Lines and columns count from 1.

    Columns are bytes of UTF-8 where they come from facts, and characters in a report.
    """

    path: str
    line: int
    column: int = 1
    end_line: int = 0
    end_column: int = 0


class Access(msgspec.Struct, frozen=True, order=True, gc=False):
    """One line that writes or reads a holder, and the function it stands in."""

    place: Place
    function: str


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A function that the server calls. `method` and `route` are empty where the trigger has none."""

    trigger: Trigger
    place: Place
    function: str
    method: str = ""
    route: str = ""

    @property
    def title(self) -> str:
        """`POST /cart/items`, `websocket /ws`, `schedule shop.jobs.close_orders`."""
        if self.trigger is Trigger.CALL:
            return f"an application that calls {self.route or self.function}"
        if self.trigger is Trigger.HTTP:
            return f"{self.method or 'request'} {self.route or self.function}"
        return f"{self.trigger.value} {self.route or self.function}"


class Step(msgspec.Struct, frozen=True, gc=False):
    """One step of a witness path: the place of a call, a write or a read, and what happens there."""

    place: Place
    function: str
    note: str = ""


class Edit(msgspec.Struct, frozen=True, order=True, gc=False):
    """Text to put in the place of a span; columns count characters, and an empty span is an insertion."""

    place: Place
    content: str


class Fix(msgspec.Struct, frozen=True, gc=False):
    """Edits that belong together: all of them are applied, or none. Afterwards the program needs some environment
    variables and distributions."""

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]
    variables: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


class Hidden(msgspec.Struct, frozen=True, gc=False):
    """A state object that a setting hides: its rule, its place and its fingerprint."""

    code: str
    place: Place
    symbol: str
    fingerprint: str
    project: str = ""  # where the project lies whose state it is, below that of the setting


class Copies(msgspec.Struct, frozen=True, gc=False):
    """A setting that asks for more than one copy; `count` is 0 where it is computed, `says` follows the place."""

    count: int
    place: Place
    says: str


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One state object and everything that shows it."""

    code: str
    name: str
    severity: Severity
    consequence: Consequence
    confidence: Confidence
    message: str
    place: Place
    symbol: str
    holder: Holder
    why: str
    instead: str
    writes: tuple[Access, ...] = ()
    reads: tuple[Access, ...] = ()
    entries: tuple[Entry, ...] = ()
    witness: tuple[Step, ...] = ()
    reader: tuple[Step, ...] = ()
    hides: tuple[Hidden, ...] = ()
    lifetime: Lifetime = Lifetime.PROCESS
    fix: Fix | None = None
    copies: tuple[Copies, ...] = ()
    project: str = ""  # where the project lies whose state it is, in a report about several

    @property
    def short(self) -> str:
        """`CARTS`, `Store.items`, `make_app.seen`: enough to find it in its file."""
        return short_symbol(self.symbol, self.holder)

    @property
    def fingerprint(self) -> str:
        """Stable when lines move: the rule and the state object's qualified name."""
        return fingerprint_of(self.code, self.symbol, self.project)


def fingerprint_of(code: str, symbol: str, project: str = "") -> str:
    """Of the state object with a qualified name, which another project may have too."""
    named = "\0".join((code, symbol, *filter(None, (project,))))
    return hashlib.blake2b(named.encode(errors="backslashreplace"), digest_size=8).hexdigest()


def short_symbol(symbol: str, holder: Holder) -> str:
    """The last parts of a qualified name."""
    parts = symbol.replace(".<locals>", "").split(".")
    return ".".join(parts[-1 if holder is Holder.MODULE_GLOBAL else -2 :])


class Cleared(msgspec.Struct, frozen=True, gc=False):
    """A look-alike that was considered and found harmless."""

    place: Place
    symbol: str
    reason: ClearedReason
    detail: str = ""


class Accepted(msgspec.Struct, frozen=True, gc=False):
    """A finding that somebody decided to live with: by which means, where that is written, why, and until which day."""

    finding: Finding
    by: AcceptedBy
    place: Place
    reason: str = ""
    until: str = ""  # a day as 2027-01-31, which still counts; empty for ever


class Problem(msgspec.Struct, frozen=True, gc=False):
    """Something about the input or its suppressions that a person should mend (STL001 to STL005)."""

    code: str
    place: Place
    message: str


class Summary(msgspec.Struct, frozen=True, gc=False):
    """Counts of one run; times in seconds."""

    files: int
    lines: int
    entry_points: int
    reachable_functions: int
    unresolved_calls: int
    seconds: float
    stages: dict[str, float]
    unresolved_reasons: dict[str, int] = {}
    suppressed: int = 0
    frameworks: tuple[str, ...] = ()  # that the program imports
    since: str = ""  # the revision that the report is against


class State(msgspec.Struct, frozen=True, gc=False):
    """A state object, as deployment files have to do with it; `files` are texts that its paths are made of."""

    code: str
    place: Place
    symbol: str
    consequence: Consequence
    one_host: bool = False  # kept on a disk, which processes of one host share
    files: tuple[str, ...] = ()
    project: str = ""  # where the project lies whose state it is

    @property
    def fingerprint(self) -> str:
        """That of its finding."""
        return fingerprint_of(self.code, self.symbol, self.project)


class Asked(msgspec.Struct, frozen=True, order=True):
    """A setting that asks for more than one copy of the code in `folders`; `count` is 0 where it is computed."""

    place: Place
    count: int
    says: str
    one_host: bool
    folders: frozenset[str]

    @property
    def sentence(self) -> str:
        """`compose.yaml:7 asks for 3 replicas.`"""
        return f"{self.place.path}:{self.place.line} {self.says}."


class Shared(msgspec.Struct, frozen=True, gc=False):
    """What projects around and inside one have to know of it: all its states, whether it has entry points, and copies
    that its deployment files ask for."""

    states: tuple[State, ...] = ()
    is_serving: bool = False
    asked: tuple[Asked, ...] = ()


class Report(msgspec.Struct, frozen=True, gc=False):
    """All that the report formats need. Findings, cleared, problems and accepted are sorted by place."""

    findings: tuple[Finding, ...]
    cleared: tuple[Cleared, ...]
    problems: tuple[Problem, ...]
    summary: Summary
    accepted: tuple[Accepted, ...] = ()
    gone: tuple[Finding, ...] = ()  # what the revision in `summary.since` had, and this program has no more
    shared: Shared = Shared()
