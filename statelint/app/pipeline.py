"""The one place that knows the whole order: discover, extract, link, judge, suppress."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from statelint.app.columns import in_characters
from statelint.app.progress import Progress, Silent
from statelint.app.timings import Timings
from statelint.catalogue.load import load_rules, rule_folders
from statelint.catalogue.rule import Rule
from statelint.catalogue.select import all_codes, selected
from statelint.detectors.candidate import Candidate
from statelint.detectors.lookalikes import lookalikes
from statelint.detectors.registry import detectors
from statelint.domain.errors import CatalogueError
from statelint.domain.findings import Cleared, Finding, Place, Problem, Report, Summary
from statelint.domain.words import SEVERITY_OF
from statelint.facts.cache import FactCache, NoCache, SqliteCache, digest_of
from statelint.facts.model import FileFacts, Unreadable
from statelint.facts.pool import extract_all
from statelint.facts.suppressions import mentions_us, suppressions
from statelint.models.load import load_models
from statelint.program.index import ProgramIndex
from statelint.program.modules import Module
from statelint.settings.options import Options, Run, Selection
from statelint.sources.discover import discover
from statelint.sources.read import Texts, read
from statelint.suppression.inline import Codes, suppress
from statelint.syntax.batch import Asker

if TYPE_CHECKING:
    from statelint.program.call_graph import CallGraph

KINDS = {
    "module-global": "module global", "class-attribute": "class attribute", "singleton-instance": "attribute",
    "app-object": "application object", "closure": "closure variable", "default-argument": "default argument",
    "function-attribute": "function attribute", "memoised-function": "memoised function", "task": "task",
    "library-object": "library object",
}  # fmt: skip


class Loaded(msgspec.Struct):
    """Sources by path, with what could not be read."""

    sources: dict[str, bytes]
    problems: list[Problem]


class Checked(msgspec.Struct, frozen=True):
    """A report, the lines of the files that it is about, and paths of the run below which nothing was read."""

    report: Report
    lines_of: Callable[[str], list[str]]
    idle: tuple[str, ...]


def check(run: Run, progress: Progress | None = None) -> Checked:
    """Analyse the project and report what its paths ask for."""
    shown = progress or Silent()
    timings = Timings()
    root = Path(run.root)
    folder = root / run.options.cache_dir
    cache: FactCache = NoCache() if run.options.no_cache else SqliteCache(folder)
    models_cache = None if run.options.no_cache else folder
    options = _with_folders(run)
    layers = (run.options.selection, run.flags)
    with _without_collection():
        try:
            shown.start("looking for files", 0)
            with timings.stage("discover"):
                loaded = _load(run)
            texts = Texts(loaded.sources)
            report = _analyse(loaded, texts, options, layers, cache, timings, shown, models_cache, run.wanted)
        finally:
            shown.close()
    idle = tuple(path for path in run.chosen or ("",) if not any(_is_below(one, path) for one in loaded.sources))
    return Checked(_restrict(report, run.chosen), texts.lines, idle)


def check_sources(
    files: Mapping[str, str | bytes], select: tuple[str, ...] | None = None, wanted: frozenset[str] = frozenset()
) -> Report:
    """Analyse a program given as text by path, without touching the disk."""
    data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    loaded = Loaded({path: text for path, text in data.items() if path.endswith(".py")}, [])
    options = Options(select=select)
    texts = Texts(loaded.sources)
    return _analyse(loaded, texts, options, (options.selection,), NoCache(), Timings(), Silent(), None, wanted)


def call_graph(run: Run) -> tuple[CallGraph, list[Problem]]:
    """Every function of the project with what it may call, and the files that can't be read."""
    from statelint.program.call_graph import call_graph_of

    with _without_collection():
        loaded = _load(run)
        facts = _facts(loaded, run.options, NoCache(), Silent())
        modules = [Module(path, found) for path, found in sorted(facts.items())]
        models = load_models(extra=map(Path, _with_folders(run).rules))
        return call_graph_of(modules, models), loaded.problems


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


def _load(run: Run) -> Loaded:
    loaded = Loaded({}, [])
    found = discover(Path(run.root), run.options, run.chosen)
    for folder, reason in found.unlisted:
        loaded.problems.append(_unreadable(folder, 1, f"this folder can't be listed: {reason}"))
    for source in found.sources:
        data = read(Path(source.file))
        if isinstance(data, str):
            loaded.problems.append(_unreadable(source.path, 1, data))
        else:
            loaded.sources[source.path] = data
    if run.stdin is not None:
        path, data = run.stdin
        loaded.sources[path] = data
    return loaded


def _unreadable(path: str, line: int, reason: str) -> Problem:
    return Problem("STL001", Place(path, line, 1, line, 1), reason)


def _facts(loaded: Loaded, options: Options, cache: FactCache, progress: Progress) -> dict[str, FileFacts]:
    digests = {path: digest_of(source) for path, source in loaded.sources.items()}
    known = cache.get(digests.values())
    missing = sorted(path for path, digest in digests.items() if digest not in known)
    progress.start("reading", len(missing))
    new = extract_all({path: loaded.sources[path] for path in missing}, options.jobs, progress.advance)
    if not isinstance(cache, NoCache):
        encoded = ((digests[path], found.for_cache()) for path, found in zip(missing, new, strict=True))
        cache.put({digest: data for digest, data in encoded if data})
    facts = {path: known[digest] for path, digest in digests.items() if digest in known}
    for path, found in zip(missing, new, strict=True):
        if isinstance(found.facts, Unreadable):
            loaded.problems.append(_unreadable(path, found.facts.line, found.facts.reason))
        else:
            facts[path] = found.facts
    return facts


