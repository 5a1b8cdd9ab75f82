"""Turns proposals into fixes: edits with their places in the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from statelint.deployment.model import Change, Unfit
from statelint.domain.findings import Edit, Fix, Place
from statelint.fixes.proposal import Proposal
from statelint.syntax.batch import Asker
from statelint.syntax.edit import Replacement


def fix_of(proposal: Proposal, asker: Asker, text_of: Callable[[str], str]) -> Fix | None:
    """The fix, where the files have a form that all of its edits fit."""
    try:
        edits = [*_of_code(proposal, asker), *_of_deployment(proposal, text_of)]
    except Unfit:
        return None
    ordered = tuple(sorted(dict.fromkeys(edits)))
    if not ordered or any(_overlap(one, two) for one, two in pairwise(ordered)):
        return None
    new = "\n".join(edit.content for edit in ordered)
    variables = tuple(name for name in proposal.variables if f'"{name}"' in new)
    message = _with_needs(proposal.message, variables, proposal.packages)
    return Fix(proposal.applicability, message, ordered, variables, proposal.packages)


def _with_needs(message: str, variables: Iterable[str], packages: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in variables)
    needs = [f"set {shown}"] if shown else []
    needs += [f"install {', '.join(packages)}"] if packages else []
    return f"{message} ({', '.join(needs)})" if needs else message


def _of_code(proposal: Proposal, asker: Asker) -> Iterator[Edit]:
    for path, request in proposal.requests:
        written = asker.write(path, request)
        if written.refused:
            raise Unfit
        yield from (_edit(path, one) for one in written.replacements)


def _of_deployment(proposal: Proposal, text_of: Callable[[str], str]) -> Iterator[Edit]:
    if not proposal.changes:
        return
    from statelint.deployment.registry import formats, text_to_parse  # parsers are dear to import

    for path, name, wanted in proposal.changes:
        change, text = formats()[name].change, text_to_parse(path, text_of(path))
        if change is None or text.has_strange_line_ends:
            raise Unfit
        yield from (_edit(path, one) for one in change(text, wanted))


def _edit(path: str, one: Replacement | Change) -> Edit:
    (line, column), (end_line, end_column) = one.start, one.end
    return Edit(Place(path, line, column + 1, end_line, end_column + 1), one.text)


def _overlap(one: Edit, two: Edit) -> bool:
    if one.place.path != two.place.path:
        return False
    return (one.place.end_line, one.place.end_column) > (two.place.line, two.place.column)
