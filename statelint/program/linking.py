"""The whole link: module bodies first, then whatever the frameworks' models make reachable, until nothing grows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from statelint.domain.words import Phase, Trigger
from statelint.facts.model import FileFacts, Invoke, Operand
from statelint.models.rows import EntryRow, Form
from statelint.models.rows import Instance as Lifetime
from statelint.models.tables import Models
from statelint.program.core import EMPTY_BODY, NOWHERE, CallSite
from statelint.program.definitions import EITHER, POSITIONAL, calls_of, named_calls, returned_globals
from statelint.program.entry_points import pattern
from statelint.program.markers import pick_marked
from statelint.program.modules import Module, Modules
from statelint.program.narrowing import believe_tests
from statelint.program.objects import (
    CONSTRUCTORS,
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
)
from statelint.program.plugins import choose_classes, spell_again
from statelint.program.public_api import PublicApi
from statelint.program.reflection import choose_methods
from statelint.program.scripts import runs_in_browser, script_modules
from statelint.program.servers import is_server_command, starts_server

ANY_NAME = re.compile(r".*", re.DOTALL)
MOST_ROUNDS = 6
DEEPEST_FACTORIES = 3  # calls between a factory and what makes the application
SCRIPT = EntryRow(id="script", form=Form.NAMING, trigger=Trigger.CALLBACK)
MOST_GUESSES = 2  # classes that define a method name, before a call of it says nothing
COMMON_NAMES = frozenset(dir(list) + dir(dict) + dir(set) + dir(str) + ["close", "run", "start", "stop", "send", "write", "read", "open", "save", "delete", "load", "flush", "connect", "execute", "commit", "wait", "put", "submit", "render", "log", "info", "debug", "warning", "error"])  # fmt: skip  # noqa: E501


class Linker(PublicApi):
    """Links a program."""

    def __init__(self, modules: Modules, models: Models) -> None:
        """Nothing linked yet."""
        super().__init__(modules, models)
        self.entries = {}
        self.starts = {}
        self.start_rows = {}
        self.shared_handlers = {}
        self.handler_instances = {}
        self.handler_options = {}
        self.defaults = {}
        self.provided = {}
        self.class_routes = {}
        self.mounts = []
        self.applications = {}
        self.host_applications = {}
        self.waiting_classes = []
        self.waiting_handlers = []
        self.templates = {}
        self.hosts = {}
        self.coroutine_parameters = {}
        self.unknown_items = []
        self.unmarked = {}
        self.asked = []
        self.tested = []
        self.spelled = []
        self.plugins = set()
        self.embedded = {}
        self._unreached: list[FunctionObject] = []

    def run(self) -> None:
        """Link everything that can run."""
        self.begin()
        self.finish()

    def begin(self, last: Module | None = None) -> None:
        """Link what runs when modules are imported, and all that this reaches; `last` is left for the end."""
        self._count()
        self.scripts = {module: ModuleObject(module) for module in script_modules(self)}
        for module in self.modules.all:
            self._open_module(module)
        for module in self.modules.all:
            if module not in self.copies and module is not last:
                self.link(self.contexts["module", module])
        self.solver.solve()

    def finish(self, last: Module | None = None) -> None:
        """Link what was left, and what only the whole program can tell."""
        if last is not None:
            self.link(self.contexts["module", last])
        self._solve()
        self._run_stages()
        if self._settled(self.offer()):
            self._run_stages()
        self.add_unknown_items()
        self._solve()
        for entry in self.entries.values():
            entry.route = self.full_path(entry.route)

    def renew(self, module: Module, facts: FileFacts) -> None:
        """Take another version of the module that is left for the end; nothing else knows what its functions do."""
        module.renew(facts)
        self.forget_constants(module)
        context = self.contexts["module", module]
        context.body = module.bodies[0]
        context.temporaries = [None] * context.body.temporaries
        self._count()

    def _count(self) -> None:
        self.solver.operations = sum(len(body.ops) for module in self.modules.all for body in module.bodies)

    def _run_stages(self) -> None:
        for _ in range(MOST_ROUNDS):
            if not any(stage() for stage in self._stages()):
                break

    def _stages(self) -> tuple[Callable[[], bool], ...]:
        return (
            self._marked, self._settings, self._conventions, self._factories, self._embedded,
            self._missing_instances, self._signatures, self._server_threads, self._endless_loops, self._annotations,
            self._host_applications, self._guessed_receivers, self._chosen_methods, self._tests,
        )  # fmt: skip

    def _open_module(self, module: Module) -> None:
        phase = SERVING if module in self.scripts else STARTUP
        context = self.contexts["module", module] = Context(module.bodies[0], module, phase, None, None)
        if module in self.scripts:
            server = self.entry(SCRIPT, module.bodies[0], module, module.name, "", "")
            self.call_edge(CallSite(server, module.bodies[0].span, [], {}, DROPPED), context)

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

    def _solve(self) -> None:
        """Solve; then classes given to frameworks, for their bases, and wrappers, for what they wrap, are known."""
        self.solver.solve()
        while self.waiting_classes or self.waiting_handlers:
            classes, self.waiting_classes = self.waiting_classes, []
            handlers, self.waiting_handlers = self.waiting_handlers, []
            for cls, row, site, route in classes:
                self.register_class(cls, row, site, route)
            for register in handlers:
                register()
            self.solver.solve()

    def _settled(self, changed: int) -> bool:
        self._solve()
        return changed > 0

    # --- stages

    def _settings(self) -> bool:
        """Handlers and dotted names of handlers in settings: globals, entries of a dict, attributes of a class."""
        changed = 0
        for row in self.models.setting_rows:
            for module in self.modules.all:
                for node in self._setting_nodes(module, row):
                    changed += self._setting(node, row)
        return self._settled(changed)

    def _setting_nodes(self, module: Module, row: EntryRow) -> list[Node]:
        name, _, part = row.setting.rstrip("]").replace("[", ".").partition(".")
        if name not in module.bodies[0].names:
            return []
        node = self.module_object(module).field(name)
        if not part:
            return [node]
        dicts = [obj.slots[part] for obj in node.objects if isinstance(obj, Container) and part in obj.slots]
        return dicts + [self.lookup(obj, part) for obj in node.objects if isinstance(obj, ClassObject)]

    def _setting(self, node: Node, row: EntryRow) -> int:
        new = [obj for obj in tuple(node.objects) if self.first_time("setting", row.id, obj)]
        for obj in new:
            self.register(obj, row, self._setting_site())
        return len(new)

    def _setting_site(self) -> CallSite:
        return CallSite(self.module_context(self.modules.all[0]), NOWHERE, [], {}, DROPPED)

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
        server = self.entry(row, function.body, function.module, function.symbol, "", "")
        self.serve(function, None, row, server)

    def _factories(self) -> bool:
        """Functions that nobody calls and that make an application, or start a server: a command line names them."""
        changed = 0
        known: dict[tuple[FunctionObject, int], bool] = {}
        for function in self.unreached():
            if function.owner is not None or not (
                self._makes_application(function, 0, known) or is_server_command(self, function)
            ):
                continue
            if self.first_time("factory", function):
                changed += 1
                self.call(function, self.start_site(("factory", function), function))
        return self._settled(changed)

    def _makes_application(
        self, function: FunctionObject, depth: int, known: dict[tuple[FunctionObject, int], bool]
    ) -> bool:
        key = (function, depth)
        if key not in known:
            known[key] = self._finds_application(function, depth, known)
        return known[key]

    def _finds_application(
        self, function: FunctionObject, depth: int, known: dict[tuple[FunctionObject, int], bool]
    ) -> bool:
        returned = self.node(function.environment, function.body.returns)
        if returned is not None and any(self._is_application_class(obj) for obj in returned.objects):
            return True
        if any(self._is_application_class(obj) for obj in self._returned_globals(function)):
            return True
        callees = [callee for op in named_calls(function.body) for callee in self.named_callees(function.module, op)]
        if any(self._is_application_class(callee) for callee in callees):
            return True
        return depth < DEEPEST_FACTORIES and any(
            isinstance(callee, FunctionObject) and self._makes_application(callee, depth + 1, known)
            for callee in callees
        )

    def _returned_globals(self, function: FunctionObject) -> Iterator[Object]:
        """What a function gives that sets up and returns a global of its module."""
        for name in returned_globals(function.body):
            yield from tuple(self.global_node(function.module, name).objects)

    def _is_application_class(self, obj: Object) -> bool:
        if isinstance(obj, External):
            return self.models.is_application(obj.dotted)
        if isinstance(obj, ClassObject):
            return any(self.models.is_application(base) for base in self.external_bases(obj))
        return False

    def _embedded(self) -> bool:
        """Functions that nobody calls and that get the application, or a router, of somebody else."""
        return self._settled(self.embed_all())

    def _missing_instances(self) -> bool:
        """A handler class whose one object the framework makes itself."""
        changed = 0
        for cls, row in tuple(self.shared_handlers.items()):
            if any(isinstance(obj, Instance) for obj in cls.instances.objects) or not self.first_time("made", cls):
                continue
            changed += 1
            if row is not None:
                self.solver.add(cls.instances, self.handler_instance(cls, row))
                continue
            module = self.module_context(cls.module)
            self.construct(cls, CallSite(module, cls.body.span, [], {}, DROPPED))
        return self._settled(changed)

    def _host_applications(self) -> bool:
        """An extension that makes no application asks for that of whoever installs it."""
        missing = [name for name, node in self.applications.items() if not node.objects]
        for dotted in missing:
            self.make_host_application(dotted)
        return self._settled(len(missing))

    def _signatures(self) -> bool:
        """Handlers known by their parameters alone: a fall-back for what nothing registers, outermost names first."""
        named = sum(self._by_signature(row, pattern(row.names)) for row in self.models.signature_rows if row.names)
        changed = self._settled(named)
        others = sum(self._by_signature(row, ANY_NAME) for row in self.models.signature_rows)
        return self._settled(others) or changed

    def _by_signature(self, row: EntryRow, names: re.Pattern[str]) -> int:
        changed = 0
        if not self.applies(row):
            return 0
        for function in self.not_serving() if row.annotated else self.unreached():
            if self._has_signature(function, row) and names.fullmatch(function.body.name):
                if self.first_time("signature", row.id, function):
                    changed += 1
                    if function.owner is not None:
                        self.register_method(function.owner, function, _shared(row), "", "")
                    else:
                        self._start(function, row)
        return changed

    def _marked(self) -> bool:
        """Members of objects that the program lists and picks by a marker."""
        return self._settled(pick_marked(self))

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

    def _endless_loops(self) -> bool:
        """Where start-up code has started other work and then loops for ever, the loop is background work too."""
        changed = 0
        for context in tuple(self.hosts):
            if context.phase != STARTUP or context.body.is_generator or not context.body.endless:
                continue
            for op in calls_of(context.body):
                if any(loop.holds(op.span) for loop in context.body.endless):
                    if self.first_time("loop", context, op.span):
                        changed += 1
                        self.register_loop(context, op)
        return self._settled(changed)

    def _copy_arguments(self, source: Context, target: Context) -> None:
        for param in source.body.params:
            self.solver.edge(source.local(param.name), target.local(param.name))

    def _has_signature(self, function: FunctionObject, row: EntryRow) -> bool:
        params = [param for param in function.body.params if param.kind in {POSITIONAL, EITHER}]
        if function.owner is not None:
            if function.body.name in CONSTRUCTORS:
                return False
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
            for op in calls_of(context.body):
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

    def _chosen_methods(self) -> bool:
        """Methods whose name a message gives, and classes of plugins."""
        return self._settled(spell_again(self) + choose_methods(self) + choose_classes(self))

    def _tests(self) -> bool:
        """Classes of which a received value is tested to be."""
        return self._settled(believe_tests(self))

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
                if function.owner is not None and function.takes_self:
                    receivers = [next(iter(function.owner.instances.objects), None)]
                for receiver in receivers:
                    context = self.context(function, STARTUP, receiver)
                    context.depth = function.environment.depth + 1  # a closure that makes its maker's closures ends
                    self.give(context, None)
            self.solver.solve()

    # --- questions

    def all_contexts(self) -> Iterator[Context]:
        """Every linked context."""
        return iter(self.contexts.values())


def linked(modules: Iterable[Module], models: Models) -> Linker:
    """The program of these modules, everything linked that can run."""
    linker = opened(modules, models)
    linker.run()
    return linker


def opened(modules: Iterable[Module], models: Models) -> Linker:
    """The program of these modules without what runs in browsers, nothing linked yet."""
    return Linker(Modules(module for module in modules if not runs_in_browser(module, models)), models)


def _shared(row: EntryRow) -> EntryRow:
    return EntryRow(
        id=row.id, form=row.form, trigger=row.trigger, phase=row.phase, params=row.params, param_types=row.param_types,
        param_names=row.param_names, instance=Lifetime.SHARED,
    )  # fmt: skip
