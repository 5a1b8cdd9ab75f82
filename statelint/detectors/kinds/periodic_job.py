"""Jobs that every replica starts for itself, although what they do outside should happen once."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.asking import answer_at
from statelint.detectors.backends import Backends
from statelint.detectors.candidate import Candidate, Detector, Group, Outcome, Particulars
from statelint.detectors.outward import Act, act_of, takes_lease, work_of
from statelint.detectors.own_process import drains_own_memory
from statelint.detectors.recurrence import Rhythm, is_near, rhythm_of
from statelint.domain.findings import Access, Cleared, Entry, Place, Step
from statelint.domain.words import ClearedReason, Confidence, Consequence, Holder, Phase, Severity
from statelint.facts.model import Bind, SetAttr, Span
from statelint.models.rows import BackendRow
from statelint.program.index import ProgramIndex
from statelint.program.jobs import Job
from statelint.program.library_uses import Use
from statelint.program.objects import STARTUP, Context, Edge, External
from statelint.program.reachability import place_of
from statelint.syntax.batch import Asker, Verdict

CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
SWITCHED = "Every process for which `{switch}` is set runs it; where that is one process only, this is right."
ADDED_LATER = "A request adds the job: only this replica knows of it, and a restart loses it."


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a rule may set: words in names of jobs that every process has to do, and of switches for one process."""

    duties: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """A job that goes on in every replica and acts outside of it."""

    job: Job
    rhythm: Rhythm
    act: Act


class Judge:
    """Sorts jobs into those to report and those that are harmless."""

    def __init__(self, index: ProgramIndex, rule: Rule, params: Params, asker: Asker) -> None:
        """Nothing judged yet."""
        self.index = index
        self.jobs = sorted(index.jobs(), key=lambda job: place_of(job.context, job.span))
        self.plans = {(job.context, job.span) for job in self.jobs if job.row.repeats}
        self.rule = rule
        self.params = params
        self.asker = asker
        self.backends = Backends(index)
        self.found: dict[object, list[Found]] = {}
        self.cleared: dict[tuple[Place, str], Cleared] = {}

    def run(self) -> None:
        """Judge every job."""
        for job in self.jobs:
            self._judge(job)

    def _judge(self, job: Job) -> None:
        if not self._is_of_process(job):
            return
        work = work_of(job.targets, self.plans)
        rhythm = rhythm_of(self.index, job, work, self.asker)
        if rhythm is None and self._is_added_later(job):
            rhythm = Rhythm("later")
        if rhythm is None:
            return
        counts = _everywhere if rhythm.turn is None else rhythm.turn.holds
        act = rhythm.act or act_of(self.index, work, self.asker, counts)
        reason = self._harmless(job, work, act)
        if reason is not None:
            place = place_of(job.context, job.span)
            self.cleared[place, _symbol(job)] = Cleared(place, _symbol(job), reason)
        elif act is not None:
            key = job.scheduler or (job.context.module, job.span)
            self.found.setdefault(key, []).append(Found(job, rhythm, act))

    def _is_of_process(self, job: Job) -> bool:
        """Whether the process starts it; what a request adds to a scheduler of the process is kept there too."""
        if job.context.phase == STARTUP:
            return True
        if job.context not in self.index.reach:
            return False
        return self._is_added_later(job) or (job.row.repeats and not self._is_requested(job))

    def _is_requested(self, job: Job) -> bool:
        """Whether a request leads to the call."""
        return job.context in self.index.reach and self.index.reach.phase_of(job.context) is Phase.SERVING

    def _is_added_later(self, job: Job) -> bool:
        """Whether a request plans the job, in a scheduler that the process keeps."""
        if job.scheduler is None or job.scheduler.phase != STARTUP or job.op is None or not self._is_requested(job):
            return False
        return not any(self.index.models.is_task(one.dotted) for one in self.index.callees(job.context, job.op))

    def _harmless(self, job: Job, work: dict[Context, Edge | None], act: Act | None) -> ClearedReason | None:
        if act is None:
            return ClearedReason.OWN_MEMORY_ONLY
        if not _words("_".join(_symbol(job).split(".")[-2:])).isdisjoint(self.params.duties):
            return ClearedReason.EVERY_PROCESS
        if drains_own_memory(self.index, [context for context in work if is_near(work, context)]):
            return ClearedReason.EVERY_PROCESS
        if takes_lease(self.index, work, job.context):
            return ClearedReason.ONE_OF_MANY
        dotted = job.scheduler.dotted if job.scheduler is not None else ""
        if dotted in self.index.models.own_process or not self._serves(job):
            return ClearedReason.ANOTHER_PROCESS
        row, use = self._row(job)
        if row is not None and self.backends.judge(row, use) is None:
            return ClearedReason.EXTERNAL_BACKEND
        return None

    def _serves(self, job: Job) -> bool:
        return self._is_requested(job) or self.index.serving_process.runs(job.context)

    def _row(self, job: Job) -> tuple[BackendRow | None, Use | None]:
        """What a library says of the scheduler, or of the call that starts the job."""
        uses = [*self._made_by(job.scheduler)]
        if job.op is not None:
            uses += [Use(callee.dotted, job.context, job.op) for callee in self.index.callees(job.context, job.op)]
        for use in uses:
            for row in self.index.models.arguments.backends(use.dotted):
                if row.rule == self.rule.id:
                    return row, use
        return None, None

    def _made_by(self, scheduler: External | None) -> Iterable[Use]:
        op = getattr(scheduler.call, "operands", None) if scheduler is not None else None
        if scheduler is not None and op is not None and scheduler.site is not None and scheduler.site.context:
            yield Use(scheduler.dotted, scheduler.site.context, op)

    # --- findings

    def candidates(self) -> Iterable[Candidate]:
        """One for each job, or for each scheduler with all its jobs."""
        return (self._candidate(found) for found in self.found.values())

    def _candidate(self, every: list[Found]) -> Candidate:
        every = sorted(every, key=lambda one: (one.job.context.phase, place_of(one.job.context, one.job.span)))
        first = every[0]
        job = first.job
        place = place_of(job.context, job.span)
        writes = {Access(place_of(one.job.context, one.job.span), one.job.context.symbol) for one in every}
        is_sure = not first.act.is_guess and not any(edge.likely for edge in first.act.path)
        return Candidate(
            self.rule, place, self._name(every), Holder.LIBRARY_OBJECT if job.scheduler else Holder.TASK,
            Confidence.SURE if is_sure else Confidence.LIKELY, tuple(sorted(writes)), (),
            tuple(dict.fromkeys(_entry(one.job) for one in every)), self._witness(first), (), self._particulars(first),
        )  # fmt: skip

    def unseen(self) -> Iterable[Candidate]:
        """Schedulers whose jobs are not known, and calls that a row alone says to be a scheduler."""
        known = {name for job in self.jobs for name in self._packages(job)}
        for row in self.index.models.arguments.backend_rows:
            for use in self.index.library_uses.of(row.callables) if row.rule == self.rule.id else ():
                judged = self.backends.judge(row, use) if use.dotted.partition(".")[0] not in known else None
                if judged is not None and (not _is_always(row) or self._is_served(use.context)):
                    yield self._scheduler(row, use, Confidence.LIKELY if _is_always(row) else Confidence.SURE)

    def _packages(self, job: Job) -> Iterable[str]:
        callees = self.index.callees(job.context, job.op) if job.op is not None else ()
        return (callee.dotted.partition(".")[0] for callee in callees)

    def _is_served(self, context: Context) -> bool:
        return context in self.index.reach or self.index.serving_process.runs(context)

    def _scheduler(self, row: BackendRow, use: Use, confidence: Confidence) -> Candidate:
        place = place_of(use.context, use.span)
        consequence = row.consequence or self.rule.consequence
        particulars = Particulars(self.rule.severity_of(consequence), consequence, row.why, row.instead)
        return Candidate(
            self.rule, place, use.symbol, Holder.LIBRARY_OBJECT, confidence, (Access(place, use.context.symbol),), (),
            (), (Step(place, use.context.symbol, "switched on here"),), (), particulars,
        )  # fmt: skip

    def _name(self, every: list[Found]) -> str:
        names = dict.fromkeys(_symbol(one.job) for one in every)
        scheduler = every[0].job.scheduler
        key = self.index.holders.key_of(scheduler) if scheduler is not None and len(names) > 1 else None
        return key.symbol if key is not None else next(iter(names))

    def _witness(self, found: Found) -> tuple[Step, ...]:
        job = found.job
        return (Step(place_of(job.context, job.span), job.context.symbol, found.rhythm.often), *found.act.steps)

    def _particulars(self, found: Found) -> Particulars:
        row, _ = self._row(found.job)
        consequence = (row.consequence if row is not None else None) or self.rule.consequence
        why, instead = (row.why, row.instead) if row is not None else ("", "")
        if self._is_requested(found.job):
            consequence, why = Consequence.LOST, ADDED_LATER
        severity = self.rule.severity_of(consequence)
        if switch := self._switch(found.job):
            severity = Severity.INFO
            why = SWITCHED.format(switch=switch)
        return Particulars(severity, consequence, why, instead)

    def _switch(self, job: Job) -> str:
        """A setting by whose name one process is told apart, and that decides whether the job is started."""
        answer = answer_at(self.asker, job.context, job.span, "conditions_around")
        names = answer.note.split() if answer.verdict is Verdict.CONFIRMED else []
        return next(
            (name for name in names if _is_setting(name) and not _words(name).isdisjoint(self.params.switches)), ""
        )


