"""The whole link: module bodies first, then whatever the frameworks' models make reachable, until nothing grows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from statelint.domain.words import Phase
from statelint.facts.model import Attr, Call, Invoke, Operand, SetAttr, SetItem
from statelint.models.rows import EntryRow
from statelint.models.rows import Instance as Lifetime
from statelint.models.tables import Models
from statelint.program.annotations import Annotations
from statelint.program.core import NOWHERE, CallSite
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
    Node,
    Object,
    Text,
)
from statelint.program.registration import pattern
from statelint.program.solver import FEWEST_STEPS, STEPS_PER_OPERATION

MOST_ROUNDS = 6
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
        self.provided = {}
        self.class_routes = {}
        self.mounts = []
        self.applications = {}
        self.background = {}
        self._unreached: list[FunctionObject] = []

    def run(self) -> None:
        """Link everything that can run."""
        operations = sum(len(body.ops) for module in self.modules.all for body in module.bodies)
        self.solver.most_steps = max(FEWEST_STEPS, STEPS_PER_OPERATION * operations)
        for module in self.modules.all:
            self._open_module(module)
        for module in self.modules.all:
            if module not in self.copies:
                self.link(self.contexts["module", module])
        self.solver.solve()
        for _ in range(MOST_ROUNDS):
            if not any(stage() for stage in self._stages()):
                break
        for entry in self.entries.values():
            entry.route = self.full_path(entry.route)

    def _stages(self) -> tuple[Callable[[], bool], ...]:
        return (
            self._settings, self._conventions, self._factories, self._missing_instances, self._signatures,
            self._annotations, self._guessed_receivers,
        )  # fmt: skip

    def _open_module(self, module: Module) -> None:
        context = Context(module.bodies[0], module, STARTUP, None, None)
        self.contexts["module", module] = context

    def function_made(self, function: FunctionObject) -> None:
        """Remember it, for the stages that look for functions nobody reached."""
        self._unreached.append(function)

    def unreached(self) -> list[FunctionObject]:
        """Functions that no call and no framework has reached so far."""
        reached = {context.function for context in self.contexts.values() if context.function is not None}
        return [function for function in self._unreached if function not in reached]

    def not_serving(self) -> list[FunctionObject]:
        """Functions that nothing has reached while serving so far."""
        serving = {context.function for context in self.contexts.values() if context.phase == SERVING}
        return [function for function in self._unreached if function not in serving]

    def _settled(self, changed: int) -> bool:
        self.solver.solve()
        return changed > 0

    # --- stages

    def _settings(self) -> bool:
        """Handlers and dotted names of handlers in settings, which are globals or attributes of a class."""
        changed = 0
        for row in self.models.setting_rows:
            name, _, attribute = row.setting.partition(".")
            for module in self.modules.all:
                if name not in module.bodies[0].names:
                    continue
                node = self.module_object(module).field(name)
                owners = [obj for obj in node.objects if attribute and isinstance(obj, ClassObject)]
                for setting in [self.lookup(cls, attribute) for cls in owners] if attribute else [node]:
                    changed += self._setting(setting, row)
        return self._settled(changed)

    def _setting(self, node: Node, row: EntryRow) -> int:
        site = CallSite(self.module_context(self.modules.all[0]), NOWHERE, [], {}, DROPPED)
        new = [obj for obj in tuple(node.objects) if self.first_time("setting", row.id, obj)]
        for obj in new:
            self.register(obj, row, site)
        return len(new)

    def _conventions(self) -> bool:
        """Names and modules that a framework finds by convention."""
        changed = 0
        for row in filter(self.applies, self.models.naming_rows):
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
        """Handlers known by their parameters alone: a fall-back for what nothing registers."""
        changed = 0
        for row in filter(self.applies, self.models.signature_rows):
            for function in self.not_serving() if row.annotated else self.unreached():
                if self._has_signature(function, row) and self.first_time("signature", row.id, function):
                    changed += 1
                    if function.owner is not None:
                        self.register_method(function.owner, function, _shared(row), "", "")
                    else:
                        self._start(function, row)
        return self._settled(changed)

    def _has_signature(self, function: FunctionObject, row: EntryRow) -> bool:
        params = [param for param in function.body.params if param.kind in {0, 1}]
        if function.owner is not None:
            params = params[1:]
        if tuple(param.name for param in params[: len(row.params)]) != row.params:
            return False
        if row.annotated and not (params and self._is_annotated(function, params[0].annotation, row.annotated)):
            return False
        return not row.modules or pattern(row.modules).search(function.module.name) is not None

    def _is_annotated(self, function: FunctionObject, annotation: Operand, dotted: str) -> bool:
        node = self.node(function.environment, annotation)
        return node is not None and any(
            isinstance(obj, External) and pattern(dotted).search(obj.dotted) is not None for obj in node.objects
        )

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
        instance=Lifetime.SHARED,
    )  # fmt: skip


__all__ = ["SERVING", "Attr", "Container", "Linker", "SetAttr", "SetItem", "Text"]
