"""What a path was found to be made of."""

from __future__ import annotations

import msgspec

from statelint.domain.findings import Place
from statelint.domain.words import Holder
from statelint.program.objects import Context

SCRATCH, MEMORY, REQUEST, UPLOAD, CONFIGURATION, RANDOM, HANDLE, CODE = (
    "scratch", "memory", "request", "upload", "configuration", "random", "handle", "code",
)  # fmt: skip
PLACES = frozenset({SCRATCH, MEMORY, HANDLE})
DEVICES = ("/dev/", "/proc/")


class Anchor(msgspec.Struct, frozen=True):
    """The long-lived name that a path starts from: a setting, a module constant, an attribute."""

    holder: Holder
    symbol: str
    place: Place | None = None

    @property
    def name(self) -> str:
        """Without the module."""
        return self.symbol.rpartition(".")[2]


class Origin:
    """Grows while a path is followed backwards."""

    __slots__ = ("anchors", "births", "details", "is_beside", "is_joined", "names", "passed", "texts", "variables")

    def __init__(self) -> None:
        """`texts` start the path and `details` follow in it; `variables` are the locals that held it."""
        self.anchors: dict[Anchor, None] = {}
        self.births: set[str] = set()
        self.texts: dict[str, None] = {}
        self.details: dict[str, None] = {}
        self.variables: dict[tuple[Context, str], None] = {}
        self.names: set[tuple[Context, str]] = set()  # those that held the whole of it
        self.is_beside = False  # next to the anchor, not below it
        self.passed: Anchor | None = None  # the attribute of an object of one request that held it
        self.is_joined = False  # more than another name of the anchor

    def add(self, other: Origin) -> None:
        """Take over what another walk found."""
        self.anchors.update(other.anchors)
        self.births |= other.births
        self.texts.update(other.texts)
        self.details.update(other.details)
        self.is_joined = self.is_joined or other.is_joined

    def held_by(self, context: Context, name: str) -> None:
        """A local held the path, or what it was put together from."""
        self.variables[context, name] = None
        if not self.is_joined:
            self.names.add((context, name))

    def may_meet(self, written: Origin) -> bool:
        """Whether a file that is written may be the one that this path leads to."""
        return not written.anchors or not self.anchors.keys().isdisjoint(written.anchors)

    @property
    def is_device(self) -> bool:
        """`/dev/null` and the like."""
        return any(text.startswith(DEVICES) for text in self.texts)

    def is_remote(self, schemes: tuple[str, ...]) -> bool:
        """Whether a path starts with the scheme of a service."""
        return any(
            "://" in text and (text.startswith(schemes) or not text.startswith(("file://", "local://")))
            for text in self.texts
        )

    @property
    def is_found(self) -> bool:
        """Whether anything but the request says where the path leads."""
        return bool(self.anchors or self.texts)
