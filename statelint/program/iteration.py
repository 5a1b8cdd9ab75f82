"""Library callables that put several iterables together: `zip`, `enumerate`, `chain`, `chain.from_iterable`."""

from __future__ import annotations

from statelint.program.containers import Containers
from statelint.program.core import CallSite
from statelint.program.objects import Container, Node, Object


class Iteration(Containers):
    """What comes out of iterables that were put together."""

    def zipped(self, sources: list[Node | None], site: CallSite) -> Container:
        """An iterable of tuples with one element of each source."""
        listed = self.container("list", site.context, site.span, site.phase, "zipped")
        pair = self.container("tuple", site.context, site.span, site.phase, "zipped pair")
        self.solver.add(listed.unknown, pair)
        for index, source in enumerate(sources):
            slot = self.slot(pair, index)
            self.each(source, lambda obj, to=slot: self.iterate(obj, to, site.context, site.span))  # type: ignore[misc]
        return listed

    def chained(self, sources: list[Node | None], site: CallSite) -> Container:
        """An iterable of the elements of every source."""
        listed = self.container("list", site.context, site.span, site.phase, "chained")
        for source in sources:
            self.each(source, lambda obj: self.iterate(obj, listed.unknown, site.context, site.span))
        return listed

    def flattened(self, source: Node | None, site: CallSite) -> Container:
        """An iterable of the elements of the elements of `source`."""
        listed = self.container("list", site.context, site.span, site.phase, "flattened")
        inner = Node()

        def outer(obj: Object) -> None:
            self.iterate(obj, inner, site.context, site.span)

        self.each(source, outer)
        self.each(inner, lambda obj: self.iterate(obj, listed.unknown, site.context, site.span))
        return listed
