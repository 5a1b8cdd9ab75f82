"""The generated part of docs/: a page for each rule and framework, and their indexes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from statelint.catalogue.explain import explain, finds
from statelint.catalogue.rule import Rule
from statelint.deployment.explain import copies_rows, setting_rows, without_rows
from statelint.deployment.rows import AffinityFile
from statelint.models.explain import explain_framework
from statelint.models.explain_clauses import by_default, in_words
from statelint.models.rows import BackendRow, FrameworkFile, LibraryFile

GENERATED = ("rules", "frameworks")
LIBRARIES = """# Libraries

What libraries keep in one process or on one disk. *By default* is what happens where neither an argument nor a
setting decides. Each row has a program that is reported and the same program with the external back end, which is
silent; tests judge both.
"""
DEPLOYMENT = """# Settings of deployment files

What statelint knows of products. Each row has two files: in the first the setting is *found at* exactly the line that
is shown, in the second, of which the *harmless* line is shown, it is silent; tests judge both. *Needs* is what has to
hold besides; *read* says whether the source of the fact was read.
"""
COPIES = """## Numbers of copies

What makes a state of the code one that more than one copy has today.
"""
WITHOUT = """## Without such a setting

Where nothing of a product pins a client; what it has instead is silent.
"""
SETTINGS = ("product", "setting", "formats", "rule", "found at", "by default", "harmless", "needs", "read")
NOTHING = ("product", "why")
NUMBERS = ("product", "setting", "formats", "found at", "says")
NOTICE = "<!-- written by `statelint docs`; edit rules/ instead -->\n\n"


def pages(
    rules: Sequence[Rule],
    frameworks: Sequence[FrameworkFile],
    libraries: Sequence[LibraryFile],
    affinity: Sequence[AffinityFile],
) -> dict[str, str]:
    """Text by path below docs/."""
    found = {f"rules/{rule.id}-{rule.name}.md": explain(rule) for rule in rules}
    found.update({f"frameworks/{framework.name}.md": explain_framework(framework) for framework in frameworks})
    found["rules/README.md"] = _rule_index(rules)
    found["frameworks/README.md"] = _framework_index(frameworks)
    found["libraries.md"] = _library_index(rules, libraries)
    found["deployment.md"] = _deployment_index(affinity)
    return {path: NOTICE + text for path, text in sorted(found.items())}


def _rule_index(rules: Sequence[Rule]) -> str:
    rows = (
        f"| [{rule.id}]({rule.id}-{rule.name}.md) | {rule.name} | {rule.consequence.value} | {finds(rule)} |"
        for rule in rules
    )
    return _table("# Rules", ("id", "name", "consequence", "finds"), rows)


def _framework_index(frameworks: Sequence[FrameworkFile]) -> str:
    rows = (
        f"| [{framework.name}]({framework.name}.md) | `{framework.package}` | {len(framework.entry)} | "
        f"{', '.join(sorted({row.trigger.value for row in framework.entry}))} |"
        for framework in frameworks
    )
    return _table("# Frameworks", ("name", "package", "ways to register code", "triggers"), rows)


def _library_index(rules: Sequence[Rule], libraries: Sequence[LibraryFile]) -> str:
    links = {rule.id: f"[{rule.id}](rules/{rule.id}-{rule.name}.md)" for rule in rules}
    rows = (
        f"| `{library.package}` | {_names(row)} | {links.get(row.rule, 'to come')} | {by_default(row)} | "
        f"{in_words(row.local_when)} | {in_words(row.external_when)} | {row.instead or row.note} | {row.verified} |"
        for library in sorted(libraries, key=lambda library: library.package.lower())
        for row in library.backend
    )
    columns = ("package", "used by", "rule", "by default", "local", "external", "instead", "checked against")
    return _table(LIBRARIES.rstrip("\n"), columns, rows)


def _deployment_index(affinity: Sequence[AffinityFile]) -> str:
    settings = _table(DEPLOYMENT.rstrip("\n"), SETTINGS, (f"| {' | '.join(row)} |" for row in setting_rows(affinity)))
    copies = _table(COPIES.rstrip("\n"), NUMBERS, (f"| {' | '.join(row)} |" for row in copies_rows(affinity)))
    without = _table(WITHOUT.rstrip("\n"), NOTHING, (f"| {' | '.join(row)} |" for row in without_rows(affinity)))
    return f"{settings}\n{copies}\n{without}"


def _names(row: BackendRow) -> str:
    first, *more = row.callables
    return f"`{first}`{f' and {len(more)} more' if more else ''}"


def _table(heading: str, columns: Sequence[str], rows: Iterable[str]) -> str:
    lines = [heading, "", f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}", *rows]
    return "\n".join(lines) + "\n"
