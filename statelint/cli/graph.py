"""`statelint graph`: the call graph of the project."""

from __future__ import annotations

import json
import os
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from statelint.settings.options import Run

Graph = dict[str, list[str]]


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "output_format", type=click.Choice(["json", "dot", "mermaid"]), default="json")
@click.option("--from", "entry", help="Only what this function or handler reaches: app.views.index, or `GET /`.")
@click.option("--to", "target", help="Only what reaches this function.")
def graph(paths: tuple[Path, ...], output_format: str, entry: str | None, target: str | None) -> None:
    """Print who may call whom.

    \b
    Examples:
      statelint graph --from "GET /"                 what a handler reaches
      statelint graph --to app.store.save            what reaches a function
      statelint graph app/ --format mermaid          draw it
    """
    from statelint.app.pipeline import call_graph

    drawn, problems = call_graph(_run(paths))
    for problem in problems:
        click.echo(f"{problem.place.path}:{problem.place.line}: {problem.code} {problem.message}", err=True)
    found = drawn.calls
    if entry is not None:
        found = _reached(found, drawn.handlers.get(entry, entry), tuple(drawn.handlers))
    if target is not None:
        wanted = set(_reached(_reversed(found), target))
        found = {
            caller: [name for name in callees if name in wanted]
            for caller, callees in found.items()
            if caller in wanted
        }
    click.echo(DRAW[output_format](found))


def _run(paths: tuple[Path, ...]) -> Run:
    from statelint.app.runs import run_at
    from statelint.settings.options import Overrides
    from statelint.settings.roots import find_root

    folders = [str(path if path.is_dir() else path.parent) for path in (path.resolve() for path in paths)]
    root = Path(os.path.commonpath(folders)) if folders else find_root(Path.cwd())
    return run_at(root, Overrides(flags={"include-tests": True, "no-cache": True}))


def _reached(found: Graph, start: str, also: tuple[str, ...] = ()) -> Graph:
    from statelint.domain.errors import UsageError

    if start not in found:
        import difflib

        nearest = difflib.get_close_matches(start, [*found, *also], n=1)
        raise UsageError(
            f"no function `{start}`", "graph", f"did you mean `{nearest[0]}`?" if nearest else "see the whole graph"
        )
    kept: Graph = {}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        if name not in kept:
            kept[name] = found.get(name, [])
            waiting.extend(kept[name])
    return dict(sorted(kept.items()))


def _reversed(found: Graph) -> Graph:
    callers: Graph = {name: [] for name in found}
    for caller, callees in found.items():
        for callee in callees:
            callers.setdefault(callee, []).append(caller)
    return callers


def _json(found: Graph) -> str:
    return json.dumps(found, indent=2)


def _dot(found: Graph) -> str:
    lines = [
        f"  {json.dumps(caller)} -> {json.dumps(callee)};" for caller, callees in found.items() for callee in callees
    ]
    return "\n".join(["digraph calls {", "  rankdir=LR;", *lines, "}"])


def _mermaid(found: Graph) -> str:
    names = {
        name: f"n{number}" for number, name in enumerate(sorted({*found, *(c for cs in found.values() for c in cs)}))
    }
    nodes = [f'  {number}["{_escaped(name)}"]' for name, number in names.items()]
    edges = [f"  {names[caller]} --> {names[callee]}" for caller, callees in found.items() for callee in callees]
    return "\n".join(["flowchart LR", *nodes, *edges])


def _escaped(name: str) -> str:
    return name.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")


DRAW = {"json": _json, "dot": _dot, "mermaid": _mermaid}
COMMAND = graph
