"""The whole link: module bodies first, then whatever the frameworks' models make reachable, until nothing grows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from statelint.domain.words import Phase, Trigger
from statelint.facts.model import Attr, Call, Invoke, SetAttr, SetItem
from statelint.models.rows import EntryRow, Form
from statelint.models.rows import Instance as Lifetime
from statelint.models.tables import Models
from statelint.program.annotations import Annotations
from statelint.program.core import EMPTY_BODY, NOWHERE, CallSite
from statelint.program.modules import Module, Modules
from statelint.program.objects import (
    DROPPED,
    SERVING,
    STARTUP,
    ClassObject,
    Container,
    Context,
    External,
    FunctionObject,
    Instance,
    ModuleObject,
    Node,
    Object,
    Text,
)
from statelint.program.registration import pattern
from statelint.program.scripts import script_modules
from statelint.program.servers import starts_server
from statelint.program.solver import FEWEST_STEPS, STEPS_PER_OPERATION

ANY_NAME = re.compile(r".*", re.DOTALL)
MOST_ROUNDS = 6
SCRIPT = EntryRow(id="script", form=Form.NAMING, trigger=Trigger.CALLBACK)
MOST_GUESSES = 2  # classes that define a method name, before a call of it says nothing
COMMON_NAMES = frozenset(dir(list) + dir(dict) + dir(set) + dir(str) + ["close", "run", "start", "stop", "send", "write", "read", "open", "save", "delete", "load", "flush", "connect", "execute", "commit", "wait", "put", "submit", "render", "log", "info", "debug", "warning", "error"])  # fmt: skip  # noqa: E501


class Linker(Annotations):
    """Links a program."""

    def __init__(self, modules: Modules, models: Models) -> None:
        """Nothing linked yet; `run` does it all."""
        super().__init__(modules, models)
        self.entries = {}
        self.shared_handlers = {}
        self.handler_instances = {}
        self.class_routes = {}
        self.applications = {}
        self.waiting_classes = []
        self.unknown_items = []
        self.background = {}
        self._unreached: list[FunctionObject] = []

    def run(self) -> None:
        """Link everything that can run."""
        operations = sum(len(body.ops) for module in self.modules.all for body in module.bodies)
        self.solver.most_steps = max(FEWEST_STEPS, STEPS_PER_OPERATION * operations)
        self.scripts = {module: ModuleObject(module) for module in script_modules(self)}
        for module in self.modules.all:
            self._open_module(module)
        for module in self.modules.all:
            if module not in self.copies:
                self.link(self.contexts["module", module])
        self._solve()
        for _ in range(MOST_ROUNDS):
            if not any(stage() for stage in self._stages()):
                break
        self.add_unknown_items()
        self._solve()

    def _stages(self) -> tuple[Callable[[], bool], ...]:
        return (
            self._settings, self._conventions, self._factories, self._missing_instances, self._signatures,
            self._server_threads, self._annotations, self._guessed_receivers,
        )  # fmt: skip

    def _open_module(self, module: Module) -> None:
        phase = SERVING if module in self.scripts else STARTUP
        context = self.contexts["module", module] = Context(module.bodies[0], module, phase, None, None)
        if module in self.scripts:
            server = self._entry(SCRIPT, module.bodies[0], module, module.name, "", "")
            self.call_edge(CallSite(server, module.bodies[0].span, [], {}, DROPPED), context)

    def function_made(self, function: FunctionObject) -> None:
        """Remember it, for the stages that look for functions nobody reached."""
        self._unreached.append(function)

    def unreached(self) -> list[FunctionObject]:
        """Functions that no call and no framework has reached so far."""
        reached = {context.function for context in self.contexts.values() if context.function is not None}
        return [function for function in self._unreached if function not in reached]

    def _solve(self) -> None:
        """Solve; then the classes given to frameworks, since what is called of them depends on their bases."""
        self.solver.solve()
        while waiting := self.waiting_classes:
            self.waiting_classes = []
            for cls, row, site, route in waiting:
                self.register_class(cls, row, site, route)
            self.solver.solve()

    def _settled(self, changed: int) -> bool:
        self._solve()
        return changed > 0

    # --- stages

    def _settings(self) -> bool:
        """Dotted names, functions and classes in settings."""
        changed = 0
        for row in self.models.setting_rows:
            name, _, key = row.setting.rstrip("]").partition("[")
            for module in self.modules.all:
                if name in module.bodies[0].names:
                    for obj in self._setting_values(self.module_object(module).field(name), key):
                        changed += self._setting(obj, row)
        return self._settled(changed)

    def _setting_values(self, node: Node, key: str) -> list[Object]:
        if not key:
            return list(node.objects)
        dicts = (obj for obj in node.objects if isinstance(obj, Container) and key in obj.slots)
        return [value for found in dicts for value in found.slots[key].objects]

    def _setting(self, obj: Object, row: EntryRow) -> int:
        changed = 0
        for text in self._texts_below(obj, 0):
            if self.first_time("setting", row.id, text) and (named := self.named(text)) is not None:
                changed += 1
                self.each(named, lambda found: self.register(found, row, self._setting_site()))
        if not isinstance(obj, Text) and "[" in row.setting and self.first_time("setting", row.id, obj):
            changed += 1
            self.register(obj, row, self._setting_site())
        return changed

    def _setting_site(self) -> CallSite:
        return CallSite(self.module_context(self.modules.all[0]), NOWHERE, [], {}, DROPPED)

    def _conventions(self) -> bool:
        """Names and modules that a framework finds by convention."""
        changed = 0
        for row in self.models.naming_rows:
            if not row.names:
                continue
            for function in self.unreached():
                if self._fits(function, row) and self.first_time("naming", row.id, function):
                    changed += 1
                    self._start(function, row)
        return self._settled(changed)

    def _fits(self, function: FunctionObject, row: EntryRow) -> bool:
        if row.modules and pattern(row.modules).search(function.module.name) is None:
            return False
        if function.owner is not None or function.body.kind == "lambda":
            return False
        return pattern(row.names).fullmatch(function.body.name) is not None

    def _start(self, function: FunctionObject, row: EntryRow) -> None:
        if row.phase is Phase.COMMAND_LINE:
            return
        server = self._entry(row, function.body, function.module, function.symbol, "", "")
        self.serve(function, None, row, server)

    def _factories(self) -> bool:
        """Functions that nobody calls and that make an application: the server's command line names them."""
        changed = 0
        for function in self.unreached():
            if function.owner is None and self._makes_application(function) and self.first_time("factory", function):
                changed += 1
                server = Context(self.module_context(function.module).body, function.module, STARTUP, None, None)
                self.contexts["factory", function] = server
                self.call(function, CallSite(server, function.body.span, [], {}, DROPPED))
        return self._settled(changed)

    def _makes_application(self, function: FunctionObject) -> bool:
        returned = self.node(function.environment, function.body.returns)
        if returned is not None and any(self._is_application_class(obj) for obj in returned.objects):
            return True
        for op in function.body.ops:
            if type(op) is Call and isinstance(op.callee, str):
                callees = tuple(self.global_node(function.module, op.callee).objects)
                if any(self._is_application_class(obj) for obj in callees):
                    return True
            elif type(op) is Invoke and isinstance(op.base, str):
                for obj in tuple(self.global_node(function.module, op.base).objects):
                    if isinstance(obj, External) and self.models.is_application(
                        self.models.canonical(f"{obj.dotted}.{op.name}")
                    ):
                        return True
        return False

    def _is_application_class(self, obj: Object) -> bool:
        if isinstance(obj, External):
            return self.models.is_application(obj.dotted)
        if isinstance(obj, ClassObject):
            return any(self.models.is_application(base) for base in self.external_bases(obj))
        return False

    def _missing_instances(self) -> bool:
        """A handler class whose one object the framework makes itself."""
        changed = 0
        for cls in tuple(self.shared_handlers):
            if any(isinstance(obj, Instance) for obj in cls.instances.objects) or not self.first_time("made", cls):
                continue
            changed += 1
            module = self.module_context(cls.module)
            self.construct(cls, CallSite(module, cls.body.span, [], {}, DROPPED))
        return self._settled(changed)

    def _signatures(self) -> bool:
        """Handlers known by their parameters alone: a fall-back for what nothing registers, outermost names first."""
        named = sum(self._by_signature(row, pattern(row.names)) for row in self.models.signature_rows if row.names)
        changed = self._settled(named)
        others = sum(self._by_signature(row, ANY_NAME) for row in self.models.signature_rows)
        return self._settled(others) or changed

    def _by_signature(self, row: EntryRow, names: re.Pattern[str]) -> int:
        changed = 0
        for function in self.unreached():
            if self._has_signature(function, row) and names.fullmatch(function.body.name):
                if self.first_time("signature", row.id, function):
                    changed += 1
                    if function.owner is not None:
                        self.register_method(function.owner, function, _shared(row), "", "")
                    else:
                        self._start(function, row)
        return changed

    def _has_signature(self, function: FunctionObject, row: EntryRow) -> bool:
        params = [param.name for param in function.body.params if param.kind in {0, 1}]
        if function.owner is not None:
            params = params[1:]
        if row.modules and pattern(row.modules).search(function.module.name) is None:
            return False
        return tuple(params[: len(row.params)]) == row.params

    def _server_threads(self) -> bool:
        """What a thread makes before it serves lives as long as the server."""
        changed = 0
        for entry in tuple(self.entries.values()):
            if entry.row.phase is not Phase.BACKGROUND or not starts_server(self, entry.context):
                continue
            for edge in tuple(entry.context.calls.values()):
                function = edge.callee.function
                if function is not None and self.first_time("server thread", edge.callee):
                    changed += 1
                    server = Context(EMPTY_BODY, function.module, STARTUP, None, None)
                    site = CallSite(server, edge.span, [], {}, Node())
                    self.call_function(function, edge.callee.receiver, site)
                    self._copy_arguments(edge.callee, self.context(function, STARTUP, edge.callee.receiver, site))
        return self._settled(changed)

    def _copy_arguments(self, source: Context, target: Context) -> None:
        for param in source.body.params:
            self.solver.edge(source.local(param.name), target.local(param.name))

    def _annotations(self) -> bool:
        """Annotations of what is still empty."""
        return self._settled(self.annotate_all())

    def _guessed_receivers(self) -> bool:
        """`x.method()` where nothing is known of `x` and one or two classes define that method."""
        classes = self._classes_by_method()
        changed = 0
        for context in tuple(self.contexts.values()):
            for op in context.body.ops:
                if type(op) is not Invoke or op.name in COMMON_NAMES or op.name.startswith("_"):
                    continue
                candidates = classes.get(op.name, ())
                if not 0 < len(candidates) <= MOST_GUESSES:
                    continue
                base = self.node(context, op.base)
                if base is None or base.objects or not self.first_time("guess", context, op.span):
                    continue
                for cls in candidates:
                    if cls.instances.objects:
                        changed += 1
                        self.solver.edge(cls.instances, base)
        return self._settled(changed)

    def _classes_by_method(self) -> dict[str, list[ClassObject]]:
        found: dict[str, list[ClassObject]] = defaultdict(list)
        for cls in self.classes.values():
            for name in cls.body.names:
                found[name].append(cls)
        return found

    # --- the whole program, for call graphs

    def reach_everything(self) -> None:
        """Analyse the functions that nobody reached too."""
        while waiting := [function for function in self.unreached() if self.first_time("everything", function)]:
            for function in waiting:
                receivers: list[Object | None] = [None]
                if function.owner is not None and self._takes_self(function):
                    receivers = [next(iter(function.owner.instances.objects), None)]
                for receiver in receivers:
                    self.context(function, STARTUP, receiver)
            self.solver.solve()

    # --- questions

    def all_contexts(self) -> Iterator[Context]:
        """Every linked context."""
        return iter(self.contexts.values())


def _shared(row: EntryRow) -> EntryRow:
    return EntryRow(
        id=row.id, form=row.form, trigger=row.trigger, phase=row.phase, params=row.params, param_types=row.param_types,
        param_names=row.param_names, instance=Lifetime.SHARED,
    )  # fmt: skip


__all__ = ["SERVING", "Attr", "Container", "Linker", "SetAttr", "SetItem", "Text"]
