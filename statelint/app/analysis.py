"""From facts to a report: link, judge, suppress. What is dear to import is imported from here on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

import msgspec

from statelint.app.deployment import Files, deployment_of
from statelint.app.detection import Detection
from statelint.app.joined import joined, known_of, shared_of
from statelint.app.judging import Judge, Judged, Link
from statelint.app.loading import Loaded
from statelint.app.offers import Offers
from statelint.app.places import cleared_order, finding_order, in_characters, problem_order
from statelint.app.progress import Progress
from statelint.app.settings_data import settings_modules
from statelint.app.timings import Timings
from statelint.catalogue.load import load_rules
from statelint.catalogue.rule import Rule
from statelint.catalogue.select import all_codes, selected, silent_paths
from statelint.deployment.index import DeploymentIndex
from statelint.detectors.candidate import Candidate
from statelint.domain.findings import Finding, Report, Summary, short_symbol
from statelint.domain.words import LIFETIME_OF, Lifetime
from statelint.facts.model import FileFacts
from statelint.facts.pool import WORTH_A_FORK
from statelint.facts.suppressions import Suppression, deployment_suppressions, mentions_us, suppressions
from statelint.models.installed import Installed
from statelint.models.load import load_models
from statelint.models.tables import Models
from statelint.program.islands import islands
from statelint.program.modules import Module
from statelint.settings.options import Options, Selection
from statelint.sources.discover import is_program
from statelint.sources.read import Texts
from statelint.suppression.baseline import accept, read_baseline
from statelint.suppression.inline import Suppressed, Terms, suppress
from statelint.syntax.batch import Asker
from statelint.syntax.forked import forked_asker
from statelint.syntax.statements import Statements

NO_ENTRY = "serving code"  # in words where no entry point is known: no name of the program
KINDS = {
    "module-global": "module global", "class-attribute": "class attribute", "singleton-instance": "attribute",
    "app-object": "application object", "closure": "closure variable", "default-argument": "default argument",
    "function-attribute": "function attribute", "memoised-function": "memoised function", "task": "task",
    "library-object": "library object", "secret": "secret", "local-disk": "file or folder",
    "deployment-setting": "setting",
}  # fmt: skip


class Prepared(NamedTuple):
    """All but the facts that an analysis needs: rules and models that are in force, and the deployment files."""

    rules: Sequence[Rule]
    detection: Detection
    models: Models
    files: Files

    @classmethod
    def of(cls, loaded: Loaded, texts: Texts, options: Options) -> Prepared:
        """What a run needs; raises CatalogueError for rules that can't be read."""
        added = tuple(Path(folder) for folder in options.rules)
        rules = load_rules(added)
        return cls(rules, Detection(rules), load_models(added), Files.of(loaded, texts, added))


def analyse(
    loaded: Loaded, facts: Mapping[str, FileFacts], prepared: Prepared, texts: Texts, options: Options,
    layers: tuple[Selection, ...], timings: Timings, progress: Progress, wanted: frozenset[str],
    installed: Installed | None = None, link: Link | None = None,
) -> Report:  # fmt: skip
    """The report of a whole program; `link` links it otherwise."""
    rules = prepared.rules
    codes = selected(rules, layers)
    is_silent = silent_paths(rules, options.per_path_ignores)
    ready = [prepared.models]

    def models() -> Models:
        found = ready.pop() if ready else load_models(prepared.files.added)
        found.installed = (installed or found.installed).anew()
        return found

    size = sum(len(data) for path, data in loaded.sources.items() if is_program(path))
    is_worth_a_fork = size > WORTH_A_FORK and options.jobs != 1
    with forked_asker(texts.text) if is_worth_a_fork else nullcontext(Asker(texts.text)) as asker:
        modules = [Module(path, found) for path, found in sorted(facts.items())]
        modules += settings_modules(loaded, texts)
        with timings.stage("deployment"):
            deployment = deployment_of(prepared.files, loaded, modules)
            parts = islands(modules, loaded.sources)
        progress.start("linking", 0)
        judge = Judge(prepared.detection, models, deployment, "cleared" in wanted, timings)
        program = Judged.together(judge.all(parts, asker, link))
        with timings.stage("detect"):
            described = DeploymentIndex(deployment, program.documents, program.serving)
            deployed = prepared.detection.of_deployment(described, asker)
        timings.move("detect", "syntax", asker.seconds)
        candidates = _most_specific([*program.candidates, *deployed.candidates])
        cleared = [*program.cleared, *deployed.cleared]
        judged = [(candidate, _finding(candidate)) for candidate in candidates]
        known = known_of(judged, loaded, is_serving=bool(program.entries))
        offers = Offers(judged, known)
        findings = joined(judged, described.services.copies, known)
        found = (finding for finding in findings if finding.code in codes)
        with timings.stage("suppress"):
            terms = Terms(frozenset(all_codes(rules)), codes, loaded.today, options.require_reason)
            kept = _without_accepted(sorted(found, key=finding_order), loaded, terms, Statements(texts.text, asker))
            if loaded.baseline is not None:
                kept = _without_known(kept, loaded.baseline, terms, texts)
        heard = [finding for finding in kept.kept if not is_silent(finding.place.path, finding.code)]
        with timings.stage("fixes"):
            fixed = [offers.with_fix(finding, texts, asker) for finding in heard]
    told = (problem for problem in (*loaded.problems, *kept.problems) if problem.code in codes)
    problems = [problem for problem in told if not is_silent(problem.place.path, problem.code)]
    summary = Summary(
        len(loaded.sources), sum(one.lines for one in facts.values()), program.entries, program.functions,
        sum(program.unresolved.values()), 0, {}, dict(program.unresolved), len(kept.accepted),
        tuple(sorted(program.frameworks)),
    )  # fmt: skip
    return Report(
        tuple(in_characters(finding, texts) for finding in fixed),
        tuple(sorted((in_characters(one, texts) for one in cleared), key=cleared_order)),
        tuple(sorted(problems, key=problem_order)),
        timings.of(summary),
        tuple(msgspec.structs.replace(one, finding=in_characters(one.finding, texts)) for one in kept.accepted),
        shared=shared_of(judged, described.services.copies, texts, is_serving=bool(program.entries)),
    )


