"""Where everything stands in the drawing: the load balancer, the replicas with their state, and its homes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from statelint.domain.words import Consequence, Home
from statelint.report.words import HOME_TITLES, HOMES, counted

WIDE, NARROW = 1040, 380
ROW = 21
TOP = 58  # of the first label in a replica
GAP = 12
NAMES = 18  # in one replica
HOME_HEIGHT = 52
MOST_IN_ROW = 6
LONGEST = 36  # characters of a name

Groups = Mapping[Home, Sequence["Piece"]]


class Piece(msgspec.Struct, frozen=True):
    """A piece of state, by its short name."""

    name: str
    consequence: Consequence
    home: Home
    target: str
    count: int = 1


class Label(msgspec.Struct, frozen=True):
    """A text of a replica: a home that state belongs to, a piece of state, or how many more there are."""

    x: int
    y: int
    text: str
    consequence: str = ""
    target: str = ""


class Box(msgspec.Struct, frozen=True):
    """A rectangle with a title and labels."""

    x: int
    y: int
    width: int
    height: int
    title: str
    note: str = ""
    labels: tuple[Label, ...] = ()

    @property
    def middle(self) -> int:
        """Its horizontal middle."""
        return self.x + self.width // 2

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.y + self.height


class Drawing(msgspec.Struct, frozen=True):
    """Everything with coordinates, for one width; `moves` and `arrows` are paths."""

    name: str
    width: int
    height: int
    balancer: Box
    replicas: tuple[Box, ...]
    homes: tuple[Box, ...]
    moves: tuple[str, ...]
    arrows: tuple[str, ...]


def drawings(pieces: Sequence[Piece], note: str) -> tuple[Drawing, Drawing]:
    """A wide one, and one for telephones; `note` says how the load balancer chooses."""
    found = {home: _distinct(piece for piece in pieces if piece.home is home) for home in Home}
    groups = {home: chosen for home, chosen in found.items() if chosen}
    return _wide(groups, note), _narrow(groups, note)


def _distinct(pieces: Iterable[Piece]) -> list[Piece]:
    """Each name once, with how often it comes."""
    first: dict[str, Piece] = {}
    for piece in pieces:
        known = first.setdefault(piece.name, piece)
        if known is not piece:
            first[piece.name] = msgspec.structs.replace(known, count=known.count + 1)
    return list(first.values())


def _wide(groups: Groups, note: str) -> Drawing:
    balancer = Box(WIDE // 2 - 130, 1, 260, 52, "Load balancer", note)
    replicas = _replicas(("Replica 1", "Replica 2", "Replica N"), WIDE, balancer.bottom + 44, groups)
    bus = replicas[0].bottom + 34
    count = len(groups)
    first = count if count <= MOST_IN_ROW else count // 2 + 1
    width = min(300, (WIDE - 2 - (first - 1) * GAP) // max(1, first))
    start = (WIDE - first * width - (first - 1) * GAP) // 2
    homes = []
    for number, (home, pieces) in enumerate(groups.items()):
        is_below = number >= first  # in the gaps of the first row, through which the arrow goes
        x = (
            start + (number - first) * (width + GAP) + (width + GAP) // 2
            if is_below
            else start + number * (width + GAP)
        )
        homes.append(_home(home, pieces, x, bus + 34 + (HOME_HEIGHT + 2 * GAP if is_below else 0), width))
    middles = [box.middle for box in (*homes, *replicas)]
    moves = [f"M{box.middle} {box.bottom} V{bus}" for box in replicas] + [f"M{min(middles)} {bus} H{max(middles)}"]
    arrows = [f"M{box.middle} {bus} V{box.y - 2} m-5 -6 l5 6 l5 -6" for box in homes]
    bottom = max((home.bottom for home in homes), default=replicas[0].bottom)
    return Drawing(
        "wide", WIDE, bottom + 2, balancer, replicas, tuple(homes), tuple(moves if homes else ()), tuple(arrows)
    )


def _narrow(groups: Groups, note: str) -> Drawing:
    balancer = Box((NARROW - 8) // 2 - 130, 1, 260, 52, "Load balancer", note)
    replicas = _replicas(("Replica 1 … N, each with its own",), NARROW - 8, balancer.bottom + 44, groups)
    homes = []
    y = replicas[0].bottom + 40
    for home, pieces in groups.items():
        homes.append(_home(home, pieces, 56, y, NARROW - 58))
        y += HOME_HEIGHT + GAP
    arrows = [f"M22 {box.y + HOME_HEIGHT // 2} H54 m-6 -5 l6 5 l-6 5" for box in homes]
    moves = [f"M22 {replicas[0].bottom} V{box.y + HOME_HEIGHT // 2}" for box in homes[-1:]]
    bottom = max((home.bottom for home in homes), default=replicas[0].bottom)
    return Drawing("narrow", NARROW, bottom + 2, balancer, replicas, tuple(homes), tuple(moves), tuple(arrows))


def _replicas(titles: Sequence[str], width: int, y: int, groups: Groups) -> tuple[Box, ...]:
    room = (width - 2 - (len(titles) - 1) * 2 * GAP) // len(titles)
    placed = []
    for number, title in enumerate(titles):
        x = 1 + number * (room + 2 * GAP)
        labels = _labels(x, y, groups)
        placed.append(Box(x, y, room, labels[-1].y - y + 20, title, "", labels))
    return tuple(placed)


def _labels(x: int, top: int, groups: Groups) -> tuple[Label, ...]:
    """What stands in a replica, from top to bottom."""
    if not groups:
        return (Label(x + 18, top + TOP, "nothing of its own"),)
    shown = _shown(groups)
    found: list[Label] = []
    y = top + TOP
    for home, pieces in groups.items():
        place, *_ = re.split("[,:]", HOMES[home])  # there is room for where, and not for how it gets there
        found.append(Label(x + 18, y, f"belongs in {place}"))
        for piece in pieces[: shown[home]]:
            y += ROW
            times = f" ×{piece.count}" if piece.count > 1 else ""  # noqa: RUF001
            text = shortened(piece.name, LONGEST - len(times)) + times
            found.append(Label(x + 38, y, text, piece.consequence.value, piece.target))
        if shown[home] < len(pieces):
            y += ROW
            found.append(Label(x + 38, y, f"and {sum(piece.count for piece in pieces[shown[home] :])} more"))
        y += ROW + GAP
    return tuple(found)


def _shown(groups: Groups) -> dict[Home, int]:
    """How many names each home gets: one after the other takes one more while there is room."""
    shown = dict.fromkeys(groups, 1)
    while sum(shown.values()) < NAMES:
        waiting = [home for home, pieces in groups.items() if shown[home] < len(pieces)]
        if not waiting:
            break
        shown[min(waiting, key=lambda home: shown[home])] += 1
    return shown


def _home(home: Home, pieces: Sequence[Piece], x: int, y: int, width: int) -> Box:
    count = sum(piece.count for piece in pieces)
    note = f"{counted(count, 'piece')} of state"
    return Box(x, y, width, HOME_HEIGHT, HOME_TITLES[home], note)


def shortened(text: str, longest: int) -> str:
    """With its middle left out where it is too long."""
    if len(text) <= longest:
        return text
    head = (longest - 1) // 2
    return f"{text[:head]}…{text[len(text) - (longest - 1 - head) :]}"
