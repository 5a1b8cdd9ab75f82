"""A framework as a page: what of it is understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from statelint.models.rows import EntryRow, FrameworkFile, Instance

FORMS: Mapping[str, str] = MappingProxyType(
    {
        "decorator": "a function below the decorator",
        "call": "a function or class given to",
        "attribute": "a function assigned to",
        "item": "a function put under a key into",
        "base-class": "methods of a class that derives from",
        "mark": "methods and classes marked in a class body",
        "signature": "a function that takes",
        "setting": "dotted names in the setting",
        "naming": "functions and classes named",
        "public": "public functions, and methods of public classes, named",
    }
)
LIFETIMES: Mapping[Instance, str] = MappingProxyType(
    {
        Instance.SHARED: "one object serves every request",
        Instance.OF_PROGRAM: "the objects are those that the program makes",
        Instance.PER_CONNECTION: "the objects are those that the program makes, or one for each connection",
    }
)
LISTS = (
    ("Application objects", "app_objects", "What is stored on them is state of the process (STL104)."),
    ("Routers", "routers", "Routes registered on them count like routes of the application."),
    ("Per-request objects", "request_objects", "What is stored on them ends with the request."),
    ("Starts serving", "startup", "What follows these calls is not start-up."),
)  # fmt: skip


def explain_framework(framework: FrameworkFile) -> str:
    """Markdown: entry points with their triggers, application objects, per-request objects."""
    return "\n\n".join(_parts(framework)) + "\n"


def _parts(framework: FrameworkFile) -> Iterator[str]:
    yield f"# {framework.name}"
    yield f"Package `{framework.package}`{_checked_against(framework.entry)}."
    for heading, field, meaning in LISTS:
        if names := getattr(framework, field):
            yield f"## {heading}\n\n{meaning}\n\n{_bullets(names)}"
    if framework.proxies:
        rows = (f"`{name}` stands for `{target}`" for name, target in framework.proxies.items())
        yield "## Stand-ins\n\n" + "\n".join(f"- {row}" for row in rows)
    yield "## Entry points"
    if not framework.entry:
        yield "None of its own: its handlers are found through other forms."
    yield from (_entry(row) for row in framework.entry)
    if framework.notes:
        yield f"## Notes\n\n{framework.notes.strip()}"


def _checked_against(rows: Iterable[EntryRow]) -> str:
    versions = sorted({row.verified for row in rows if row.verified})
    return f", checked against {', '.join(versions)}" if versions else ""


def _bullets(names: Iterable[str]) -> str:
    return "\n".join(f"- `{name}`" for name in names)


def _entry(row: EntryRow) -> str:
    parts = [f"### {row.id}", f"Trigger **{row.trigger.value}**, phase {row.phase.value}: {FORMS[row.form.value]}"]
    parts.append("\n".join(f"- {line}" for line in _details(row)))
    if row.note:
        parts.append(row.note)
    return "\n\n".join(parts)


def _details(row: EntryRow) -> Iterator[str]:
    for name in (*row.callables, *row.bases):
        yield f"`{name}`"
    for pattern in (row.callables_pattern, row.bases_pattern, row.names):
        if pattern:
            yield f"names that match `{pattern}`"
    if row.params:
        yield f"the leading parameters {_listed(row.params)}"
    if row.setting:
        yield f"`{row.setting}`"
    if row.methods or row.methods_pattern:
        yield f"methods {_listed((*row.methods, *filter(None, [row.methods_pattern])))}"
    if row.handler_methods:
        yield f"of an object or class, its methods `{row.handler_methods}`"
    if row.modules:
        yield f"in modules that match `{row.modules}`"
    if row.instance in LIFETIMES:
        yield LIFETIMES[row.instance]
    if row.local:
        yield "an event of this process alone calls it, so what it keeps for itself is not reported"
    if row.instance_switch:
        yield f"one object serves every request where the class sets `{row.instance_switch} = False`"
    if row.factory:
        yield "called at start-up; what it returns serves"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
