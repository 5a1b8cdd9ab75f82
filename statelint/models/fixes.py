"""What a fix writes: `[[backend.fix]]` of rows in `rules/libraries/`, and `[[fix]]` of rules in `rules/state/`."""

from __future__ import annotations

import msgspec

ENVIRONMENT = "{environment}"


class FixRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One fix; of several the first that fits. `{environment}` in a text reads the variable, and fails without it;
    `{symbol}` is the dotted name of the holder.

    The value goes where the deciding setting or argument is given; where none is, the call gets it as `arg`.
    """

    message: str
    callables: tuple[str, ...] = ()  # uses that it is for; any without
    when: tuple[str, ...] = ()  # settings or arguments that decide, for which it is meant; any without
    variable: str = ""  # of the environment; `{name}` is the name of the holder in capitals
    like: tuple[str, ...] = ()  # names that another variable for the same may have
    value: str = ENVIRONMENT
    value_of: dict[str, str] = {}  # another value where the present one comes from this callable
    levels: int = 0  # how many mappings around the setting the value replaces
    arg: str = ""
    call: str = ""  # what stands in place of the whole call
    beside: dict[str, str] = {}  # further settings or arguments, added where they are missing
    without: tuple[str, ...] = ()  # settings and arguments beside it that go; `beside` may give them anew
    plain: tuple[str, ...] = ()  # for a dict of plain data: patterns of callables that give such
    imports: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()  # distributions to install, those of the row without it
    forgettable: bool = False  # nothing of worth is lost when what is kept so far is forgotten


def fitting(rows: tuple[FixRow, ...], dotted: str, decides: str) -> FixRow | None:
    """The fix for a use of this callable, where this setting or argument decides (empty where none does)."""
    return next(
        (
            row
            for row in rows
            if (not row.callables or dotted in row.callables) and (not row.when or decides in row.when)
        ),
        None,
    )
