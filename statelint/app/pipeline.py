"""The one place that knows the whole order: discover, remember or analyse, restrict to what was asked for."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from statelint.app.inner import Inner, Insides, inner_of
from statelint.app.loading import Choice, Loaded, load
from statelint.app.memory import ReportMemory
from statelint.app.progress import Progress, Silent
from statelint.app.runs import naming_settings
from statelint.app.timings import Timings
from statelint.catalogue.load import rule_folders
from statelint.domain.errors import UsageError
from statelint.domain.findings import Place, Problem, Report
from statelint.domain.words import Applicability
from statelint.environment.distributions import Distributions
from statelint.settings.options import Options, Run
from statelint.sources.discover import Found
from statelint.sources.read import Texts

if TYPE_CHECKING:
    from statelint.app.analysis import Prepared
    from statelint.app.fixing import Fixed
    from statelint.app.judging import Link
    from statelint.facts.model import FileFacts
    from statelint.program.call_graph import CallGraph

NOTHING_INSIDE = Insides()


class Checked(msgspec.Struct, frozen=True):
    """A report, the lines of the files that it is about, paths of the run below which nothing was read, what ran for
    it, a run for each project, and what a project around this one has to know of its present and past."""

    report: Report
    lines_of: Callable[[str], list[str]]
    idle: tuple[str, ...]
    runs: tuple[Run, ...]
    now: Inner | None = None
    before: Inner | None = None


def check(
    run: Run, progress: Progress | None = None, found: Found | None = None, timings: Timings | None = None,
    insides: Insides = NOTHING_INSIDE, link: Link | None = None,
) -> Checked:  # fmt: skip
    """Analyse one project and report what its paths ask for; `found` where its files are known already, `insides` where
    the projects inside it are, and `link` where some of it is linked."""
    shown = progress or Silent()
    timings = timings or Timings()
    with naming_settings(run), _without_collection():
        try:
            shown.start("looking for files", 0)
            with timings.stage("discover"):
                loaded = load(run, found)
            return _checked(run, loaded, insides, timings, shown, link)
        finally:
            shown.close()


def fix(
    run: Run, wanted: frozenset[Applicability], progress: Progress | None = None, found: Found | None = None,
    insides: Insides = NOTHING_INSIDE,
) -> tuple[Checked, Fixed]:  # fmt: skip
    """Apply fixes round by round until none is left, and report what remains. Nothing is written."""
    from statelint.app.fixing import Fixing

    shown = progress or Silent()
    with naming_settings(run), _without_collection():
        try:
            loaded = load(run, found)
            fixing = Fixing(loaded.sources, wanted, run.stdin[0] if run.stdin is not None else None)
            problems = tuple(loaded.problems)
            while True:
                loaded = msgspec.structs.replace(loaded, sources=dict(fixing.sources), problems=list(problems))
                checked = _checked(run, loaded, insides, Timings(), shown)
                if not fixing.apply(checked.report.findings):
                    return checked, fixing.fixed
        finally:
            shown.close()


def _checked(
    run: Run, loaded: Loaded, insides: Insides, timings: Timings, shown: Progress, link: Link | None = None
) -> Checked:
    texts = Texts(loaded.sources)
    loaded.inside = insides.now
    report = _report(run, loaded, texts, timings, shown, link)
    sides = [inner_of(loaded.name, loaded.sources, report)]
    if run.since:
        from statelint.app.since import only_new

        def past_report(past: Run, before: Loaded) -> Report:
            before.inside = insides.before
            old = _past(past, before, timings, shown)
            sides.append(inner_of(before.name, before.sources, old))
            return old

        report = only_new(run, loaded, report, past_report)
    idle = tuple(path for path in run.chosen or ("",) if not any(is_below(one, path) for one in loaded.sources))
    return Checked(_restrict(report, run.chosen), texts.lines, idle, (run,), *sides)


def _past(run: Run, before: Loaded, timings: Timings, shown: Progress) -> Report:
    with timings.stage("since"):
        return _report(run, before, Texts(before.sources), Timings(), shown)


def _report(
    run: Run, loaded: Loaded, texts: Texts, timings: Timings, progress: Progress, link: Link | None = None
) -> Report:
    """The report of the last run where nothing has changed since, else a new one."""
    options = _with_folders(run)
    layers = (run.options.selection, run.flags)
    folder = None if options.no_cache else _cache_folder(run, options)
    distributions = Distributions(run.packages)
    memory = None
    if folder is not None:
        with timings.stage("discover"):
            memory = ReportMemory(folder, loaded, options, layers, run.wanted, distributions)
            known = memory.get()
        if known is not None:
            return msgspec.structs.replace(known, summary=timings.of(known.summary))
    facts, prepared = _facts(loaded, texts, options, folder, timings, progress)
    from statelint.app.analysis import analyse
    from statelint.environment.installed import InstalledPackages
    from statelint.environment.memory import OutlineMemory

    installed = InstalledPackages(distributions, OutlineMemory(folder))
    report = analyse(
        loaded, facts, prepared, texts, options, layers, timings, progress, run.wanted, installed, link
    )  # fmt: skip
    installed.save()
    if memory is not None:
        memory.put(report)
    return report


def _facts(
    loaded: Loaded, texts: Texts, options: Options, folder: Path | None, timings: Timings, progress: Progress
) -> tuple[dict[str, FileFacts], Prepared]:
    """What the files say, and what judges it: made ready, as is most of this program, while another process reads."""
    from statelint.app.extraction import facts_of

    own = Timings()

    def prepare() -> Prepared:
        with own.stage("catalogue"):
            from statelint.app.analysis import Prepared

            return Prepared.of(loaded, texts, options)

    with timings.stage("facts"):
        found = facts_of(loaded, options, folder, progress, prepare)
    timings.move("facts", "catalogue", own.stages["catalogue"])
    return found


def check_sources(
    files: Mapping[str, str | bytes], select: tuple[str, ...] | None = None, wanted: frozenset[str] = frozenset(),
    *, options: Options | None = None, today: str = "",
) -> Report:  # fmt: skip
    """Analyse a program given as text by path, without touching the disk."""
    data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    loaded = Loaded(Choice().of(data), [], today)
    options = options or Options(select=select)
    texts, timings = Texts(loaded.sources), Timings()
    facts, prepared = _facts(loaded, texts, options, None, timings, Silent())
    from statelint.app.analysis import analyse

    return analyse(loaded, facts, prepared, texts, options, (options.selection,), timings, Silent(), wanted)


def call_graph(run: Run) -> tuple[CallGraph, list[Problem]]:
    """Every function of the project with what it may call, and the files that can't be read."""
    from statelint.app.extraction import facts_of
    from statelint.models.load import load_models
    from statelint.program.call_graph import call_graph_of
    from statelint.program.modules import Module

    with _without_collection():
        loaded = load(run)
        added = [Path(folder) for folder in _with_folders(run).rules]
        facts, models = facts_of(loaded, run.options, None, Silent(), lambda: load_models(added))
        modules = [Module(path, found) for path, found in sorted(facts.items())]
        return call_graph_of(modules, models), loaded.problems


