"""Containers made from others: which elements keep their place, and which only stay elements."""

from __future__ import annotations

from statelint.facts.model import Const, Operand
from statelint.program.core import CallSite
from statelint.program.items import Items, is_mapping
from statelint.program.objects import Container, Node, Object

PAIR = 2  # elements of what makes an entry of a mapping


class Copies(Items):
    """Elements that flow from one container into another."""

    def copied(self, source: Node | None, kind: str, site: CallSite, tag: object = "copy") -> Container:
        """A new container with the elements of what `source` may be, each in its place."""
        new = self.container(kind, site.context, site.span, site.phase, tag)
        self.each(source, lambda obj: self.pour(obj, new, site))
        return new

    def gathered(self, source: Node | None, kind: str, site: CallSite, tag: object = "copy") -> Container:
        """A new container with the elements of what `source` may be, in any order."""
        new = self.container(kind, site.context, site.span, site.phase, tag)
        self.each(source, lambda obj: self.pour_elements(obj, new, site))
        return new

    def pour(self, source: Object, new: Container, site: CallSite, first: int = 0, end: int | None = None) -> None:
        """Put the elements of `source`, or those in `[first:end]`, into `new` and keep their places."""
        if not isinstance(source, Container) or not source.slots or is_mapping(source) != is_mapping(new):
            self.pour_elements(source, new, site)
            return
        self.solver.edge(source.keys, new.keys)
        self.solver.edge(source.unknown, new.unknown)
        self.solver.edge(self.later_slots(source), new.unknown)
        for key, node in tuple(source.slots.items()):
            if not isinstance(key, int) or is_mapping(source):
                self.solver.edge(node, self.slot(new, key))
            elif key >= first and (end is None or key < end):
                self.solver.edge(node, self.slot(new, key - first))

    def pour_elements(self, source: Object, new: Container, site: CallSite) -> None:
        """Put the elements of `source` into `new`, wherever."""
        if not isinstance(source, Container):
            self.iterate(source, new.unknown, site.context, site.span)
            return
        if is_mapping(new) and not is_mapping(source):
            self.each(source.all, lambda pair: self._pour_pair(pair, new))
            return
        self.solver.edge(source.keys, new.keys)
        from_keys = is_mapping(source) and not is_mapping(new)
        self.solver.edge(source.keys if from_keys else source.all, new.unknown)

    def _pour_pair(self, pair: Object, new: Container) -> None:
        """An element of `dict(pairs)`: a key and its value, or something that a counter counts."""
        if not isinstance(pair, Container) or len(pair.slots) != PAIR:
            self.solver.add(new.unknown, pair)
            return
        self.solver.edge(self.slot(pair, 0), new.keys)
        self.solver.edge(self.slot(pair, 1), new.unknown)

    def pour_slice(self, source: Object, bounds: tuple[Operand, ...], new: Container, site: CallSite) -> None:
        """`source[first:end:step]`, where the bounds are known."""
        first, end, step = (bound.value if isinstance(bound, Const) else "" for bound in bounds)
        if step in {None, 1} and _is_forward(first) and _is_forward(end):
            self.pour(source, new, site, int(first or 0), end if end is None else int(end))
        else:
            self.pour_elements(source, new, site)

    def fill_mapping(self, new: Container, site: CallSite) -> None:
        """`dict(name=value, **more)`."""
        if not is_mapping(new):
            return
        for name, value in site.keywords.items():
            if value is not None:
                self.solver.edge(value, self.slot(new, name))
        self.each(site.double_star, lambda obj: self.merge(obj, new, site))

    def merge(self, source: Object, container: Container, site: CallSite) -> None:
        """`container.update(source)`, `container.extend(source)`, `container += source`."""
        if is_mapping(container):
            self.pour(source, container, site)
        else:
            self.pour_elements(source, container, site)

    def lose_places(self, container: Container) -> None:
        """Elements were moved: any of them may be anywhere."""
        if not is_mapping(container):
            self.solver.edge(container.all, container.unknown)


def _is_forward(bound: object) -> bool:
    return bound is None or (isinstance(bound, int) and bound >= 0)
