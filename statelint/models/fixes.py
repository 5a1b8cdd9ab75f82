"""What a fix writes: the key `fix` of rows in `rules/libraries/` and of rules in `rules/state/`."""

from __future__ import annotations

import msgspec

ENVIRONMENT = "{environment}"


class FixRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One fix. `{environment}` in a text reads the variable, and fails where that is not set.

    The value goes where the deciding setting or argument is given; where none is, the call gets it as `arg`.
    """

    message: str
    variable: str = ""  # of the environment; `{name}` is the name of the holder in capitals
    value: str = ENVIRONMENT
    value_of: dict[str, str] = {}  # another value where the present one comes from this callable
    arg: str = ""
    call: str = ""  # what stands in place of the whole call
    beside: dict[str, str] = {}  # further settings or arguments, added where they are missing
    without: tuple[str, ...] = ()  # settings and arguments beside it that go; `beside` may give them anew
    imports: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()  # distributions to install
    forgettable: bool = False  # nothing of worth is lost when what is kept so far is forgotten

    def texts(self) -> tuple[str, ...]:
        """All code that it may write."""
        return (self.value, self.call, *self.value_of.values(), *self.beside.values())
