"""`statelint rule`: the catalogue."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("code", required=False)
@click.option("--framework", help="Show only remedies for this framework, and those for any.")
def rule(code: str | None, framework: str | None) -> None:
    """Explain a rule, or list them all, with those of the project.

    \b
    Examples:
      statelint rule                               the catalogue
      statelint rule STL201 --framework fastapi    why, what happens, and remedies for one framework
    """
    from statelint.catalogue.engine import EXPLANATIONS, explain_engine_code
    from statelint.catalogue.explain import explain, for_framework
    from statelint.catalogue.load import rules_of
    from statelint.domain.errors import UsageError
    from statelint.settings.readers import read_options
    from statelint.settings.roots import find_root

    root = find_root(Path.cwd())
    rules = rules_of(root, read_options(root, {}).rules)
    if code is None:
        for known in rules.values():
            click.echo(f"{known.id}  {known.consequence.value:<9}  {known.name}")
        return
    if code.upper() in EXPLANATIONS:
        click.echo(explain_engine_code(code.upper()))
        return
    found = rules.get(code.upper())
    if found is None:
        import difflib

        nearest = difflib.get_close_matches(code.upper(), rules, n=1)
        raise UsageError(
            f"no rule `{code}`", "rule", f"did you mean `{nearest[0]}`?" if nearest else "see `statelint rule`"
        )
    click.echo(explain(found if framework is None else for_framework(found, framework)))


COMMAND = rule
