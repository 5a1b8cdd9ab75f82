"""What a topic says about a remedy: how two replicas run it, and what they must show."""

from collections.abc import Callable
from dataclasses import dataclass

from statelint.catalogue.load import load_rules
from statelint.catalogue.rule import Remedy
from tests.rules.remedies.replicas import Program

Shows = Callable[..., None]


@dataclass(frozen=True)
class Proof:
    """`shows` gets replicas a and b, and, where there is a `client`, a third process that runs it."""

    rule: str
    title: str
    shows: Shows
    serve: str = ""
    app: str = "app"
    before: str = ""
    more: str = ""  # code that stands after the remedy, where it has nothing to ask
    client: str = ""
    packages: tuple[str, ...] = ()
    code: str = ""  # instead of a remedy: what keeps its state in the process, to see that `shows` can fail

    @property
    def name(self) -> str:
        return f"{self.rule} {self.title}"

    def remedy(self) -> Remedy:
        """The remedy of that rule and title."""
        if self.code:
            return Remedy(frameworks=("*",), title=self.title, code=self.code)
        (found,) = (
            remedy
            for rule in load_rules()
            if rule.id == self.rule
            for remedy in rule.remedy
            if remedy.title == self.title
        )
        return found

    def programs(self) -> tuple[Program, ...]:
        """Two that are alike, and the client."""
        both = Program(f"{self.before}\n{self.remedy().code}\n{self.more}", self.serve, self.app)
        return (both, both, Program(self.client)) if self.client else (both, both)
