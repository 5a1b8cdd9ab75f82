"""Asks the installed packages about library names that the models do not know."""

from __future__ import annotations

import re

from statelint.models.tables import Models

DEEPEST_CHAIN = 12  # classes between one of a library and one that the models know
LONGEST_CHAIN = 4  # factories that call factories
NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
WORTHLESS = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "enum.Enum"})


class Learner:
    """Tells the models of library classes that derive, through installed packages, from one that they describe."""

    def __init__(self, models: Models) -> None:
        """Nothing asked yet."""
        self.models = models
        self._asked: dict[str, bool] = {}
        self._products: dict[str, str] = {}

    def learn_class(self, dotted: str, depth: int = 0) -> bool:
        """Whether the models describe a class, or one that it derives from; if it is the latter they know from now."""
        if self._is_described(dotted):
            return True
        if dotted not in self._asked and NAME.fullmatch(dotted) and depth < DEEPEST_CHAIN:
            self._asked[dotted] = False
            if (public := self._public(dotted)) != dotted:
                bases = [public]
            else:
                given = [self.models.canonical(base) for base in self.models.installed.bases(dotted)]
                bases = [base for base in given if base not in WORTHLESS and self.learn_class(base, depth + 1)]
            if bases:
                self.models.learn(dotted, tuple(bases))
                self._asked[dotted] = True
        return self._asked.get(dotted, False)

    def learn_call(self, dotted: str) -> None:
        """Find out what a call makes, where no row speaks of its library, but of one that this library requires."""
        if dotted in self._products or self.models.describes(dotted.partition(".")[0]) or not NAME.fullmatch(dotted):
            return
        self._products[dotted] = dotted
        needed = self.models.installed.needs(dotted)
        if not needed.isdisjoint(self.models.packages) and not self.learn_class(dotted):
            self._products[dotted] = self._product(dotted)

    def product(self, dotted: str) -> str:
        """The class of what a factory returns; the name itself where that is unknown."""
        return self._products.get(dotted, dotted)

    def _product(self, dotted: str) -> str:
        made = dotted
        for _ in range(LONGEST_CHAIN):
            returned = self.models.installed.returns(made)
            if returned is None:
                return dotted
            made = self.models.canonical(returned)
            if self.learn_class(made):
                return made
        return dotted

    def _public(self, dotted: str) -> str:
        """The name by which the models describe a class that is defined, or re-exported, under another."""
        names = self.models.installed.names(dotted)
        for name in map(self.models.canonical, names):
            if self._is_described(name):
                return name
        parts = names[-1].split(".")
        for size in range(1, len(parts) - 1):
            shorter = ".".join((*parts[:size], parts[-1]))
            if self._is_described(shorter) and self.models.installed.names(shorter)[-1] == names[-1]:
                return shorter
        return dotted

    def _is_described(self, dotted: str) -> bool:
        return dotted not in WORTHLESS and self.models.describes(dotted)
