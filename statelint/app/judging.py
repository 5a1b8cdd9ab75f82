"""Links the parts of a program that have nothing to do with one another, and judges each; two processes share them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from statelint.app.detection import Detection
from statelint.app.timings import Timings
from statelint.deployment.model import Document
from statelint.deployment.project import Deployment
from statelint.detectors.candidate import Candidate
from statelint.detectors.lookalikes import lookalikes
from statelint.domain.findings import Cleared
from statelint.models.tables import Models
from statelint.program.index import ProgramIndex
from statelint.program.linking import Linker, linked
from statelint.program.modules import Module
from statelint.sources.beside import shared
from statelint.syntax.batch import Asker

Parts = Sequence[Sequence[Module]]
NewModels = Callable[[], Models]  # what one part teaches them of installed packages is nothing to another
Link = Callable[[Parts, NewModels], Iterable[Linker]]


class Judged(NamedTuple):
    """What is known of one part when its linker is gone."""

    candidates: tuple[Candidate, ...]
    cleared: tuple[Cleared, ...]
    documents: tuple[Document, ...]  # of the deployment, that its code describes
    serving: tuple[str, ...]  # paths of its code, if it has entry points
    entries: int
    functions: int
    unresolved: Mapping[str, int]
    frameworks: frozenset[str]

    @classmethod
    def together(cls, parts: Iterable[Judged]) -> Judged:
        """What is known of all parts."""
        every = tuple(parts)
        unresolved: Counter[str] = Counter()
        for one in every:
            unresolved.update(one.unresolved)
        return cls(
            tuple(found for one in every for found in one.candidates),
            tuple(found for one in every for found in one.cleared),
            tuple(sorted((found for one in every for found in one.documents), key=lambda found: found.path)),
            tuple(sorted(path for one in every for path in one.serving)),
            sum(one.entries for one in every),
            sum(one.functions for one in every),
            dict(unresolved),
            frozenset().union(*(one.frameworks for one in every)),
        )


class Judge(NamedTuple):
    """How parts are linked and judged; `explains` also what nothing was said about."""

    detection: Detection
    models: NewModels
    deployment: Deployment
    explains: bool
    timings: Timings

    def all(self, parts: Parts, asker: Asker, link: Link | None) -> list[Judged]:
        """What is found in each part; the first is linked here, and others beside it."""
        found: Iterable[ProgramIndex | Judged]
        with self.timings.stage("link"):
            if link is not None:
                found = map(ProgramIndex, link(parts, self.models))
            elif len(parts) > 1 and asker.twins:
                found = self._beside(parts, asker.twins.pop())
            else:
                found = map(self._indexed, parts)
            found = [*found]
        return [one if isinstance(one, Judged) else self._judged(one, asker, self.timings) for one in found]

    def _indexed(self, part: Sequence[Module]) -> ProgramIndex:
        return ProgramIndex(linked(part, self.models()))

    def _beside(self, parts: Parts, twin: Asker) -> Iterable[ProgramIndex | Judged]:
        """What another process takes is judged there too."""
        post = self.detection.post
        first: list[ProgramIndex] = []

        def there(part: Sequence[Module]) -> bytes:
            index = self._indexed(part)
            judged = self._judged(index, twin, Timings())
            index.models.installed.save()  # what is read in that process is known to no other
            return post.packed(judged)

        def own() -> None:
            first.append(self._indexed(parts[0]))

        rest = shared(parts[1:], self._indexed, there, post.unpacked, own)
        return [*first, *rest]

    def _judged(self, index: ProgramIndex, asker: Asker, timings: Timings) -> Judged:
        with timings.stage("detect"):
            found = self.detection.of_program(index, asker, asker.twins.pop() if asker.twins else None)
            documents = index.describes(self.deployment)
        cleared = found.cleared
        if self.explains:
            with timings.stage("explain"):
                cleared = (*cleared, *lookalikes(index, cleared))
        return Judged(
            found.candidates, cleared, documents, index.serving, len(index.reach.entries),
            len({context.function for context in index.reach.order}), index.unresolved(),
            frozenset(index.models.frameworks_of(index.linker.modules.imported)),
        )  # fmt: skip
