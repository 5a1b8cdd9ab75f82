"""The call graph by names, as the PyCG benchmark writes it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from statelint.facts.model import Call, Invoke
from statelint.models.tables import Models
from statelint.program.linking import Linker
from statelint.program.modules import Module, Modules
from statelint.program.objects import Container, Context, External, Text

NATIVE = {
    "dict": "<**PyDict**>",
    "list": "<**PyList**>",
    "str": "<**PyStr**>",
    "tuple": "<**PyTuple**>",
    "set": "<**PySet**>",
}


class CallGraph(msgspec.Struct, frozen=True):
    """Callers with sorted callees, where every function and module body is a key; and handlers by `GET /path`."""

    calls: dict[str, list[str]]
    handlers: dict[str, str]


def call_graph_of(modules: Iterable[Module], models: Models) -> CallGraph:
    """Link the whole program as if every function were reachable."""
    linker = Linker(Modules(modules), models)
    linker.run()
    linker.reach_everything()
    graph: dict[str, set[str]] = {}
    for module in linker.modules.all:
        graph.setdefault(module.name, set())
    for function in linker.functions.values():
        graph.setdefault(name_of(function.symbol), set())
    for context in linker.all_contexts():
        caller = _caller(context)
        if caller is None:
            continue
        targets = graph.setdefault(caller, set())
        targets.update(
            name for edge in context.calls.values() if (name := _caller(edge.callee)) and edge.callee.function
        )
        targets.update(_library_calls(linker, context))
    handlers = {entry.entry.title: name_of(entry.symbol) for entry in linker.entries.values()}
    calls = {caller: sorted(targets) for caller, targets in sorted(graph.items())}
    return CallGraph(calls, dict(sorted(handlers.items())))


def _caller(context: Context) -> str | None:
    if context.body.kind == "class":
        current: Context | None = context
        while current is not None and current.body.kind == "class":
            current = current.environment
        return _caller(current) if current is not None else None
    if context.body.kind == "module":
        return context.module.name if context.body.qualname == "" and context.body.ops else None
    return name_of(context.symbol)


def name_of(symbol: str) -> str:
    """A dotted name without `<locals>`."""
    return symbol.replace(".<locals>", "")


def _library_calls(linker: Linker, context: Context) -> Iterable[str]:
    for op in context.body.ops:
        if isinstance(op, Call):
            node = linker.node(context, op.callee)
            for obj in tuple(node.objects) if node is not None else ():
                if isinstance(obj, External) and not obj.made:
                    yield (
                        obj.dotted.replace("builtins.", "<builtin>.", 1)
                        if obj.dotted.startswith("builtins.")
                        else obj.dotted
                    )
        elif isinstance(op, Invoke):
            node = linker.node(context, op.base)
            for obj in tuple(node.objects) if node is not None else ():
                if isinstance(obj, Container) and obj.kind in NATIVE:
                    yield f"{NATIVE[obj.kind]}.{op.name}"
                elif isinstance(obj, Text):
                    yield f"{NATIVE['str']}.{op.name}"
                elif isinstance(obj, External) and not obj.made and obj.base is None:
                    yield f"{obj.dotted}.{op.name}"
