"""Reflection: `getattr`, `setattr`, `vars`, `globals`, `type`, and lists of members."""

from __future__ import annotations

from statelint.domain.words import Phase
from statelint.facts.model import Const
from statelint.program.core import CallSite
from statelint.program.entry_points import pattern
from statelint.program.markers import markers_of_listed, markers_of_named, pick
from statelint.program.objects import (
    SERVING,
    Bound,
    ClassObject,
    External,
    FunctionObject,
    Instance,
    ModuleObject,
    Node,
    Object,
    Text,
    TextPrefix,
)
from statelint.program.registration import Registration

SHORTEST_PREFIX = 3  # of a string that chooses a method
MOST_NAMES = 24  # that one `getattr` may ask for, before they are data rather than names
MOST_LIBRARY_NAMES = 3  # likewise, of a library's object


def get_attribute(linker: Registration, callee: External, site: CallSite) -> None:
    """`getattr(x, name, default)` for the names that are known."""
    del callee
    names = site.argument(1)
    markers = markers_of_named(site)
    found = Node() if markers else site.target
    if markers:
        pick(linker, markers, found, site.target)

    def on(base: Object) -> None:
        most = MOST_LIBRARY_NAMES if isinstance(base, External) else MOST_NAMES
        loaded: set[str] = set()

        def named(value: Object) -> None:
            for name in _names_meant(linker, base, value):
                if len(loaded) < most or value is linker.solver.any_name:
                    loaded.add(name)
                    linker.load_attribute(base, name, found, site.context, site.span)

        linker.each(names, named)

    linker.each(site.argument(0), on)
    if (default := site.argument(2)) is not None:
        linker.solver.edge(default, site.target)
    named = linker.operand(site, 1)
    if named is not None and not isinstance(named, Const):
        linker.asked.append(site)


def choose_methods(linker: Registration) -> int:
    """A name that comes from a message may be that of any public method: `getattr(api, message["method"])(...)`."""
    changed = 0
    for site in linker.asked:
        bases, names = site.argument(0), site.argument(1)
        if site.phase != SERVING or bases is None or names is None:
            continue
        if not any(isinstance(obj, External) and obj.made for obj in names.objects):
            continue
        for base in tuple(bases.objects):
            if isinstance(base, Instance | ModuleObject | ClassObject) and linker.first_time("chosen", base, site):
                changed += 1
                _choose_of(linker, base, site)
    return changed


def _choose_of(linker: Registration, base: Object, site: CallSite) -> None:
    found = Node()

    def chosen(value: Object) -> None:
        function = value.function if isinstance(value, Bound) else value
        if isinstance(function, FunctionObject) and not _is_imported(function, base):
            linker.solver.add(site.target, linker.chosen(value))

    linker.each(found, chosen)
    for name in sorted(_attribute_names(linker, base)):
        if not name.startswith("_") and not _sets_up(linker, name):
            linker.load_attribute(base, name, found, site.context, site.span)


def _sets_up(linker: Registration, name: str) -> bool:
    """`setup`, `start`, `close`: what is called before or after serving."""
    rows = (row for row in linker.models.public_rows if row.phase is Phase.STARTUP and not row.params)
    return "_" not in name and any(pattern(row.names).fullmatch(name) for row in rows)


def _is_imported(function: FunctionObject, base: Object) -> bool:
    return isinstance(base, ModuleObject) and function.module is not base.module


def _names_meant(linker: Registration, base: Object, value: Object) -> list[str]:
    """The attribute that a string names; those of a class or module that begin as an f-string does."""
    match value:
        case Text():
            return [value.value]
        case TextPrefix() if value is linker.solver.any_name or len(value.value) >= SHORTEST_PREFIX:
            return sorted(name for name in _attribute_names(linker, base) if name.startswith(value.value))
    return []


def _attribute_names(linker: Registration, base: Object) -> set[str]:
    match base:
        case Instance(cls=cls) | (ClassObject() as cls):
            return {name for member in linker.mro(cls) for name in member.body.names}
        case ModuleObject(module=module):
            return set(linker.module_names(module))
    return set()


def set_attribute(linker: Registration, callee: External, site: CallSite) -> None:
    """`setattr(x, name, value)` for the names that are known."""
    del callee
    source = site.argument(2)

    def on(base: Object) -> None:
        def named(value: Object) -> None:
            if isinstance(value, Text):
                linker.store_attribute(base, value.value, source, site.context, site.span)

        linker.each(site.argument(1), named)

    linker.each(site.argument(0), on)


def own_names(linker: Registration, callee: External, site: CallSite) -> None:
    """`vars(x)`."""
    del callee
    linker.each(site.argument(0), lambda obj: linker.solver.add(site.target, linker.namespace(obj)))


def module_names(linker: Registration, callee: External, site: CallSite) -> None:
    """`globals()`."""
    del callee
    linker.solver.add(site.target, linker.namespace(linker.module_object(site.context.module)))


def type_of(linker: Registration, callee: External, site: CallSite) -> None:
    """`type(x)` gives the class, `type(name, bases, names)` makes one."""
    if len(site.args) != 1:
        linker.solver.add(site.target, linker.made(callee.dotted, site))
        return

    def classed(obj: Object) -> None:
        if isinstance(obj, Instance):
            linker.solver.add(site.target, obj.cls)

    linker.each(site.argument(0), classed)


def members(linker: Registration, callee: External, site: CallSite) -> None:
    """`inspect.getmembers(x)` gives pairs, `dir(x)` names."""
    listed = linker.container("list", site.context, site.span, site.phase, "members")
    linker.solver.add(site.target, listed)
    markers = markers_of_listed(site) if callee.dotted != "builtins.dir" else frozenset()

    def of(obj: Object) -> None:
        cls = obj.cls if isinstance(obj, Instance) else obj
        if not isinstance(cls, ClassObject | ModuleObject):
            return
        names = sorted(_attribute_names(linker, cls))
        if callee.dotted == "builtins.dir":
            texts = [linker.solver.text(name) for name in names]
            for text in texts if len(texts) <= MOST_NAMES else (linker.solver.any_name,):
                linker.solver.add(listed.unknown, text)
            return
        for name in names:
            text = linker.solver.text(name)
            pair = linker.container("tuple", site.context, site.span, site.phase, "member")
            linker.solver.add(linker.slot(pair, 0), text)
            value = Node()
            linker.load_attribute(obj, name, value, site.context, site.span)
            pick(linker, markers, value, linker.slot(pair, 1))
            linker.solver.add(listed.unknown, pair)

    linker.each(site.argument(0), of)
