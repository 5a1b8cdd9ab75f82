"""Adds imports to a file where its other imports stand, sorted as isort sorts them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator

import msgspec

from statelint.syntax.edit import Refused, Replacement
from statelint.syntax.layout import Layout, LogicalLine

IMPORTING = frozenset({"import", "from"})
FUTURE = "__future__"


class Imported(msgspec.Struct, frozen=True):
    """One top-level import statement of one line or more."""

    first: int
    last: int
    module: str
    is_from: bool
    names: tuple[tuple[str, str], ...]  # the local name, and the member or module that it stands for

    @property
    def key(self) -> tuple[bool, str]:
        """`import` before `from`, by module."""
        return self.is_from, self.module.lower()

    @property
    def is_standard(self) -> bool:
        """Whether it comes with Python."""
        return self.module.partition(".")[0] in sys.stdlib_module_names


def import_replacements(layout: Layout, statements: Iterable[str]) -> list[Replacement]:
    """Insertions of the statements that the file lacks; raises Refused where a name means something else."""
    known = list(_top_level(layout))
    missing = [new for new in map(_statement, statements) if not _is_there(known, new)]
    newline = _newline(layout)
    places: dict[tuple[int, str, str], list[Imported]] = {}
    for new in sorted(missing, key=lambda one: one.key):
        places.setdefault(_place(layout, known, new), []).append(new)
    return [
        Replacement((line, 0), (line, 0), _block(before, added, after).replace("\n", newline))
        for (line, before, after), added in places.items()
    ]


def _block(before: str, added: list[Imported], after: str) -> str:
    return before + "".join(f"{_text(one)}\n" for one in added) + after


def _newline(layout: Layout) -> str:
    """How the first line ends."""
    first = layout.source(1, 1)
    return first[len(first.rstrip("\r\n")) :] or "\n"


def _top_level(layout: Layout) -> Iterator[Imported]:
    for line in layout.logical:
        if line.column == 0 and line.word in IMPORTING and (found := _read(layout, line)) is not None:
            yield found


def _read(layout: Layout, line: LogicalLine) -> Imported | None:
    try:
        tree = ast.parse(layout.source(line.first, line.last))
    except (SyntaxError, ValueError):
        return None
    match tree.body:
        case [ast.Import() as node]:
            return _imported(node, line)
        case [ast.ImportFrom() as node] if not node.level:
            return _imported(node, line)
        case [ast.ImportFrom() as node]:
            return Imported(line.first, line.last, f"{'.' * node.level}{node.module or ''}", is_from=True, names=())
    return None


def _imported(node: ast.Import | ast.ImportFrom, line: LogicalLine) -> Imported:
    if isinstance(node, ast.ImportFrom):
        names = tuple((alias.asname or alias.name, alias.name) for alias in node.names)
        return Imported(line.first, line.last, node.module or "", is_from=True, names=names)
    names = tuple(_local(alias) for alias in node.names)
    return Imported(line.first, line.last, node.names[0].name, is_from=False, names=names)


def _local(alias: ast.alias) -> tuple[str, str]:
    return (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0], "")


def _statement(text: str) -> Imported:
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.Import | ast.ImportFrom)
    return _imported(node, LogicalLine(0, 0, 0, 0, ""))


def _text(new: Imported) -> str:
    if not new.is_from:
        return f"import {new.module}"
    return f"from {new.module} import {', '.join(member for _, member in new.names)}"


def _is_there(known: list[Imported], new: Imported) -> bool:
    """Whether the file has all names of a statement; raises Refused where it has another thing of that name."""
    there = 0
    for name, member in new.names:
        same = [one for one in known for local, _ in one.names if local == name]
        if any(_gives(one, name, member, new) for one in same):
            there += 1
        elif any(one.is_from or new.is_from or (name, "") not in one.names for one in same):
            raise Refused(f"`{name}` is something else in this file")
    return there == len(new.names)


def _gives(known: Imported, name: str, member: str, new: Imported) -> bool:
    if new.is_from:
        return known.is_from and known.module == new.module and (name, member) in known.names
    return not known.is_from and any(
        local == name and not alias and new.module in {name, known.module} for local, alias in known.names
    )


def _place(layout: Layout, known: list[Imported], new: Imported) -> tuple[int, str, str]:
    """The line before which a statement goes, and what stands around it there."""
    leading = _leading(layout, known)
    same = [one for one in leading if one.is_standard == new.is_standard and one.module != FUTURE]
    same = [one for one in same if not one.module.startswith(".")]
    before = [one for one in same if one.key <= new.key]
    if before:
        return before[-1].last + 1, "", ""
    if same:
        return same[0].first, "", ""
    others = [one for one in leading if one.module != FUTURE]
    if others and new.is_standard:
        return others[0].first, "", "\n"
    if standard := [one for one in others if one.is_standard]:
        return standard[-1].last + 1, "\n", ""
    if others:
        return others[0].first, "", "\n"
    return _top(layout, leading)


def _leading(layout: Layout, known: list[Imported]) -> list[Imported]:
    """The imports before other code, docstring aside."""
    by_line = {one.first: one for one in known}
    found: list[Imported] = []
    for index, line in enumerate(layout.logical):
        if (one := by_line.get(line.first)) is not None:
            found.append(one)
        elif index or not _is_text(layout, line):
            break
    return found


def _is_text(layout: Layout, line: LogicalLine) -> bool:
    source = layout.source(line.first, line.last).lstrip().lower().lstrip("rbu")
    return source.startswith(("'", '"'))


def _top(layout: Layout, leading: list[Imported]) -> tuple[int, str, str]:
    """Below the docstring and what comes from the future, else below the first comments."""
    if leading:
        return leading[-1].last + 1, "\n", ""
    if layout.logical and _is_text(layout, layout.logical[0]):
        return layout.logical[0].last + 1, "\n", ""
    line = 1
    while line <= len(layout.starts) and layout.source(line, line).startswith("#"):
        line += 1
    return line, "\n" if line > 1 else "", "\n"
