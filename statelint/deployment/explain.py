"""Rows in words: the table of settings in docs/."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statelint.deployment.rows import AffinityFile, AffinityRow, CopiesRow

NEEDS = {
    "web": "runs code that serves", "written": "code writes into it", "state": "state in the project",
    "copies": "more than one copy", "single": "no second copy",
}  # fmt: skip
MARKS = ("expect", "copies")


def setting_rows(files: Iterable[AffinityFile]) -> Iterator[tuple[str, ...]]:
    """Product, setting, formats, rule, found at, by default, harmless, needs, and whether its source was read."""
    for file in sorted(files, key=lambda one: one.product.lower()):
        for row in file.setting:
            needs = ", ".join(NEEDS[one] for one in row.needs)
            yield (
                file.product, _code(row.where[0]), _formats(row.formats), row.rule, _code(marked_line(row)),
                row.default, _harmless(row), needs, "yes" if row.verified else "no",
            )  # fmt: skip


def copies_rows(files: Iterable[AffinityFile]) -> Iterator[tuple[str, ...]]:
    """Product, setting, formats, found at, and what it says."""
    for file in sorted(files, key=lambda one: one.product.lower()):
        for row in file.copies:
            says = row.says.format(count="N")
            yield file.product, _code(row.where[0]), _formats(row.formats), _code(marked_line(row)), says


def without_rows(files: Iterable[AffinityFile]) -> Iterator[tuple[str, ...]]:
    """Products that pin nobody, and why."""
    for file in sorted(files, key=lambda one: one.product.lower()):
        yield from ((file.product, row.why) for row in file.without)


def marked_line(row: AffinityRow | CopiesRow) -> str:
    """The line of the example at which it is found, without the mark."""
    lines = row.example.splitlines()
    for number, line in enumerate(lines):
        for mark in MARKS:
            if f"{mark}-below: " in line and number + 1 < len(lines):
                return lines[number + 1].strip()
            if f" {mark}: " in line:
                return line.partition(f" {mark}: ")[0].rstrip("#/; ").strip()
    return ""


def _harmless(row: AffinityRow) -> str:
    """The first line that only the harmless example has."""
    known = {line.strip() for line in row.example.splitlines()} | {marked_line(row)}
    own = (line.strip() for line in row.silent.splitlines())
    first = next((line for line in own if line.strip("{}[](), ") and line not in known and "---" not in line), "")
    return _code(first) if first else "left out"


def _formats(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "all with commands"


def _code(text: str) -> str:
    shown = text.replace("|", "\\|")
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"
