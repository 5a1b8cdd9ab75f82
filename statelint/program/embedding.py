"""Functions that another application embeds: they get its application object, or a router, and tell it of handlers."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator

from statelint.domain.words import Phase
from statelint.facts.model import Attr, Call, Invoke, Operand, Param
from statelint.models.rows import EntryRow, Form
from statelint.program.annotations import Annotations
from statelint.program.core import EMPTY_BODY, CallSite
from statelint.program.definitions import ONE_VALUE
from statelint.program.modules import Module
from statelint.program.objects import (
    DROPPED,
    STARTUP,
    ClassObject,
    Context,
    External,
    FunctionObject,
    Instance,
    ModuleObject,
    Node,
    Object,
)

EMBEDDED = EntryRow(id="embedded", form=Form.CALL, phase=Phase.STARTUP)
HOST_NAMES = re.compile(r"(?:\w+_)?(?:app|application|router|blueprint|bp|api|server|dispatcher|dp|sio|socketio|mcp)")


class Embedding(Annotations):
    """A stage of linking that calls what nobody calls with the application that it is written for."""

    embedded: dict[ClassObject, None]

    @abstractmethod
    def unreached(self) -> list[FunctionObject]:
        """Functions that no call and no framework has reached so far."""

    def embed_all(self) -> int:
        """How many functions got an application, because they tell it of handlers."""
        changed = 0
        for function in self.unreached():
            hosts = self._hosts(function) if self._may_embed(function) else {}
            if hosts and self.first_time("embedded", function):
                changed += 1
                self._embed(function, hosts)
        return changed

    def _may_embed(self, function: FunctionObject) -> bool:
        body = function.body
        is_top = function.owner is not None or function.environment.body.kind == "module"
        return body.kind == "function" and is_top and not body.is_generator and not body.decorators

    def _hosts(self, function: FunctionObject) -> dict[str, str]:
        """The parameters that take an application or router, each with its class."""
        found: dict[str, str] = {}
        for param in function.body.params:
            if param.kind in ONE_VALUE and (dotted := self._host(function, param)):
                found[param.name] = dotted
        return found

    def _host(self, function: FunctionObject, param: Param) -> str:
        """The class that is annotated, or that a name suggests; only if the function registers handlers with it."""
        chains = _chains(function, param.name)
        for names in self._possible_hosts(function, param):
            count, dotted = max(((self._registers(name, function, chains), name) for name in names), default=(0, ""))
            if count:
                return dotted
        return ""

    def _possible_hosts(self, function: FunctionObject, param: Param) -> Iterator[list[str]]:
        """What the annotation says, or else the classes of frameworks that the module, or the program, imports."""
        if param.annotation is not None:
            dotted = self._annotated_host(function, param.annotation)
            yield [dotted] if dotted is not None else []
        elif HOST_NAMES.fullmatch(param.name) is not None:
            yield self._imported_hosts(function.module.imported)
            yield self._imported_hosts(self.modules.imported)

    def _annotated_host(self, function: FunctionObject, annotation: Operand) -> str | None:
        for obj in self.objects(function.environment, annotation):
            if isinstance(obj, External) and self.models.takes_handlers(obj.dotted):
                return obj.dotted
        return None

    def _imported_hosts(self, imported: frozenset[str]) -> list[str]:
        known = self.models.app_classes | self.models.router_classes
        return [dotted for dotted in known if dotted.partition(".")[0] in imported]

    def _registers(self, dotted: str, function: FunctionObject, chains: dict[Operand, str]) -> int:
        """How many calls in a function register handlers, if its parameter is of this class."""
        return sum(
            bool(self.models.entries_for_callable(self.models.canonical(f"{dotted}{chains[op.base]}.{op.name}")))
            for op in function.body.ops
            if type(op) is Invoke and op.base in chains
        )

    def named_callees(self, module: Module, op: Call | Invoke) -> Iterator[Object]:
        """What a call by a global name, or by a name in a module, calls."""
        if isinstance(op, Call):
            yield from tuple(self.global_node(module, str(op.callee)).objects)
        else:
            for obj in tuple(self.global_node(module, str(op.base)).objects):
                if isinstance(obj, External):
                    yield self.external(f"{obj.dotted}.{op.name}")
                elif isinstance(obj, ModuleObject):
                    yield from tuple(self.global_node(obj.module, op.name).objects)

    # --- calls

    def start_site(
        self, key: tuple[str, object], called: ClassObject | FunctionObject, row: EntryRow | None = None
    ) -> CallSite:
        """A call by start-up code that is not part of the program."""
        server = self.contexts[key] = Context(EMPTY_BODY, called.module, STARTUP, None, None)
        if row is not None:
            self.start_rows[server] = row
        return CallSite(server, called.body.span, [], {}, DROPPED)

    def _embed(self, function: FunctionObject, hosts: dict[str, str]) -> None:
        site = self.start_site(("embedded", function), function, EMBEDDED)
        if function.owner is None:
            self._give_hosts(function, None, hosts, site)
            self.call_function(function, None, site)
            return
        if not function.owner.instances.objects:
            self.embedded[function.owner] = None
            self.construct(function.owner, site)
        if function.body.name != "__init__":
            self.each(function.owner.instances, lambda obj: self._embed_method(function, obj, hosts, site))
        else:
            self.each(function.owner.instances, lambda obj: self._give_hosts(function, obj, hosts, site))

    def _embed_method(self, function: FunctionObject, obj: Object, hosts: dict[str, str], site: CallSite) -> None:
        if isinstance(obj, Instance) and obj.phase == STARTUP:
            self._give_hosts(function, obj, hosts, site)
            self.call_function(function, obj, site)

    def _give_hosts(
        self, function: FunctionObject, receiver: Object | None, hosts: dict[str, str], site: CallSite
    ) -> None:
        context = self.context(function, STARTUP, receiver, site)
        for name, dotted in hosts.items():
            self.solver.edge(self._host_object(dotted), context.local(name))

    def _host_object(self, dotted: str) -> Node:
        """Every application of a class; where the program makes none, the one that will embed it."""
        node = self._applications(dotted)
        if not node.objects:
            self.make_host_application(dotted)
        return node


def _chains(function: FunctionObject, name: str) -> dict[Operand, str]:
    """What is reached from a parameter, each as the attributes and calls that lead to it."""
    chains: dict[Operand, str] = {name: ""}
    for op in function.body.ops:
        if isinstance(op, Attr | Invoke) and op.base in chains:
            chains[op.target] = f"{chains[op.base]}.{op.name}"
    return chains
