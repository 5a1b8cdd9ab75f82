"""Calls of library names with a meaning of their own, which no row can say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from statelint.program.core import CallSite
from statelint.program.descriptors import (
    bind_method,
    call_super,
    make_instance,
    make_object,
    make_partial,
    make_property,
    property_part,
    wrap,
)
from statelint.program.narrowing import is_instance
from statelint.program.objects import (
    DROPPED,
    Bound,
    ClassObject,
    External,
    FunctionObject,
    Instance,
    Object,
    Partial,
    Property,
    Text,
    Wrapped,
)
from statelint.program.plugins import import_module, iter_modules
from statelint.program.reflection import (
    get_attribute,
    members,
    module_names,
    own_names,
    set_attribute,
    type_of,
)
from statelint.program.registration import Registration


def pass_through(linker: Registration, site: CallSite) -> None:
    """A decorator of a library gives back what it decorates, for all that we can tell."""

    def passed(obj: Object) -> None:
        if isinstance(obj, FunctionObject | ClassObject | Bound | Property | Wrapped | Partial):
            linker.solver.add(site.target, obj)

    linker.each(site.argument(0), passed)


def _first_argument(linker: Registration, callee: External, site: CallSite) -> None:
    del callee
    pass_through(linker, site)
    if not site.args:
        linker.solver.add(site.target, linker.external("functools.wraps"))


def _wraps(linker: Registration, callee: External, site: CallSite) -> None:
    """`wraps(f)` is a decorator that gives back what it decorates, `update_wrapper(w, f)` its first argument."""
    if callee.made:
        pass_through(linker, site)
    elif callee.dotted.endswith("update_wrapper"):
        if (source := site.argument(0)) is not None:
            linker.solver.edge(source, site.target)
    else:
        linker.solver.add(site.target, linker.made(callee.dotted, site))


def _context_get(linker: Registration, callee: External, site: CallSite) -> None:
    if callee.base is not None and (content := linker.content_of(callee.base)) is not None:
        linker.solver.edge(content.all, site.target)
    if isinstance(callee.base, External) and isinstance(callee.base.call, CallSite):
        default = callee.base.call.argument("default")
        if default is not None:
            linker.solver.edge(default, site.target)


def _context_set(linker: Registration, callee: External, site: CallSite) -> None:
    source = site.argument(0)
    if callee.base is not None and source is not None and (content := linker.content_of(callee.base)) is not None:
        linker.solver.edge(source, content.unknown)


def _weak_reference(linker: Registration, callee: External, site: CallSite) -> None:
    made = linker.made(callee.dotted, site)
    content = linker.content_of(made)
    source = site.argument(0)
    if content is not None and source is not None:
        linker.solver.edge(source, content.unknown)
    linker.solver.add(site.target, made)


def _next(linker: Registration, callee: External, site: CallSite) -> None:
    del callee
    linker.each(site.argument(0), lambda obj: _next_of(linker, obj, site))
    if (default := site.argument(1)) is not None:
        linker.solver.edge(default, site.target)


def _next_of(linker: Registration, obj: Object, site: CallSite) -> None:
    if isinstance(obj, Instance) and linker.defining(obj.cls, "__next__") is not None:
        linker.call_method(obj, "__next__", site.with_args([]))
    else:
        linker.iterate(obj, site.target, site.context, site.span)


def _iter(linker: Registration, callee: External, site: CallSite) -> None:
    del callee
    if len(site.args) > 1:  # iter(function, sentinel)
        listed = linker.container("list", site.context, site.span, site.phase, "called")
        inner = site.with_args([], {})
        inner.target = listed.unknown
        linker.each(site.argument(0), lambda function: linker.call(function, inner))
        linker.solver.add(site.target, listed)
        return

    def over(obj: Object) -> None:
        if isinstance(obj, Instance) and linker.defining(obj.cls, "__iter__") is not None:
            linker.call_method(obj, "__iter__", site.with_args([]))
        else:
            linker.solver.add(site.target, obj)

    linker.each(site.argument(0), over)


def _operator_method(linker: Registration, callee: External, site: CallSite) -> None:
    """`len(x)`, `str(x)`, `print(x)`: special methods of the program's classes."""
    name = SPECIAL_METHODS[callee.dotted]

    def special(obj: Object) -> None:
        if isinstance(obj, Instance) and linker.defining(obj.cls, name) is not None:
            inner = site.with_args([], {})
            inner.target = DROPPED
            linker.call_method(obj, name, inner)

    linker.each(site.argument(0), special)
    if callee.dotted == "builtins.str":
        linker.each(
            site.argument(0), lambda obj: linker.solver.add(site.target, obj) if isinstance(obj, Text) else None
        )


SPECIAL_METHODS: Mapping[str, str] = MappingProxyType(
    {
        "builtins.len": "__len__",
        "builtins.str": "__str__",
        "builtins.repr": "__repr__",
        "builtins.bool": "__bool__",
        "builtins.int": "__int__",
        "builtins.float": "__float__",
        "builtins.hash": "__hash__",
        "builtins.print": "__str__",
    }
)

SPECIAL: Mapping[str, Callable[[Registration, External, CallSite], None]] = MappingProxyType(
    {
        "builtins.property": make_property,
        "functools.cached_property": make_property,
        "werkzeug.utils.cached_property": make_property,
        "django.utils.functional.cached_property": make_property,
        "builtins.property.setter": property_part,
        "builtins.property.getter": property_part,
        "builtins.property.deleter": property_part,
        "builtins.staticmethod": wrap,
        "builtins.classmethod": wrap,
        "functools.partial": make_partial,
        "functools.partialmethod": make_partial,
        "types.MethodType": bind_method,
        "builtins.getattr": get_attribute,
        "builtins.isinstance": is_instance,
        "inspect.getmembers": members,
        "builtins.dir": members,
        "builtins.setattr": set_attribute,
        "builtins.object.__setattr__": set_attribute,
        "builtins.vars": own_names,
        "builtins.globals": module_names,
        "builtins.type": type_of,
        "importlib.import_module": import_module,
        "builtins.__import__": import_module,
        "pkgutil.iter_modules": iter_modules,
        "pkgutil.walk_packages": iter_modules,
        "builtins.super": call_super,
        "builtins.object.__new__": make_object,
        "builtins.type.__call__": make_instance,
        "contextvars.ContextVar.get": _context_get,
        "contextvars.ContextVar.set": _context_set,
        "contextlib.contextmanager": _first_argument,
        "contextlib.asynccontextmanager": _first_argument,
        "dataclasses.dataclass": _first_argument,
        "abc.abstractmethod": _first_argument,
        "typing.overload": _first_argument,
        "functools.wraps": _wraps,
        "functools.update_wrapper": _wraps,
        "weakref.ref": _weak_reference,
        "builtins.next": _next,
        "builtins.anext": _next,
        "builtins.iter": _iter,
        **dict.fromkeys(SPECIAL_METHODS, _operator_method),
    }
)
