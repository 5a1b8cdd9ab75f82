"""What the page shows, ready for the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from statelint.catalogue.rule import Remedy, Rule
from statelint.domain.findings import Accepted, Copies, Finding, Problem, Report, Summary
from statelint.domain.words import Answer, Consequence, Home, Lifetime, Severity
from statelint.report.context import RenderContext
from statelint.report.inventory import home_of
from statelint.report.page.drawing import Drawing, Piece, drawings
from statelint.report.page.excerpts import Excerpt, excerpts
from statelint.report.page.remedies import remedy_for
from statelint.report.remarks import Remark, remarks
from statelint.report.verdicts import Verdict, standing, verdicts, with_replicas, worst_first
from statelint.report.words import HOMES, KINDS, MEANING

OPEN_AT_ONCE = 12  # findings that fit on a page somebody reads from top to bottom
NAMED = 4
PINS = "sticky-setting"  # the kind of detector that finds them
PINNED, NOT_PINNED = "pins each client to one replica", "any request to any replica"


class Card(msgspec.Struct, frozen=True):
    """A finding as it is shown."""

    id: str
    finding: Finding
    remark: Remark
    path: str
    kind: str
    home: str
    excerpts: tuple[Excerpt, ...]
    remedy: Remedy | None
    other_remedies: int
    more_writes: int
    pins: bool


class Shelved(msgspec.Struct, frozen=True):
    """A finding that somebody accepted."""

    id: str
    accepted: Accepted


class Group(msgspec.Struct, frozen=True):
    """Findings with one consequence."""

    consequence: Consequence
    meaning: str
    cards: tuple[Card, ...]


class Move(msgspec.Struct, frozen=True):
    """What moves to one home."""

    home: str
    pieces: tuple[Piece, ...]


class Count(msgspec.Struct, frozen=True):
    """A choice of a filter."""

    name: str
    count: int
    title: str = ""


class Page(msgspec.Struct, frozen=True):
    """Everything on the page."""

    project: str
    version: str
    answer: Answer
    since: str
    asked: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    ids: dict[str, str]
    groups: tuple[Group, ...]
    drawings: tuple[Drawing, ...]
    moves: tuple[Move, ...]
    rules: tuple[Count, ...]
    files: tuple[Count, ...]
    accepted: tuple[Shelved, ...]
    problems: tuple[Problem, ...]
    summary: Summary
    total: int
    is_open: bool
    pins: tuple[Card, ...]
    copies: Copies | None

    @property
    def kept(self) -> int:
        """Pieces of state inside each replica."""
        return sum(len(move.pieces) for move in self.moves)


def page_of(report: Report, context: RenderContext) -> Page:
    """The view of a report."""
    rules = context.rules()
    cards = tuple(_cards(report, context, rules))
    accepted = tuple(Shelved(f"a-{number}", one) for number, one in enumerate(report.accepted))
    targets = {one.accepted.finding.fingerprint: one.id for one in accepted}
    targets.update({card.finding.fingerprint: card.id for card in cards})
    since = report.summary.since
    found = () if since else verdicts(report, rules)
    pieces = tuple(_pieces(report.findings if since else standing(report), rules, targets))
    pins = tuple(card for card in cards if card.pins)
    counts = Counter((card.finding.code, card.finding.name) for card in cards)
    files = Counter(card.path for card in cards)
    return Page(
        project=context.project or "this application",
        version=context.version,
        answer=with_replicas(found) if found else Answer.NO if report.findings else Answer.YES,
        since=since,
        asked=context.asked,
        verdicts=found,
        ids=targets,
        groups=tuple(_groups(cards)),
        drawings=drawings(pieces, PINNED if pins else NOT_PINNED),
        moves=tuple(_moves(pieces)),
        rules=tuple(Count(code, count, name) for (code, name), count in sorted(counts.items())),
        files=tuple(Count(path, count) for path, count in sorted(files.items())),
        accepted=accepted,
        problems=report.problems,
        summary=report.summary,
        total=len(cards),
        is_open=len(cards) <= OPEN_AT_ONCE,
        pins=pins,
        copies=max((one for card in cards for one in card.finding.copies), key=lambda one: one.count, default=None),
    )


def _cards(report: Report, context: RenderContext, rules: Mapping[str, Rule]) -> Iterator[Card]:
    for remark in remarks(report):
        if (finding := remark.finding) is None:
            continue
        rule = rules.get(finding.code)
        remedy = remedy_for(rule, report.summary.frameworks)
        lines = len({(access.place.path, access.place.line) for access in finding.writes})
        yield Card(
            id=f"f-{remark.fingerprint}",
            finding=finding,
            remark=remark,
            path=context.display(finding.place.path),
            kind=KINDS[finding.holder],
            home=HOMES[home_of(finding, rules)],
            excerpts=excerpts(finding, context.lines_of),
            remedy=remedy,
            other_remedies=len(rule.remedy) - 1 if rule is not None and remedy is not None else 0,
            more_writes=max(0, lines - NAMED),
            pins=rule is not None and rule.detector == PINS,
        )


def _groups(cards: Iterable[Card]) -> Iterator[Group]:
    cards = tuple(cards)
    for consequence in Consequence:
        chosen = tuple(card for card in cards if card.finding.consequence is consequence)
        if chosen:
            yield Group(consequence, MEANING[consequence], chosen)


def _pieces(findings: Iterable[Finding], rules: Mapping[str, Rule], targets: Mapping[str, str]) -> Iterator[Piece]:
    """What is inside of each replica; settings of a load balancer and of development are not."""
    kept = [
        finding
        for finding in findings
        if finding.lifetime is not Lifetime.DEPLOYMENT and finding.severity is not Severity.INFO
    ]
    for finding in worst_first(kept):
        yield Piece(finding.short, finding.consequence, home_of(finding, rules), targets[finding.fingerprint])


def _moves(pieces: Iterable[Piece]) -> Iterator[Move]:
    pieces = tuple(pieces)
    for home in Home:
        chosen = tuple(piece for piece in pieces if piece.home is home)
        if chosen:
            yield Move(HOMES[home], chosen)
