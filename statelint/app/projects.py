"""A repository of several projects: each is analysed by itself with its own settings, and one report tells of all."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from statelint.app import pipeline
from statelint.app.pipeline import Checked, is_below
from statelint.app.progress import Progress, Silent
from statelint.app.timings import Timings
from statelint.domain.errors import UsageError
from statelint.settings.options import Run
from statelint.sources.discover import Found, discover

if TYPE_CHECKING:
    from statelint.app.fixing import Fixed
    from statelint.domain.findings import Fix
    from statelint.domain.words import Applicability


WORTH_COLLECTING = 100_000  # lines of programs that are done, and leave cycles behind


class Project(NamedTuple):
    """A run over one project, the folder of that project below the root of the first, and the files that it reads."""

    run: Run
    folder: str
    found: Found


class Part(NamedTuple):
    """What was reported of one project."""

    folder: str
    checked: Checked


def projects_of(run: Run, folder: str = "") -> Iterator[Project]:
    """The project of a run and those inside it, as far as its paths lie in them."""
    found = discover(Path(run.root), run.options, run.chosen)
    if _is_meant(run, found):
        yield Project(run, folder, found)
    for inner in found.inner:
        if not run.chosen or any(is_below(path, inner) or is_below(inner, path) for path in run.chosen):
            yield from projects_of(_inside(run, inner), f"{folder}/{inner}".strip("/"))


def _is_meant(run: Run, found: Found) -> bool:
    """Whether a run is about its project itself, and not only about those inside."""
    if not found.inner:
        return True
    if run.chosen:
        return not all(any(is_below(path, inner) for inner in found.inner) for path in run.chosen)
    return bool(found.sources)


def _inside(run: Run, folder: str) -> Run:
    """The run over a project inside another, with what the command line says."""
    from statelint.app.runs import run_at

    root = Path(run.root, folder)
    if run.overrides.flags.get("baseline"):
        raise UsageError(
            f"one baseline can't serve the projects in {run.root}", "--baseline",
            f"write `baseline` into the settings of {folder} and of the others, or name the folder of one",
        )  # fmt: skip
    inside = tuple(path for path in run.paths if Path(path).is_relative_to(root))
    kept = {name: getattr(run, name) for name in ("flags", "wanted", "since", "touched", "today")}
    return run_at(root, run.overrides, paths=inside, **kept)


def check(run: Run, progress: Progress | None = None) -> Checked:
    """Analyse the project of a run and those inside it; paths of the report are below the first root."""
    shown, timings = progress or Silent(), Timings()
    shown.start("looking for files", 0)
    with timings.stage("discover"):
        projects = list(projects_of(run))
    parts: list[Part] = []
    left = 0
    for one in projects:
        if left > WORTH_COLLECTING:
            gc.collect()
            left = 0
        timings = Timings() if parts else timings
        parts.append(Part(one.folder, pipeline.check(one.run, shown, one.found, timings)))
        left += parts[-1].checked.report.summary.lines
    return _joined(parts)


def fix(run: Run, wanted: frozenset[Applicability], progress: Progress | None = None) -> tuple[Checked, Fixed]:
    """Apply fixes in each project, and report what remains. Nothing is written."""
    from statelint.app.fixing import Change, Fixed

    parts: list[Part] = []
    changes: list[Change] = []
    fixes: list[Fix] = []
    for one in projects_of(run):
        checked, fixed = pipeline.fix(one.run, wanted, progress, one.found)
        parts.append(Part(one.folder, checked))
        changes.extend(Change(_path_in(one.folder, old.path), old.before, old.after) for old in fixed.changes)
        fixes.extend(fixed.fixes)
    return _joined(parts), Fixed(tuple(changes), tuple(fixes))


# --- one report of several


def _joined(parts: Sequence[Part]) -> Checked:
    if len(parts) == 1 and not parts[0].folder:
        return parts[0].checked
    from statelint.app.together import together

    return Checked(
        together((part.folder, part.checked.report) for part in parts),
        _lines_in(parts),
        tuple(_idle(parts)),
        tuple(run for part in parts for run in part.checked.runs),
    )


def _idle(parts: Sequence[Part]) -> Iterator[str]:
    """Paths below which no project has read anything."""
    for part in parts:
        inside = [one.folder for one in parts if one is not part and is_below(one.folder, part.folder)]
        for path in (_path_in(part.folder, path) for path in part.checked.idle):
            if not any(is_below(folder, path) or is_below(path, folder) for folder in inside):
                yield path


def _path_in(folder: str, path: str) -> str:
    return f"{folder}/{path}".strip("/") if folder else path


def _lines_in(parts: Iterable[Part]) -> Callable[[str], list[str]]:
    innermost_first = sorted(parts, key=lambda part: -len(part.folder))

    def lines_of(path: str) -> list[str]:
        part = next((one for one in innermost_first if is_below(path, one.folder)), None)
        return part.checked.lines_of(path[len(part.folder) :].lstrip("/")) if part is not None else []

    return lines_of
