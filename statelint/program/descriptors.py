"""Calls that make or bind functions, properties and objects: `property`, `partial`, `super`, `object.__new__`."""

from __future__ import annotations

from statelint.program.core import CallSite
from statelint.program.objects import ClassObject, External, FunctionObject, Node, Object, Partial, Property, Wrapped
from statelint.program.registration import Registration


def make_property(linker: Registration, callee: External, site: CallSite) -> None:
    """`property(getter, setter)` and its kind that keeps the value."""
    getter = site.argument(0) or site.argument("fget") or Node()
    setter = site.argument(1) or site.argument("fset") or Node()
    cached = callee.dotted if "cached" in callee.dotted else ""
    key = ("property", site.context, site.span)
    found = linker.specials.get(key)
    if not isinstance(found, Property):
        found = Property(getter, setter, linker.site(site.context, site.span), cached)
        linker.specials[key] = found
    linker.solver.add(site.target, found)


def property_part(linker: Registration, callee: External, site: CallSite) -> None:
    """`@x.setter`, `@x.getter`, `@x.deleter`."""
    base = callee.base
    if not isinstance(base, Property):
        return
    function = site.argument(0) or Node()
    part = callee.dotted.rpartition(".")[2]
    key = ("property", site.context, site.span)
    found = linker.specials.get(key)
    if not isinstance(found, Property):
        getter = function if part == "getter" else base.getter
        found = Property(getter, function if part == "setter" else base.setter, base.site, base.cached)
        linker.specials[key] = found
    linker.solver.add(site.target, found)


def wrap(linker: Registration, callee: External, site: CallSite) -> None:
    """`classmethod(f)`, `staticmethod(f)`."""
    kind = "class" if callee.dotted.endswith("classmethod") else "static"
    key = ("wrapped", site.context, site.span)
    found = linker.specials.get(key)
    if not isinstance(found, Wrapped):
        found = Wrapped(kind, site.argument(0) or Node(), linker.site(site.context, site.span))
        linker.specials[key] = found
    linker.solver.add(site.target, found)


def make_partial(linker: Registration, callee: External, site: CallSite) -> None:
    """`partial(f, value)`."""
    del callee
    if not site.args or site.args[0] is None:
        return
    key = ("partial", site.context, site.span)
    found = linker.specials.get(key)
    if not isinstance(found, Partial):
        keywords = {name: node for name, node in site.keywords.items() if node is not None}
        args = [node or Node() for node in site.args[1:]]
        found = Partial(site.args[0], args, keywords, linker.site(site.context, site.span), site.phase)
        found.double_star = site.double_star
        linker.specials[key] = found
    linker.solver.add(site.target, found)


def bind_method(linker: Registration, callee: External, site: CallSite) -> None:
    """`types.MethodType(function, instance)`."""
    del callee

    def on(receiver: Object) -> None:
        linker.each(
            site.argument(0),
            lambda function: (
                linker.solver.add(site.target, linker.bound(function, receiver))
                if isinstance(function, FunctionObject)
                else None
            ),
        )

    linker.each(site.argument(1), on)


def call_super(linker: Registration, callee: External, site: CallSite) -> None:
    """`super()`."""
    del callee
    linker.call_super(site)


def make_object(linker: Registration, callee: External, site: CallSite) -> None:
    """`object.__new__(cls)`."""

    def made(cls: Object) -> None:
        if isinstance(cls, ClassObject):
            linker.solver.add(site.target, linker.instance(cls, site.context, site.span, site.phase))

    argument = site.argument(0)
    if argument is None and callee.base is not None:
        made(callee.base)
    linker.each(argument, made)


def make_instance(linker: Registration, callee: External, site: CallSite) -> None:
    """`super().__call__(...)` in a metaclass."""
    if isinstance(callee.base, ClassObject):
        linker.construct(callee.base, site)
