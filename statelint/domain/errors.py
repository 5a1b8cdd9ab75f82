"""Errors say what is wrong, where, and what to do about it."""

from __future__ import annotations


class StatelintError(Exception):
    """A mistake in options, configuration, catalogue or statelint itself: exit status 2."""

    def __init__(self, what: str, where: str, do: str) -> None:
        """All three parts are positional so that the error survives pickling."""
        super().__init__(what, where, do)
        self.what = what
        self.where = where
        self.do = do

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.do}" if self.where else f"{self.what}; {self.do}"


class ConfigurationError(StatelintError):
    """The user's settings can't be used."""


class CatalogueError(StatelintError):
    """A rule, framework or library file can't be used."""


class UsageError(StatelintError):
    """The command line can't be used."""


class InternalError(StatelintError):
    """A mistake in statelint itself, at a file that it reads."""