def _everywhere(context: Context, span: Span) -> bool:
    del context, span
    return True


def _is_always(row: BackendRow) -> bool:
    """Whether no argument decides."""
    return any(clause.always for clause in row.local_when)


def _words(name: str) -> set[str]:
    parts = CAPITAL.sub("_", name).casefold().split("_")
    return {word for part in parts for word in (part, part.removesuffix("s"))}


def _is_setting(name: str) -> bool:
    """`RUN_SCHEDULER`, `is_leader`; not `scheduler`, which may be the object itself."""
    return name.isupper() or "_" in name.strip("_")


def _symbol(job: Job) -> str:
    """The function, or what the program calls the thing that runs it."""
    if job.function is not None and job.function.body.kind != "lambda":
        return job.function.symbol
    for op in job.context.body.ops if job.op is not None else ():
        if isinstance(op, Bind | SetAttr) and job.op is not None and op.source == job.op.target:
            return f"{job.context.symbol}.{op.name}"
    name = job.library[0].dotted.rpartition(".")[2] if job.library else "<job>"
    return f"{job.context.symbol}.{name}"


def _entry(job: Job) -> Entry:
    if job.entry is not None:
        return job.entry.entry
    return Entry(job.kind.trigger, place_of(job.context, job.span), _symbol(job))


def _detect(index: ProgramIndex, rules: Group, asker: Asker) -> Outcome:
    candidates: list[Candidate] = []
    cleared: list[Cleared] = []
    if not index.reach.entries:
        return Outcome((), ())
    for rule, params in rules:
        judge = Judge(index, rule, params, asker)
        judge.run()
        candidates.extend((*judge.candidates(), *judge.unseen()))
        cleared.extend(judge.cleared.values())
    return Outcome(tuple(candidates), tuple(cleared))


DETECTOR = Detector("periodic-job", Params, _detect)
