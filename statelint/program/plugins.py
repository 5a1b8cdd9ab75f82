"""Modules that the program imports by a name which it puts together, and what it takes out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.facts.model import Combine, Const
from statelint.program.core import CallSite
from statelint.program.definitions import definitions_of
from statelint.program.modules import Module
from statelint.program.objects import ClassObject, External, ModuleObject, Node, Object, Text, TextPrefix
from statelint.program.registration import Registration

IMPORT_LEVEL = 4  # position of the level in `__import__(name, globals, locals, fromlist, level)`
MOST_PLUGINS = 24  # modules that one name may mean, before it says nothing
ONCE = re.compile(r"\bmigrations?\b")  # code that a deployment runs once


def import_module(linker: Registration, callee: External, site: CallSite) -> None:
    """`import_module(name, package)`, `__import__(name)`."""
    dunder = callee.dotted.endswith("__import__")
    given = 1 if dunder and (len(site.args) > IMPORT_LEVEL or "level" in site.keywords) else 0
    package = _package_of(site)

    def named(value: Object) -> None:
        if isinstance(value, TextPrefix):
            _import_beginning(linker, value.value, site)
        if not isinstance(value, Text):
            return
        target = value.value.lstrip(".")
        level = len(value.value) - len(target) or given
        found = linker.import_target(site.context.module, target, level)
        linker.solver.add(site.target, found if found is not None else linker.external(target))
        if found is not None:
            linker.plugins.add(found)
        if level and not dunder:
            linker.each(package, lambda one: below(one, target, level))

    def below(one: Object, target: str, level: int) -> None:
        if isinstance(one, Text):
            dotted = ".".join(filter(None, (_above(one.value, level), target)))
            if (found := linker.import_target(site.context.module, dotted, 0)) is not None:
                linker.solver.add(site.target, found)

    linker.spelled.append((site, 0))
    linker.each(site.argument(0), named)


def iter_modules(linker: Registration, callee: External, site: CallSite) -> None:
    """`for _, name, _ in pkgutil.iter_modules(path, "shop.payment.")`."""
    del callee
    listed = linker.container("list", site.context, site.span, site.phase, "modules")
    found = linker.container("tuple", site.context, site.span, site.phase, "module")
    linker.solver.add(listed.unknown, found)
    linker.solver.add(site.target, listed)

    def begins(value: Object) -> None:
        if isinstance(value, Text):
            linker.solver.add(linker.slot(found, 1), linker.solver.prefix(value.value))

    for which in (1, "prefix"):
        linker.spelled.append((site, which))
        linker.each(site.argument(which), begins)


def spell_again(linker: Registration) -> int:
    """Names of modules are put together anew when more is known of their parts; how many are new."""
    changed = 0
    for site, which in linker.spelled:
        target = site.argument(which)
        if target is None or isinstance(operand := linker.operand(site, which), Const):
            continue
        known = len(target.objects)
        for op in definitions_of(site.context.body).get(operand, ()):
            if isinstance(op, Combine):
                linker.concatenated(site.context, op, target)
        changed += len(target.objects) - known
    return changed


def _import_beginning(linker: Registration, prefix: str, site: CallSite) -> None:
    """`import_module(f"shop.payment.{name}")`, `import_module("." + name, __name__)`: all modules that fit."""
    rest = prefix.lstrip(".")
    beginnings = [prefix]
    if rest != prefix:
        beginnings = [f"{package}.{rest}" for package in _packages(linker, len(prefix) - len(rest), site)]
    for beginning in beginnings:
        for module in _plugins(linker, beginning, site.context.module):
            plugin = linker.module_object(module)
            linker.plugins.add(plugin)
            linker.solver.add(site.target, plugin)


def _packages(linker: Registration, level: int, site: CallSite) -> list[str]:
    """What a relative name starts from: the package that a call names, or else that of the module."""
    node = _package_of(site)
    named = [one.value for one in node.objects if isinstance(one, Text)] if node is not None else []
    found = [_above(package, level) for package in named]
    return list(filter(None, found or [linker.modules.package_name(site.context.module, level)]))


def _package_of(site: CallSite) -> Node | None:
    return site.argument(1) or site.argument("package")


def _above(package: str, level: int) -> str:
    """Where a relative name of this many dots starts: `.` is the package itself."""
    parts = package.split(".")
    return ".".join(parts[: len(parts) - level + 1])


def _plugins(linker: Registration, beginning: str, importer: Module) -> list[Module]:
    """Modules whose names begin so, directly below that package if there are too many."""
    if "." not in beginning or ONCE.search(beginning):
        return []
    fitting = [one for one in linker.modules.all if one.name.startswith(beginning) and one is not importer]
    if len(fitting) > MOST_PLUGINS:
        fitting = [one for one in fitting if "." not in one.name[len(beginning) :]]
    return fitting if len(fitting) <= MOST_PLUGINS else []


def choose_classes(linker: Registration) -> int:
    """Where nothing is known of the name, it may be that of any class of the module."""
    changed = 0
    for site in linker.asked:
        names = site.argument(1)
        if names is not None and any(isinstance(name, Text | TextPrefix) for name in names.objects):
            continue
        for base in tuple(bases.objects) if (bases := site.argument(0)) is not None else ():
            if isinstance(base, ModuleObject) and base in linker.plugins and linker.first_time("class", base, site):
                changed += 1
                for cls in _classes_of(linker, base):
                    linker.solver.add(site.target, cls)
    return changed


def _classes_of(linker: Registration, base: ModuleObject) -> Iterator[ClassObject]:
    for cls in tuple(linker.classes.values()):
        if cls.module is base.module and cls.body.name == cls.body.qualname and not cls.body.name.startswith("_"):
            yield cls
