"""A repository of several projects: each is analysed by itself with its own settings, and one report tells of all."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from statelint.app import pipeline
from statelint.app.inner import Insides
from statelint.app.pipeline import Checked, is_below
from statelint.app.progress import Progress, Silent
from statelint.app.runs import naming_settings, run_at
from statelint.app.timings import Timings
from statelint.domain.errors import UsageError
from statelint.settings.options import Run
from statelint.sources.discover import Found, discover, is_program

if TYPE_CHECKING:
    from statelint.app.fixing import Fixed
    from statelint.domain.findings import Fix
    from statelint.domain.words import Applicability


WORTH_COLLECTING = 100_000  # lines of programs that are done, and leave cycles behind


class Project(NamedTuple):
    """A run over one project, the folder of that project below the root of the first, the files that it reads, and
    whether it is reported, not only looked at for the deployment files of one around it."""

    run: Run
    folder: str
    found: Found
    is_reported: bool = True


class Part(NamedTuple):
    """What was found in one project."""

    project: Project
    checked: Checked

    @property
    def folder(self) -> str:
        """Where the project lies."""
        return self.project.folder


def projects_of(run: Run) -> Iterator[Project]:
    """The project of a run and those inside it, as far as its paths lie in them."""
    return (project for project in projects_looked_at(run) if project.is_reported)


def projects_looked_at(run: Run, folder: str = "") -> Iterator[Project]:
    """The same with those that deployment files which are reported may be about."""
    with naming_settings(run):
        found = discover(Path(run.root), run.options, run.chosen)
    is_meant = _is_meant(run, found)
    if is_meant:
        yield Project(run, folder, found)
    for inner in found.inner:
        below = f"{folder}/{inner}".strip("/")
        if not run.chosen or any(is_below(path, inner) or is_below(inner, path) for path in run.chosen):
            yield from projects_looked_at(_inside(run, inner), below)
        elif is_meant and not all(is_program(source.path) for source in found.sources):
            known = (
                one._replace(is_reported=False)
                for one in projects_looked_at(_inside(run, inner, is_reported=False), below)
            )
            yield from known


def _is_meant(run: Run, found: Found) -> bool:
    """Whether a run is about its project itself, and not only about those inside."""
    if not found.inner:
        return True
    if run.chosen:
        return not all(any(is_below(path, inner) for inner in found.inner) for path in run.chosen)
    return bool(found.sources)


def _inside(run: Run, folder: str, *, is_reported: bool = True) -> Run:
    """The run over a project inside another, with what the command line says."""
    root = Path(run.root, folder)
    overrides = run.overrides
    if not is_reported:
        overrides = msgspec.structs.replace(overrides, flags={**overrides.flags, "baseline": None})
    elif overrides.flags.get("baseline"):
        raise UsageError(
            f"one baseline can't serve the projects in {run.root}", "--baseline",
            f"write `baseline` into the settings of {folder} and of the others, or name the folder of one",
        )  # fmt: skip
    inside = tuple(path for path in run.paths if Path(path).is_relative_to(root))
    kept = {name: getattr(run, name) for name in ("flags", "wanted", "since", "touched", "today")}
    return run_at(root, overrides, paths=inside, **kept)


def check(run: Run, progress: Progress | None = None) -> Checked:
    """Analyse the project of a run and those inside it; paths of the report are below the first root."""
    return _joined(parts_of(run, progress))


def parts_of(run: Run, progress: Progress | None = None, **changed: Any) -> list[Part]:
    """What is found in each of the projects that are reported; `changed` are options that hold instead."""
    shown, timings = progress or Silent(), Timings()
    shown.start("looking for files", 0)
    with timings.stage("discover"):
        projects = list(projects_looked_at(run))
    parts: list[Part] = []
    left = 0
    for one in reversed(projects):
        if left > WORTH_COLLECTING:
            gc.collect()
            left = 0
        timings = Timings() if parts else timings
        options = msgspec.structs.replace(one.run.options, **changed)
        own = msgspec.structs.replace(one.run, options=options)
        parts.append(Part(one, pipeline.check(own, shown, one.found, timings, _insides(one, parts))))
        left += parts[-1].checked.report.summary.lines
    return [part for part in reversed(parts) if part.project.is_reported]


def fix(run: Run, wanted: frozenset[Applicability], progress: Progress | None = None) -> tuple[Checked, Fixed]:
    """Apply fixes in each project, and report what remains. Nothing is written."""
    from statelint.app.fixing import Change, Fixed

    parts: list[Part] = []
    changes: list[Change] = []
    fixes: list[Fix] = []
    for one in reversed(list(projects_looked_at(run))):
        insides = _insides(one, parts)
        if not one.is_reported:
            parts.append(Part(one, pipeline.check(one.run, progress, one.found, insides=insides)))
            continue
        checked, fixed = pipeline.fix(one.run, wanted, progress, one.found, insides)
        parts.append(Part(one, checked))
        changes[:0] = [Change(_path_in(one.folder, old.path), old.before, old.after) for old in fixed.changes]
        fixes[:0] = fixed.fixes
    reported = [part for part in reversed(parts) if part.project.is_reported]
    return _joined(reported), Fixed(tuple(changes), tuple(fixes))


def _insides(project: Project, parts: Sequence[Part]) -> Insides:
    """What is known of the projects inside one, which were analysed before it."""
    known = []
    for part in reversed(parts):
        if part.folder != project.folder and is_below(part.folder, project.folder):
            known.append((part.folder[len(project.folder) :].lstrip("/"), part.checked))
    return Insides(
        tuple(checked.now.below(folder) for folder, checked in known if checked.now is not None),
        tuple(checked.before.below(folder) for folder, checked in known if checked.before is not None),
    )


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
