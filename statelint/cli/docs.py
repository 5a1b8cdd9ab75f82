"""`statelint docs`: the pages of rules, frameworks and libraries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a page is stale.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("docs"), help="Where the pages lie.")
def docs(only_check: bool, folder: Path) -> None:  # noqa: FBT001
    """Write the pages of rules and frameworks. With the tables of libraries and deployment settings."""
    from statelint.catalogue.load import load_rules
    from statelint.catalogue.pages import pages
    from statelint.deployment.rows import load_affinity
    from statelint.models.load import read_bundle
    from statelint.sources.bundled import rules_folder

    bundle = read_bundle(rules_folder())
    wanted = pages(load_rules(), bundle.frameworks, bundle.libraries, load_affinity())
    if only_check:
        _report_stale(folder, wanted)
    else:
        _write(folder, wanted)


def _report_stale(folder: Path, wanted: Mapping[str, str]) -> None:
    stale = [*_changed(folder, wanted), *_left_over(folder, wanted)]
    for path in stale:
        click.echo(f"{folder / path} is stale")
    if stale:
        click.echo(f"run `statelint docs --folder {folder}`", err=True)
        raise click.exceptions.Exit(1)


def _write(folder: Path, wanted: Mapping[str, str]) -> None:
    for path in _changed(folder, wanted):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(wanted[path], encoding="utf-8", newline="\n")
    for path in list(_left_over(folder, wanted)):
        (folder / path).unlink()


def _changed(folder: Path, wanted: Mapping[str, str]) -> Iterator[str]:
    for path, text in wanted.items():
        page = folder / path
        if not page.is_file() or page.read_text(encoding="utf-8") != text:
            yield path


def _left_over(folder: Path, wanted: Mapping[str, str]) -> Iterator[str]:
    """Pages that we wrote for what is no longer there."""
    from statelint.catalogue.pages import GENERATED, NOTICE

    for part in GENERATED:
        for page in sorted((folder / part).glob("*.md")):
            path = page.relative_to(folder).as_posix()
            if path not in wanted and page.read_text(encoding="utf-8").startswith(NOTICE):
                yield path


COMMAND = docs
