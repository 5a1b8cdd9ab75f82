"""Tests for a class, believed of values that came in from outside, such as messages that were unpickled."""

from __future__ import annotations

from collections.abc import Iterator

from statelint.program.core import CallSite
from statelint.program.objects import SERVING, ClassObject, Container, External, Node, Object
from statelint.program.registration import Registration

MOST_KINDS = 24  # classes below the one that is tested for


def is_instance(linker: Registration, callee: External, site: CallSite) -> None:
    """Remember `isinstance(value, Class)`."""
    del callee
    linker.tested.append(site)


def believe_tests(linker: Registration) -> int:
    """`if isinstance(message, Command): message.run()`: what came in is a new object of that class, or of one below."""
    changed = 0
    for site in linker.tested:
        value = site.argument(0)
        if value is None or not value.objects or not all(map(_is_received, value.objects)):
            continue
        for cls in _classes(site.argument(1)):
            if linker.first_time("tested", value, cls):
                changed += 1
                for kind in _kinds(linker, cls):
                    linker.solver.add(value, linker.instance(kind, site.context, site.span, SERVING))
    return changed


def _kinds(linker: Registration, cls: ClassObject) -> list[ClassObject]:
    """A class and those that derive from it."""
    return [one for one in tuple(linker.classes.values()) if cls in linker.mro(one)][:MOST_KINDS]


def _is_received(obj: Object) -> bool:
    """Whether a library gave a value, of which nothing is known."""
    return isinstance(obj, External) and obj.made and (obj.of_value or obj.is_blurred)


def _classes(node: Node | None) -> Iterator[ClassObject]:
    """A class, or those of a tuple."""
    for obj in tuple(node.objects) if node is not None else ():
        if isinstance(obj, Container):
            yield from _classes(obj.all)
        elif isinstance(obj, ClassObject):
            yield obj