def _analyse(
    loaded: Loaded, texts: Texts, options: Options, layers: tuple[Selection, ...], cache: FactCache, timings: Timings,
    progress: Progress, models_cache: Path | None, wanted: frozenset[str],
) -> Report:  # fmt: skip
    with timings.stage("catalogue"):
        added = tuple(Path(folder) for folder in options.rules)
        rules = load_rules(added)
        codes = selected(rules, layers)
        models = load_models(models_cache, added)
    with timings.stage("facts"):
        facts = _facts(loaded, options, cache, progress)
    progress.start("linking", 0)
    with timings.stage("link"):
        index = ProgramIndex([Module(path, found) for path, found in sorted(facts.items())], models)
    candidates, cleared = _detect(index, rules, texts.text, timings)
    if "cleared" in wanted:
        with timings.stage("explain"):
            cleared = [*cleared, *lookalikes(index, cleared)]
    findings = sorted(
        (_finding(candidate) for candidate in candidates if candidate.rule.id in codes), key=_finding_order
    )
    with timings.stage("suppress"):
        found_in = {finding.place.path for finding in findings}
        comments = {
            path: found
            for path, data in loaded.sources.items()
            if (path in found_in or mentions_us(data)) and (found := suppressions(data))
        }
        kept = suppress(findings, comments, Codes(frozenset(all_codes(rules)), codes), texts.text)
    problems = [problem for problem in (*loaded.problems, *kept.problems) if problem.code in codes]
    reasons = index.unresolved()
    summary = Summary(
        len(loaded.sources), sum(found.lines for found in facts.values()), len(index.reach.entries),
        len({context.function for context in index.reach.order}), sum(reasons.values()), round(timings.seconds, 4),
        {name: round(seconds, 4) for name, seconds in timings.stages.items()}, reasons, kept.count,
    )  # fmt: skip
    return Report(
        tuple(in_characters(finding, texts) for finding in kept.kept),
        tuple(sorted((in_characters(one, texts) for one in cleared), key=_cleared_order)),
        tuple(sorted(problems, key=_problem_order)),
        summary,
    )


def _detect(
    index: ProgramIndex, rules: Iterable[Rule], text_of: Callable[[str], str], timings: Timings
) -> tuple[list[Candidate], list[Cleared]]:
    known = detectors()
    by_kind: dict[str, list[tuple[Rule, object]]] = defaultdict(list)
    for rule in rules:
        if rule.detector not in known:
            raise CatalogueError(
                f"{rule.id} names the unknown detector `{rule.detector}`", rule.id, f"write one of {', '.join(known)}"
            )
        try:
            by_kind[rule.detector].append((rule, msgspec.convert(rule.params, known[rule.detector].params)))
        except msgspec.ValidationError as error:
            raise CatalogueError(f"params: {error}", rule.id, "see docs/writing-a-rule.md") from error
    asker = Asker(text_of)
    candidates: list[Candidate] = []
    cleared: list[Cleared] = []
    with timings.stage("detect"):
        for kind, group in by_kind.items():
            outcome = known[kind].detect(index, tuple(group), asker)
            candidates.extend(outcome.candidates)
            cleared.extend(outcome.cleared)
    timings.move("detect", "syntax", asker.seconds)
    return candidates, cleared


def _finding(candidate: Candidate) -> Finding:
    rule = candidate.rule
    entry = candidate.entries[0] if candidate.entries else None
    names = {
        "holder": _short(candidate),
        "symbol": candidate.symbol,
        "kind": KINDS[candidate.holder.value],
        "entry_point": entry.title if entry else "serving code",
        "writer": candidate.writes[0].function if candidate.writes else candidate.symbol,
        "reader": candidate.reads[0].function if candidate.reads else "a later request",
    }
    return Finding(
        rule.id, rule.name, rule.severity or SEVERITY_OF[rule.consequence], rule.consequence, candidate.confidence,
        rule.message.format(**names), candidate.place, candidate.symbol, candidate.holder, rule.why.format(**names),
        rule.instead.format(**names), candidate.writes, candidate.reads, candidate.entries, candidate.witness,
        candidate.reader,
    )  # fmt: skip


def _short(candidate: Candidate) -> str:
    """`CARTS`, `Store.items`, `make_app.seen`: enough to find it in its file."""
    parts = candidate.symbol.replace(".<locals>", "").split(".")
    wanted = 1 if candidate.holder.value == "module-global" else 2
    return ".".join(parts[-wanted:])


def _finding_order(finding: Finding) -> tuple[object, ...]:
    return (finding.place.path, finding.place.line, finding.code, finding.symbol)


def _cleared_order(cleared: Cleared) -> tuple[object, ...]:
    return (cleared.place.path, cleared.place.line, cleared.symbol, cleared.reason.value)


def _problem_order(problem: Problem) -> tuple[object, ...]:
    return (problem.place.path, problem.place.line, problem.code)


def _is_below(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _restrict(report: Report, paths: tuple[str, ...]) -> Report:
    if not paths:
        return report

    def is_chosen(place: Place) -> bool:
        return any(_is_below(place.path, path) for path in paths)

    return Report(
        tuple(finding for finding in report.findings if is_chosen(finding.place)),
        tuple(cleared for cleared in report.cleared if is_chosen(cleared.place)),
        tuple(problem for problem in report.problems if is_chosen(problem.place)),
        report.summary,
    )
