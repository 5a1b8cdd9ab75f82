"""What every part of the linker shares: objects by place, names, contexts, and the calls they need of one another."""

from __future__ import annotations

import builtins
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar, cast

from statelint.facts.model import (
    Body,
    Call,
    Const,
    FileFacts,
    Import,
    ImportFrom,
    ImportStar,
    Invoke,
    Operand,
    Role,
    Span,
)
from statelint.facts.scope import VERSION
from statelint.models.tables import Models
from statelint.program.definitions import passes_through
from statelint.program.learning import Learner
from statelint.program.modules import Module, Modules
from statelint.program.objects import (
    SERVING,
    STARTUP,
    ClassObject,
    Container,
    Context,
    Edge,
    External,
    FunctionObject,
    Instance,
    ModuleObject,
    Node,
    Object,
    Site,
)
from statelint.program.solver import Solver

BUILTINS = frozenset(dir(builtins))
NAME_LIKE = re.compile(r"\.*[A-Za-z_][\w]*(?:[.:][A-Za-z_]\w*)*")
EXCEPTIONS = ("Exception", "Error", "Warning")
MOST_INSTANCES = 8  # of one class, before they are taken together
MOST_DECORATED = 512  # calls of a closure factory that are told apart
MOST_CALLERS = 64  # calls of a small helper that are told apart
DEEPEST_CALLS = 3  # closure factories called by closure factories that are still told apart
DEEPEST_VALUES = 3  # calls and attributes of what a library gave, before its parts are taken together
DEEPEST_OWNERS = 3  # long-lived objects made by methods of long-lived objects, likewise
LONGEST_NAME = 120  # of a string that may name something
NOWHERE = Span(1, 1, 1, 1)
Special = TypeVar("Special", bound=Object)


class CallSite:
    """One call in one context: its arguments as nodes, and where its value goes."""

    __slots__ = (
        "args", "context", "double_star", "keywords", "likely", "operands", "phase", "registers", "role", "span",
        "star", "target",
    )  # fmt: skip

    def __init__(
        self,
        context: Context,
        span: Span,
        args: list[Node | None],
        keywords: dict[str, Node | None],
        target: Node,
        role: int = Role.PLAIN,
    ) -> None:
        """`phase` is the phase in which the callee runs."""
        self.context = context
        self.span = span
        self.args = args
        self.keywords = keywords
        self.star: Node | None = None
        self.double_star: Node | None = None
        self.target = target
        self.role = role
        self.phase = context.phase
        self.likely = False
        self.operands: Call | Invoke | None = None  # the call as written, where the arguments are its own
        self.registers = False  # a row says what becomes of functions among the arguments

    def with_args(self, args: list[Node | None], keywords: dict[str, Node | None] | None = None) -> CallSite:
        """The same call with other arguments."""
        site = CallSite(self.context, self.span, args, self.keywords if keywords is None else keywords, self.target)
        site.role = self.role
        site.star = self.star
        site.double_star = self.double_star
        site.phase = self.phase
        site.likely = self.likely
        if args is self.args and site.keywords is self.keywords:
            site.operands = self.operands
        return site

    def argument(self, which: int | str) -> Node | None:
        """The argument at a position (negative from the end) or with a keyword."""
        if isinstance(which, str):
            return self.keywords.get(which)
        if -len(self.args) <= which < len(self.args):
            return self.args[which]
        return None


