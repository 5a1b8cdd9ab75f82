"""`statelint rule`: the catalogue."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from statelint.catalogue.rule import Rule

Known = Mapping[str, "Rule"]


@click.command()
@click.argument("code", required=False)
@click.option("--framework", help="Show only remedies for this framework, and those for any.")
def rule(code: str | None, framework: str | None) -> None:
    """Explain a rule, or list them all, with those of the project. That is the one of the working
    directory, with the projects inside it.

    \b
    Examples:
      statelint rule                               the catalogue
      statelint rule STL201 --framework fastapi    why, what happens, and remedies for one framework
    """
    from statelint.catalogue.engine import EXPLANATIONS, explain_engine_code
    from statelint.catalogue.explain import explain, for_framework
    from statelint.settings.roots import find_root

    root = find_root(Path.cwd())
    rules = _rules_at(root)
    if code is None:
        _list(rules, root)
        return
    if code.upper() in EXPLANATIONS:
        click.echo(explain_engine_code(code.upper()))
        return
    found = [rules[code.upper()]] if code.upper() in rules else _found_inside(code, rules, root)
    for one in found:
        click.echo(explain(one if framework is None else for_framework(one, framework)))


def _list(rules: Known, root: Path) -> None:
    rows = [(one, "") for one in rules.values()]
    rows += [(own[code], folder) for folder, own in _inside(root) for code in own.keys() - rules.keys()]
    for one, folder in sorted(rows, key=lambda row: (row[0].id, row[1])):
        where = f"  (of {folder})" if folder else ""
        click.echo(f"{one.id}  {one.consequence.value:<9}  {one.name}{where}")


def _found_inside(code: str, rules: Known, root: Path) -> list[Rule]:
    """The rule of this code in projects inside; several where they mean different ones."""
    inside = _inside(root)
    found = [own[code.upper()] for _, own in inside if code.upper() in own]
    if not found:
        raise _unknown(code, [*rules, *(known for _, own in inside for known in own)], root, len(inside))
    return list({one.name: one for one in found}.values())


def _unknown(code: str, known: Sequence[str], root: Path, inside: int) -> Exception:
    import difflib

    from statelint.domain.errors import UsageError
    from statelint.report.words import counted

    nearest = difflib.get_close_matches(code.upper(), known, n=1)
    projects = f" and {counted(inside, 'project')} inside" if inside else ""
    if re.fullmatch(r"STL\d{3}", code.upper()):
        do = "a rule that another project adds is known in the folder of that project"
    else:
        do = f"did you mean `{nearest[0]}`?" if nearest else "see `statelint rule`"
    return UsageError(
        f"no rule `{code}` in the catalogue or in the project at `{os.path.relpath(root)}`{projects}", "rule", do
    )


def _inside(root: Path) -> list[tuple[str, Known]]:
    """Projects inside another that add rules, with all that they know."""
    from statelint.app.projects import projects_of
    from statelint.app.runs import run_at

    inside = [one.run for one in projects_of(run_at(root)) if one.folder and one.run.options.rules]
    return [(os.path.relpath(run.root), _rules_at(Path(run.root))) for run in inside]


def _rules_at(root: Path) -> Known:
    from statelint.catalogue.load import rules_of
    from statelint.settings.readers import read_options

    return rules_of(root, read_options(root, {}).rules)


COMMAND = rule