def _cache_folder(run: Run, options: Options) -> Path:
    folder = Path(run.root) / options.cache_dir
    if folder.exists() and not folder.is_dir():
        raise UsageError(
            "the folder of the cache is a file", str(folder), "name another by `cache-dir`, or use --no-cache"
        )
    return folder


def _with_folders(run: Run) -> Options:
    """The options with absolute folders for `rules`, also of packages that are named."""
    folders = rule_folders(Path(run.root), run.options.rules)
    return msgspec.structs.replace(run.options, rules=tuple(map(str, folders)))


@contextmanager
def _without_collection() -> Iterator[None]:
    """Millions of small objects live until the end of a run: looking for garbage among them is half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def is_below(path: str, folder: str) -> bool:
    """Whether a path below the root is a folder or lies in it; everything lies in the root."""
    return not folder or path == folder or path.startswith(f"{folder}/")


def _restrict(report: Report, paths: tuple[str, ...]) -> Report:
    if not paths:
        return report

    def is_chosen(place: Place) -> bool:
        return any(is_below(place.path, path) for path in paths)

    return Report(
        tuple(finding for finding in report.findings if is_chosen(finding.place)),
        tuple(cleared for cleared in report.cleared if is_chosen(cleared.place)),
        tuple(problem for problem in report.problems if is_chosen(problem.place)),
        report.summary,
        tuple(one for one in report.accepted if is_chosen(one.finding.place)),
        tuple(finding for finding in report.gone if is_chosen(finding.place)),
        report.shared,
    )
