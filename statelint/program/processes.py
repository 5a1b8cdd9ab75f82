"""Which code that runs when a process starts is in a process that serves, and not in a worker or a command."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator

from statelint.facts.model import Bind, How
from statelint.models.rows import Form
from statelint.models.tables import REQUESTS
from statelint.program.jobs import thread_objects
from statelint.program.linking import Linker
from statelint.program.modules import Module
from statelint.program.objects import STARTUP, Context, External, Instance, Object, Text
from statelint.program.reachability import Reachability
from statelint.program.scripts import imported_modules
from statelint.program.servers import serves
from statelint.program.starts import servers_of


class ServingProcess:
    """Answers are remembered."""

    def __init__(self, linker: Linker, reach: Reachability) -> None:
        """Who starts what, backwards, and from which modules handlers come."""
        self._linker = linker
        self._edges = reach.edges_to
        self._starters: dict[Context, list[Context]] = defaultdict(list)
        for start in (*linker.starts.values(), *thread_objects(linker)):
            for server in servers_of(linker, start):
                self._starters[server].append(start.site.context)
        self._known: dict[Context, bool] = {}
        self._starts_serving: dict[Context, bool] = {}
        self._makers = {
            obj.site.context
            for obj in (*linker.externals.values(), *linker.instances.values())
            if obj.site is not None and self._takes_requests(obj)
        }
        self._modules = self._serving_modules(reach)

    def runs(self, context: Context) -> bool:
        """Whether a context runs there, when the process starts or in what is started then."""
        if context not in self._known:
            self._known[context] = any(self._is_root(above) for above in self._above(context))
        return self._known[context]

    def _above(self, context: Context) -> Iterator[Context]:
        seen, waiting = {context}, deque([context])
        while waiting:
            current = waiting.popleft()
            yield current
            for one in (*(edge.caller for edge in self._edges.get(current, ())), *self._starters.get(current, ())):
                if one not in seen:
                    seen.add(one)
                    waiting.append(one)

    def _is_root(self, context: Context) -> bool:
        if context.phase != STARTUP:
            return False
        row = self._linker.start_rows.get(context)
        if row is not None and row.form is Form.NAMING:
            return any(edge.callee.module in self._modules for edge in context.calls.values())
        if row is not None:
            return True
        if serves(self._linker, context, self._starts_serving):
            return True
        if context.body.kind == "module":
            return context.module in self._modules
        return context in self._makers or any(callee in self._makers for callee, _ in context.calls)

    def _serving_modules(self, reach: Reachability) -> set[Module]:
        """Modules with handlers, or that make an application, and all that they import."""
        found = {module for module in self._linker.modules.all if self._binds_application(module)}
        found.update(self._modules_in_settings())
        for entry in reach.entries:
            if entry.row.trigger in REQUESTS:
                found.update(edge.callee.module for edge in entry.context.calls.values())
        waiting = list(found)
        while waiting:
            for target in imported_modules(self._linker, waiting.pop()):
                if target not in found:
                    found.add(target)
                    waiting.append(target)
        return found

    def _modules_in_settings(self) -> Iterator[Module]:
        """`shop.urls` of `ROOT_URLCONF = "shop.urls"`, or the module of an object that is named so."""
        for module in self._linker.modules.all:
            for name in module.bodies[0].names & self._linker.models.settings.serving_modules:
                for value in tuple(self._linker.global_node(module, name).objects):
                    if isinstance(value, Text):
                        inside = (value.value, value.value.replace(":", ".").rpartition(".")[0])
                        yield from filter(None, map(self._linker.modules.find_anywhere, inside))

    def _binds_application(self, module: Module) -> bool:
        """`app = Flask(...)`, `app = create_app()`, but not `from shop import app`."""
        context = self._linker.module_context(module)
        return any(
            self._takes_requests(obj)
            for op in module.bodies[0].ops
            if isinstance(op, Bind) and op.how == How.ASSIGN
            for obj in self._linker.objects(context, op.source)
        )

    def _takes_requests(self, obj: Object) -> bool:
        match obj:
            case External(made=True, dotted=dotted):
                return self._linker.models.takes_requests(dotted)
            case Instance(cls=cls):
                return any(self._linker.models.takes_requests(base) for base in self._linker.external_bases(cls))
        return False