def _without_accepted(findings: list[Finding], loaded: Loaded, terms: Terms, statements: Statements) -> Suppressed:
    """Findings that no comment accepts."""
    found_in = {finding.place.path for finding in findings}
    comments = {
        path: found
        for path, data in loaded.sources.items()
        if (path in found_in or mentions_us(data)) and (found := _comments(path, data))
    }
    return suppress(findings, comments, terms, statements)


def _without_known(kept: Suppressed, baseline: tuple[str, bytes], terms: Terms, texts: Texts) -> Suppressed:
    """Findings that the baseline does not accept either."""
    path, data = baseline
    rest = accept(kept, read_baseline(data, path), terms, texts.lines)
    accepted = sorted((*kept.accepted, *rest.accepted), key=lambda one: finding_order(one.finding))
    return Suppressed(rest.kept, tuple(accepted), (*kept.problems, *rest.problems))


def _comments(path: str, data: bytes) -> tuple[Suppression, ...]:
    return suppressions(data) if is_program(path) else deployment_suppressions(data)


def _most_specific(candidates: list[Candidate]) -> list[Candidate]:
    """An object of a library that a row speaks of is one state, however the program writes to it."""
    rows: dict[tuple[str, int, str], list[Candidate]] = defaultdict(list)
    for one in candidates:
        if one.particulars is not None:
            _add_row(rows[(*_line(one), one.rule.id)], one)
    lines = {(path, line) for path, line, _ in rows}
    kept = [one for known in rows.values() for one in known]
    return [*kept, *(one for one in candidates if one.particulars is None and _line(one) not in lines)]


def _add_row(known: list[Candidate], new: Candidate) -> None:
    """One of two, unless they are settings side by side; the library's own words tell more than the rule's."""
    for at, one in enumerate(known):
        if not (one.among_others and new.among_others) or one.place == new.place:
            if new.particulars and new.particulars.instead and not (one.particulars and one.particulars.instead):
                known[at] = new
            return
    known.append(new)


def _line(candidate: Candidate) -> tuple[str, int]:
    return (candidate.place.path, candidate.place.line)


def _finding(candidate: Candidate) -> Finding:
    rule = candidate.rule
    entry = candidate.entries[0] if candidate.entries else None
    names = {
        "holder": short_symbol(candidate.symbol, candidate.holder),
        "symbol": candidate.symbol,
        "kind": KINDS[candidate.holder.value],
        "entry_point": entry.title if entry else NO_ENTRY,
        "writer": candidate.writes[0].function if candidate.writes else candidate.symbol,
        "reader": candidate.reads[0].function if candidate.reads else "a later request",
    }
    severity, consequence = rule.severity_of(), rule.consequence
    lifetime = LIFETIME_OF.get(candidate.holder, Lifetime.PROCESS)
    if (own := candidate.particulars) is not None:
        severity, consequence = own.severity, own.consequence
        names.update(own.names)
        lifetime = own.lifetime or lifetime
    why, instead = rule.why.format(**names), rule.instead.format(**names)
    if own is not None:
        why = " ".join(filter(None, (own.why or why, own.besides)))
        instead = own.instead or instead
    message = rule.message.format(**names).replace(f"`{NO_ENTRY}`", NO_ENTRY)
    return Finding(
        rule.id, rule.name, severity, consequence, candidate.confidence, message, candidate.place,
        candidate.symbol, candidate.holder, why, instead, candidate.writes, candidate.reads, candidate.entries,
        candidate.witness, candidate.reader, (), lifetime,
    )  # fmt: skip