class Core(ABC):
    """State of the analysis and the smallest questions about it."""

    def __init__(self, modules: Modules, models: Models) -> None:
        """Nothing linked yet."""
        self.modules = modules
        self.models = models
        self.learner = Learner(models)
        self.solver = Solver()
        self.contexts: dict[tuple[object, ...], Context] = {}
        self.instances: dict[tuple[object, ...], Instance] = {}
        self.containers: dict[tuple[object, ...], Container] = {}
        self.externals: dict[tuple[object, ...], External] = {}
        self.specials: dict[tuple[object, ...], Object] = {}
        self.functions: dict[tuple[object, ...], FunctionObject] = {}
        self.classes: dict[tuple[object, ...], ClassObject] = {}
        self._module_objects: dict[tuple[str, ...], ModuleObject] = {}
        self.scripts: dict[Module, ModuleObject] = {}
        self._module_names: dict[Module, frozenset[str]] = {}
        self._text_nodes: dict[str, Node | None] = {}
        self._constants: set[Node] = set()
        self._copy_of = self._find_copies()
        self.copies = frozenset(self._copy_of)
        self._stars: dict[Module, list[ImportStar]] = {}
        self._orders: dict[ClassObject, list[ClassObject]] = {}
        self._external_bases: dict[ClassObject, list[str]] = {}
        self._once: set[tuple[object, ...]] = set()

    # --- what later parts give

    @abstractmethod
    def call(self, callee: Object, site: CallSite) -> None:
        """Link a call of one object."""

    @abstractmethod
    def load_attribute(self, base: Object, name: str, target: Node, context: Context, span: Span) -> None:
        """`target` may be `base.name`."""

    @abstractmethod
    def link(self, context: Context) -> None:
        """Turn the operations of a context into constraints, once."""

    # --- once

    def first_time(self, *key: object) -> bool:
        """Whether this key is new; guards work that must happen once per combination."""
        if key in self._once:
            return False
        self._once.add(key)
        return True

    # --- objects

    def module_object(self, module: Module) -> ModuleObject:
        """The object of a module."""
        if module in self.scripts:
            return self.scripts[module]
        found = self._module_objects.get(module.parts)
        if found is None:
            found = self._module_objects[module.parts] = ModuleObject(module)
        return found

    def folder_object(self, parts: tuple[str, ...]) -> ModuleObject:
        """The object of a package without `__init__.py`."""
        found = self._module_objects.get(parts)
        if found is None:
            module = Module("/".join(parts) + "/__init__.py", FileFacts(0, (EMPTY_BODY,)))
            found = self._module_objects[parts] = ModuleObject(module)
        return found

    def module_at(self, parts: tuple[str, ...]) -> ModuleObject | None:
        """The object of the module or package folder at these parts."""
        if module := self.modules.at(parts):
            return self.module_object(module)
        return self.folder_object(parts) if parts and self.modules.is_folder(parts) else None

    def external(self, dotted: str, base: Object | None = None) -> External:
        """The object of a library name."""
        dotted = self.models.canonical(dotted)
        key = (dotted, base)
        found = self.externals.get(key)
        if found is None:
            phase = base.phase if base else STARTUP
            found = self.externals[key] = External(dotted, base.site if base else None, phase, base)
        return found

    def made(self, dotted: str, site: CallSite) -> External:
        """What a call of a library name gives: one object per call at start-up, one per name while serving."""
        if site.phase == SERVING and not self.models.is_kept(dotted):
            return self._made(("made", dotted), dotted, site)
        return self.made_here(dotted, site)

    def made_here(self, dotted: str, site: CallSite) -> External:
        """What one call of a library name gives, in any phase."""
        return self._made(("made", dotted, site.context, site.span), dotted, site)

    def _made(self, key: tuple[object, ...], dotted: str, site: CallSite) -> External:
        found = self.externals.get(key)
        if found is None:
            found = External(dotted, self.site(site.context, site.span), site.phase)
            found.made = True
            found.call = site
            self.externals[key] = found
        return found

    def derived(self, callee: External, dotted: str, site: CallSite) -> External:
        """What calling `callee` gives; deep inside a library's values they are all alike."""
        matters = self.models.matters(dotted)
        if not matters and (callee.level >= DEEPEST_VALUES or site.phase == SERVING or callee.made):
            return self.blurred(callee, site.phase)
        found = self.made(dotted, site)
        is_method = callee.made or callee.base is not None
        if self.models.is_application(dotted):
            return found
        found.of_value = found.of_value or is_method
        found.level = max(found.level, callee.level + 1 if is_method else 0)
        return found

    def special(self, kind: Callable[..., Special], *parts: Object) -> Special:
        """The one object of this kind for these parts."""
        key = (kind, *parts)
        found = self.specials.get(key)
        if found is None:
            found = self.specials[key] = kind(*parts)
        return cast("Special", found)

    def blurred(self, value: External, phase: int, *, is_data: bool = False) -> External:
        """The one object for values deep inside a library, or for those that declare what is data of a row."""
        if value.is_blurred and value.phase == phase and not is_data:
            return value
        declared = "" if is_data else self.models.origins.declared(value.dotted)
        key = ("blurred", declared or value.dotted.partition(".")[0], phase)
        found = self.externals.get(key)
        if found is None:
            found = External(f"{key[1]}.*", value.site, phase)
            found.made = True
            found.is_blurred = True
            found.level = DEEPEST_VALUES
            self.externals[key] = found
        return found

    def container(
        self, kind: str, context: Context, span: Span, phase: int | None = None, tag: object = ""
    ) -> Container:
        """The container made at a place."""
        key = (kind, context, span, tag)
        found = self.containers.get(key)
        if found is None:
            row = self.models.type_row(kind if "." in kind else f"builtins.{kind}")
            at = context.phase if phase is None else phase
            found = self.containers[key] = Container(kind, self.site(context, span), at, row)
            self.solver.edge(found.unknown, found.all)
        return found

    def site(self, context: Context, span: Span) -> Site:
        """A place in a context."""
        return Site(context.module, span, context)

    def instance(self, cls: ClassObject, context: Context, span: Span, phase: int) -> Instance:
        """The instance of a class made at a place; start-up code that makes very many shares one."""
        key: tuple[object, ...] = (cls, context, span, phase)
        if len(cls.instances.objects) > MOST_INSTANCES or self._is_exception(cls):
            key = (cls, "many", phase)
        elif phase == SERVING:
            key = (cls, id(context.body), context.module, span, phase)  # a body is dear to hash
        elif self._is_nested(cls, context):
            key = (cls, "many", phase)
        found = self.instances.get(key)
        if found is None:
            found = self.instances[key] = Instance(cls, self.site(context, span), phase)
            for member in (cls, *self.program_bases(cls)):
                self.solver.add(member.instances, found)
        return found

    def _is_exception(self, cls: ClassObject) -> bool:
        return any(base.startswith("builtins.") and base.endswith(EXCEPTIONS) for base in self.external_bases(cls))

    def _is_nested(self, cls: ClassObject, context: Context) -> bool:
        """Whether the maker was itself made by an instance of `cls`, or by a long chain of makers."""
        for _ in range(DEEPEST_OWNERS):
            owner = context.receiver
            if owner is None or owner.site is None or owner.site.context is None:
                return False
            if owner.cls is cls:
                return True
            context = owner.site.context
        return True

    @abstractmethod
    def external_bases(self, cls: ClassObject) -> list[str]:
        """Dotted library classes that `cls` derives from."""

    @abstractmethod
    def program_bases(self, cls: ClassObject) -> list[ClassObject]:
        """Every class of the program that `cls` derives from, nearest first."""

    # --- contexts

    def context(
        self, function: FunctionObject, phase: int, receiver: Object | None, site: CallSite | None = None
    ) -> Context:
        """The context for a call; long-lived receivers, classes, and calls of closure factories, get one each."""
        own = receiver if isinstance(receiver, Instance) and receiver.phase == STARTUP else None
        whose: Object | None = own
        if isinstance(receiver, ClassObject):
            if function.callers < MOST_CALLERS or (function, phase, receiver) in self.contexts:
                whose = receiver
        key: tuple[object, ...] = (function, phase, whose)
        depth = 0
        if (
            function.makes_closures
            and site is not None
            and phase == STARTUP
            and site.context.depth < DEEPEST_CALLS
            and function.callers < MOST_DECORATED
        ):
            key = (function, phase, own, site.context, site.span)
            depth = site.context.depth + 1
        elif site is not None and whose is None and passes_through(function.body):
            if function.callers < MOST_CALLERS or (function, phase, site.context.module, site.span) in self.contexts:
                key = (function, phase, site.context.module, site.span)
        found = self.contexts.get(key)
        if found is None:
            found = Context(function.body, function.module, phase, function.environment, own)
            found.function = function
            found.depth = depth
            self.contexts[key] = found
            function.callers += 1
            self.solver.tasks.append(partial(self.link, found))
        return found

    def call_edge(self, site: CallSite, callee: Context) -> None:
        """Record that a call may reach a context."""
        site.context.add_call(Edge(site.context, callee, site.span, likely=site.likely))

    # --- names and operands

    def node(self, context: Context, operand: Operand) -> Node | None:
        """The node of an operand; None where it can't carry an object."""
        if type(operand) is int:
            return context.temporaries[operand] or context.temporary(operand)
        if type(operand) is str:
            return self.name_node(context, operand)
        if isinstance(operand, Const) and isinstance(operand.value, str):
            return self.text_node(operand.value)
        return None

    def objects(self, context: Context, operand: Operand) -> tuple[Object, ...]:
        """The objects that an operand may be, as far as is known."""
        node = self.node(context, operand)
        return tuple(node.objects) if node is not None else ()

    def texts(self) -> Iterator[str]:
        """String constants of linked code that may name something."""
        return (text for text, node in self._text_nodes.items() if node is not None)

    def text_node(self, value: str) -> Node | None:
        """The node of a string constant that may name something."""
        if value in self._text_nodes:
            return self._text_nodes[value]
        if len(value) > LONGEST_NAME:
            return None
        node = Node() if NAME_LIKE.fullmatch(value) else None
        self._text_nodes[value] = node
        if node is not None:
            self._constants.add(node)
            self.solver.add(node, self.solver.text(value))
        return node

    def is_text(self, node: Node) -> bool:
        """Whether a node is a string constant."""
        return node in self._constants

    def name_node(self, context: Context, name: str) -> Node:
        """The node of a name as `context` sees it."""
        node = context.names.get(name)
        if node is None:
            node = context.names[name] = self._find_name(context, name)
        return node

    def _find_name(self, context: Context, name: str) -> Node:
        body = context.body
        if name.endswith(VERSION):
            return Node()
        if body.kind == "module" or name in body.global_names:
            return self.global_node(context.module, name)
        if name in body.names and name not in body.nonlocal_names:
            return context.cls.field(name) if body.kind == "class" and context.cls else Node()
        return self.outer_node(context, name)

    def outer_node(self, context: Context, name: str) -> Node:
        """The node of a name in the scopes around a context."""
        scope = context.environment
        while scope is not None and scope.body.kind != "module":
            own = scope.body
            if own.kind != "class" and name in own.names and name not in own.nonlocal_names:
                if name not in own.global_names:
                    return self.name_node(scope, name)
                break
            scope = scope.environment
        return self.global_node(context.module, name)

    def defining_context(self, context: Context, name: str) -> Context | None:
        """The enclosing function whose variable `name` is, for closures; None for globals."""
        scope = context.environment
        while scope is not None and scope.body.kind != "module":
            own = scope.body
            if own.kind != "class" and name in own.names and name not in own.nonlocal_names:
                return scope
            scope = scope.environment
        return None

    def module_names(self, module: Module) -> frozenset[str]:
        """Names that the module or a `global` in one of its functions binds."""
        names = self._module_names.get(module)
        if names is None:
            names = module.bodies[0].names.union(*(body.global_names for body in module.bodies))
            self._module_names[module] = names
        return names

    def global_node(self, module: Module, name: str) -> Node:
        """The node of a module's global, through star imports, or of a built-in."""
        obj = self.module_object(module)
        node = obj.fields.get(name)
        if node is not None:
            return node
        if name not in self.module_names(module):
            if (starred := self._starred(module, name, set())) is not None:
                return starred
            if name in BUILTINS:
                node = obj.field(name)
                self.solver.add(node, self.external(f"builtins.{name}"))
                return node
            if name in {"__name__", "__file__"}:
                return obj.field(name)
            if external := self._external_star(module):
                node = obj.field(name)
                self.solver.add(node, self.external(f"{external}.{name}"))
                return node
        return obj.field(name)

    def stars(self, module: Module) -> list[ImportStar]:
        """Star imports of a module body."""
        found = self._stars.get(module)
        if found is None:
            found = [op for op in module.bodies[0].ops if type(op) is ImportStar]
            self._stars[module] = found
        return found

    def _starred(self, module: Module, name: str, seen: set[Module]) -> Node | None:
        seen.add(module)
        for star in reversed(self.stars(module)):
            source = self.import_target(module, star.module, star.level)
            if source is None or source.module in seen or not source.module.offers(name):
                continue
            if name in self.module_names(source.module):
                return source.field(name)
            if name in source.module.all_names and (child := self.module_at((*source.module.parts, name))) is not None:
                self.solver.add(source.field(name), child)
                return source.field(name)
            if (found := self._starred(source.module, name, seen)) is not None:
                return found
        return None

    def _external_star(self, module: Module) -> str:
        for star in self.stars(module):
            if not star.level and self.import_target(module, star.module, 0) is None:
                return star.module
        return ""

    def vendored(self, importer: Module, dotted: str, level: int) -> str:
        """The library that a module of the program is a copy of; empty for the program's own modules."""
        target = self.modules.relative(importer, dotted, level) if level else tuple(dotted.split("."))
        found = self.modules.at(target) if level else self.modules.find(importer, dotted)
        return self._copy_of.get(found, "") if found is not None else ""

    def _find_copies(self) -> dict[Module, str]:
        """Modules that are copies of a modelled library, and packages that only re-export one."""
        copies = {
            module: module.parts[-1]
            for module in self.modules.all
            if module.parts and self.models.is_vendored(module.parts[-1], _own_names(module))
        }
        for module in self.modules.all:
            star = next((op for op in module.bodies[0].ops if type(op) is ImportStar), None)
            if module.is_package and star is not None:
                target = self.modules.at(self.modules.relative(module, star.module, star.level or 1))
                if not star.level:
                    target = self.modules.find(module, star.module)
                if target is not None and target in copies:
                    copies[module] = copies[target]
        return copies

    def import_target(self, importer: Module, dotted: str, level: int) -> ModuleObject | None:
        """The module object that an import names, None for libraries."""
        if level:
            return self.module_at(self.modules.relative(importer, dotted, level))
        if found := self.modules.find(importer, dotted):
            return self.module_object(found)
        if self.modules.has_package(importer, dotted):
            return self.module_at(tuple(dotted.split("."))) or self.module_at(
                importer.parts[:-1] + tuple(dotted.split("."))
            )
        return None

    def each(self, node: Node | None, trigger: Callable[[Object], None]) -> None:
        """Call `trigger` for every object that `node` may stand for, now and later."""
        if node is not None:
            self.solver.listen(node, trigger)


def _own_names(module: Module) -> frozenset[str]:
    """What a module defines, without what it imports."""
    top = module.bodies[0]
    return top.names - {op.name for op in top.ops if isinstance(op, Import | ImportFrom)}


EMPTY_BODY = Body(
    kind="module", name="<module>", qualname="", parent=-1, span=NOWHERE, params=(), names=frozenset(),
    global_names=frozenset(), nonlocal_names=frozenset(), annotated=(), is_generator=False, is_async=False,
    decorators=(), temporaries=0, ops=(),
)  # fmt: skip
