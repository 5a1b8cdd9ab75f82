"""The call graph by names, as the PyCG benchmark writes it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec

from statelint.facts.model import Body, Const, Invoke
from statelint.models.rows import CallRow
from statelint.models.tables import Models
from statelint.program.core import CallSite
from statelint.program.linking import Linker
from statelint.program.modules import Module, Modules
from statelint.program.objects import Container, Context, External, Object, Text

NATIVE = {
    "dict": "<**PyDict**>",
    "list": "<**PyList**>",
    "str": "<**PyStr**>",
    "tuple": "<**PyTuple**>",
    "set": "<**PySet**>",
}
DESCRIPTORS = frozenset({
    "builtins.staticmethod", "builtins.classmethod", "builtins.property", "builtins.property.getter",
    "builtins.property.setter", "builtins.property.deleter",
})  # fmt: skip


class LibraryCalls(Linker):
    """A linker that also keeps which names of libraries each context calls."""

    def __init__(self, modules: Modules, models: Models) -> None:
        """No calls yet."""
        super().__init__(modules, models)
        self.library_calls: dict[Context, set[str]] = defaultdict(set)

    def call_external(self, callee: External, site: CallSite) -> None:
        """Keep the name, unless it says nothing: a descriptor of the language or a value deep inside a library."""
        if callee.dotted not in DESCRIPTORS and "*" not in callee.dotted:
            self.library_calls[site.context].add(_library_name(callee.dotted))
        super().call_external(callee, site)

    def register_background(self, obj: Object, row: CallRow, site: CallSite) -> None:
        """Who starts a thread calls its function."""
        del row
        self.call(obj, site)

    def call_container_method(self, container: Container, name: str, site: CallSite) -> None:
        """Keep the method by the type of its receiver."""
        if container.kind in NATIVE:
            self.library_calls[site.context].add(f"{NATIVE[container.kind]}.{name}")
        super().call_container_method(container, name, site)

    def invoke(self, base: Object, name: str, site: CallSite) -> None:
        """Keep methods of strings, which are nothing to the analysis."""
        if isinstance(base, Text):
            self.library_calls[site.context].add(f"{NATIVE['str']}.{name}")
        super().invoke(base, name, site)

    def link(self, context: Context) -> None:
        """Keep methods of literal strings: most of them stand for no object."""
        for op in context.body.ops:
            if type(op) is Invoke and isinstance(op.base, Const) and isinstance(op.base.value, str):
                self.library_calls[context].add(f"{NATIVE['str']}.{op.name}")
        super().link(context)


class CallGraph(msgspec.Struct, frozen=True):
    """Callers with sorted callees, where every function and module body is a key; and handlers by `GET /path`."""

    calls: dict[str, list[str]]
    handlers: dict[str, str]


def call_graph_of(modules: Iterable[Module], models: Models) -> CallGraph:
    """Link the whole program as if every function were reachable."""
    linker = LibraryCalls(Modules(modules), models)
    linker.run()
    linker.reach_everything()
    names = Names()
    graph: dict[str, set[str]] = {module.name: set() for module in linker.modules.all}
    for function in linker.functions.values():
        graph.setdefault(names.of(function.module, function.body), set())
    for context in linker.all_contexts():
        caller = _running(context)
        if caller.function is None and caller is not linker.contexts.get(("module", caller.module)):
            continue  # a server that calls handlers
        targets = graph.setdefault(names.of(caller.module, caller.body), set())
        targets.update(
            names.of(edge.callee.module, edge.callee.body) for edge in context.calls.values() if edge.callee.function
        )
        targets.update(linker.library_calls.get(context, ()))
    handlers = {entry.entry.title: entry.symbol.replace(".<locals>", "") for entry in linker.entries.values()}
    calls = {caller: sorted(targets) for caller, targets in sorted(graph.items())}
    return CallGraph(calls, dict(sorted(handlers.items())))


def _running(context: Context) -> Context:
    """The function or module that runs a class body, else the context itself."""
    while context.body.kind == "class" and context.environment is not None:
        context = context.environment
    return context


def _library_name(dotted: str) -> str:
    name = dotted.replace("()", "").replace("[]", "")
    return name.replace("builtins.", "<builtin>.", 1) if name.startswith("builtins.") else name


class Names:
    """Dotted names of bodies; lambdas are numbered within their scope."""

    def __init__(self) -> None:
        """Nothing named yet."""
        self._known: dict[Module, dict[int, str]] = {}

    def of(self, module: Module, body: Body) -> str:
        """`module.outer.inner`, `module.<lambda1>`."""
        known = self._known.get(module)
        if known is None:
            known = self._known[module] = _names_in(module)
        return known[id(body)]


def _names_in(module: Module) -> dict[int, str]:
    names: list[str] = []
    lambdas: Counter[int] = Counter()
    for body in module.bodies:
        if body.parent < 0:
            names.append(module.name)
            continue
        name = body.name
        if body.kind == "lambda":
            lambdas[body.parent] += 1
            name = f"<lambda{lambdas[body.parent]}>"
        names.append(f"{names[body.parent]}.{name}")
    return {id(body): name for body, name in zip(module.bodies, names, strict=True)}
