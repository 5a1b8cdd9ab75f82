"""State that a library keeps in the process or on its disk, because of an argument, a setting or a default."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.asking import argument_place
from statelint.detectors.backends import Backends, Judged
from statelint.detectors.branches import Branch, Branches, Found
from statelint.detectors.candidate import Candidate, Detector, Group, Outcome, Particulars
from statelint.detectors.clauses import Level
from statelint.detectors.evidence import accesses, entries, witness
from statelint.detectors.kept import KEPT_ON_DISK, Keeping, Where
from statelint.detectors.proposals import Proposals
from statelint.detectors.read_only import ReadOnly
from statelint.domain.findings import Cleared, Place, Step
from statelint.domain.words import LOWER_SEVERITY, ClearedReason, Confidence, Holder, Lifetime, Severity
from statelint.facts.model import Call, Invoke
from statelint.models.arguments import MEMO_RULE
from statelint.models.rows import BackendForm, BackendRow
from statelint.program.index import ProgramIndex
from statelint.program.library_uses import WITHOUT_ARGUMENTS, Use
from statelint.program.objects import CONSTRUCTORS
from statelint.program.opened import outlives_call
from statelint.program.reachability import place_of
from statelint.program.settings import Setting, is_for_development
from statelint.syntax.batch import Asker

LIFETIMES = {"host": Lifetime.DISK}
SCOPES = {"process": "process memory", "host": "the local disk", "client": "the client"}
ON_DISK = "host"
OWN_ROWS = frozenset({"periodic-job"})  # kinds that judge the rows of their rules themselves


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of `rules/libraries/` name the rule; `read_only` are texts in addresses of what is never written."""

    read_only: tuple[str, ...] = ()


def _detect(index: ProgramIndex, rules: Group, asker: Asker) -> Outcome:
    if not index.reach.entries and not index.settings.are_there:
        return Outcome((), ())
    judge = Judge(index, rules, asker)
    by_id = {rule.id: rule for rule, _ in rules}
    candidates: dict[tuple[str, Place], Candidate] = {}
    cleared: list[Cleared] = []
    for row in index.models.arguments.backend_rows:
        rule = by_id.get(row.rule)
        if rule is None or rule.detector in OWN_ROWS or (row.rule == MEMO_RULE and row.form is BackendForm.DECORATOR):
            continue  # a scheduler depends on what its jobs do, a memo on what the function does
        for uses, judged in judge.judged(row):
            if judged is None:
                cleared.extend(judge.cleared(row, uses[0]))
            elif (candidate := judge.candidate(rule, row, uses, judged)) is not None:
                candidates.setdefault((rule.id, candidate.place), candidate)
    return Outcome(tuple(candidates.values()), tuple(cleared))


class Judge:
    """Judges what rows say of the uses of a library in one program."""

    def __init__(self, index: ProgramIndex, rules: Group, asker: Asker) -> None:
        """Nothing judged yet."""
        self.index = index
        self.texts = {rule.id: params.read_only for rule, params in rules if isinstance(params, Params)}
        self.asker = asker
        self.branches = Branches(index, asker)
        self.backends = Backends(index, self.branches)
        self.read_only = ReadOnly(self.backends, asker)
        self.keeping = Keeping(index)
        self.proposals = Proposals(index)

    def judged(self, row: BackendRow) -> Iterator[tuple[list[Use], Judged | None]]:
        """Uses with one verdict: those that one setting decides, that share a value, or that nothing decides."""
        uses = self._uses(row)
        groups: dict[object, tuple[list[Use], Judged]] = {}
        for use in uses:
            judged = self.backends.judge(row, use)
            if judged is None:
                yield [use], None
                continue
            for one in (judged, *judged.others):
                groups.setdefault(self._group(row, use, one), ([], one))[0].append(use)
        if not uses and row.form is BackendForm.SETTING:
            judged = self.backends.judge(row, None)
            for one in (judged, *judged.others) if judged is not None else ():
                if one.setting is not None and _is_in_use(self.index, row, one.setting):
                    yield [], one
        yield from groups.values()

    def cleared(self, row: BackendRow, use: Use) -> Iterator[Cleared]:
        """A use whose back end is known to be external."""
        if self.backends.is_external(row, use):
            place = place_of(use.context, use.span)
            yield Cleared(place, use.symbol, ClearedReason.EXTERNAL_BACKEND, row.id)

    def candidate(self, rule: Rule, row: BackendRow, uses: list[Use], judged: Judged) -> Candidate | None:
        """A local back end, unless nothing is ever written to it, or a database has what decides."""
        if self._is_only_read(row, uses) or self._is_scratch(uses):
            return None
        where = self._where_kept(row, judged)
        if where is Where.DATABASE:
            return None
        branch = self._branch(judged)
        shown = _under(branch, judged)
        particulars = _particulars(rule, row, uses, shown)
        if where is Where.FILE:
            particulars = msgspec.structs.replace(particulars, why=KEPT_ON_DISK)
        if branch.kind is Branch.DEVELOPMENT:
            particulars = msgspec.structs.replace(particulars, severity=Severity.INFO)
        is_on_disk = row.scope == ON_DISK
        found = _candidate(self.index, rule, row, uses, shown, particulars)
        place = self._place(judged, found.place)
        return msgspec.structs.replace(
            found,
            place=place,
            among_others=place != found.place,
            fix=self.proposals.of_backend(row.fix or rule.fix, row, uses, judged),
            files=self.backends.texts(row, uses[0] if uses else None) if is_on_disk else (),
            one_host=is_on_disk,
        )

    def _place(self, judged: Judged, whole: Place) -> Place:
        """Of a setting among others in one line, its own place there."""
        setting = judged.setting
        if setting is None or not setting.store.context.module.is_code:
            return whole
        own = argument_place(self.asker, whole, str(setting.store.name))
        return own if own.line == whole.line else whole

    def _uses(self, row: BackendRow) -> list[Use]:
        return [use for use in self.index.library_uses.of(row.callables) if _counts(self.index, row, use)]

    def _group(self, row: BackendRow, use: Use, judged: Judged) -> object:
        if judged.store is not None:
            return judged.store
        if row.form in {BackendForm.SETTING, BackendForm.LISTED}:
            return row.id
        return self.backends.origin(row, use) or (use.context.module, use.span)

    def _branch(self, judged: Judged) -> Found:
        """What the conditions say under which a setting is set."""
        if judged.setting is None:
            return Found(Branch.ALWAYS)
        store = judged.setting.outermost
        return self.branches.around(store.context, store.span)

    def _is_only_read(self, row: BackendRow, uses: list[Use]) -> bool:
        """Whether nothing is ever written to what a rule for databases speaks of."""
        texts = self.texts.get(row.rule)
        if not texts:
            return False
        if not uses:
            return self.read_only.is_opened_so(row, None, texts)
        if row.form is not BackendForm.CALL:
            return all(self.read_only.is_opened_so(row, use, texts) for use in uses)
        every = self._uses(row)
        return all(
            self.read_only.is_opened_so(row, use, texts) or self.read_only.is_used_so(use, every) for use in uses
        )

    def _is_scratch(self, uses: list[Use]) -> bool:
        """Whether all that is opened is a database in memory that nobody keeps."""
        scratch = self.index.scratch
        return bool(uses) and all(
            isinstance(use.op, Call | Invoke) and scratch.opens(use.dotted, use.context, use.op) for use in uses
        )

    def _where_kept(self, row: BackendRow, judged: Judged) -> Where:
        """Where a value is put away that the process draws for itself."""
        store = judged.store
        if store is None or not any(clause.drawn for clause in row.local_when):
            return Where.NOWHERE
        return self.keeping.where(store.context, store.operand)


def _is_in_use(index: ProgramIndex, row: BackendRow, setting: Setting) -> bool:
    """Whether the program imports the library, or names it in its settings; a file of settings loads what it names."""
    packages = {name.partition(".")[0] for name in row.callables}
    linker = index.linker
    named = (*linker.modules.imported, *(obj.dotted for obj in linker.externals.values()), *linker.texts())
    return not setting.store.context.module.is_code or any(name.partition(".")[0] in packages for name in named)


def _counts(index: ProgramIndex, row: BackendRow, use: Use) -> bool:
    """Whether a use is one of the serving process: not of a command, nor of start-up code that soon closes it."""
    if use.context in index.reach:
        return True
    if use.context.body.kind == "function" and not index.serving_process.runs(use.context):
        return False
    return not row.only_kept or isinstance(use.op, WITHOUT_ARGUMENTS) or outlives_call(use.context.body, use.op)


def _under(branch: Found, judged: Judged) -> Judged:
    """A setting that is set only where a variable of the environment is not is a default."""
    if branch.kind is not Branch.BY_DEFAULT or judged.level is not Level.YES:
        return judged
    return msgspec.structs.replace(judged, level=Level.BY_DEFAULT, variable=branch.variable)


def _candidate(
    index: ProgramIndex, rule: Rule, row: BackendRow, uses: list[Use], judged: Judged, particulars: Particulars
) -> Candidate:
    places = [*((use.context, use.span) for use in uses), *((one.context, one.span) for one in judged.stores)]
    serving = [pair for pair in places if pair[0] in index.reach]
    at = uses[0] if judged.store is None else judged.store
    place = place_of(at.context, at.span)
    path = witness(index, serving, f"uses {row.callables[0]}") or (
        Step(place, _owner(uses, judged.setting), "switched on here"),
    )
    return Candidate(
        rule, place, _decided_by(uses, judged), Holder.LIBRARY_OBJECT,
        Confidence.SURE if judged.level is Level.YES else Confidence.LIKELY, accesses(places), (),
        entries(index, (context for context, _ in serving)), path, (), particulars,
    )  # fmt: skip


def _particulars(rule: Rule, row: BackendRow, uses: list[Use], judged: Judged) -> Particulars:
    consequence = row.consequence or rule.consequence
    severity = rule.severity_of(consequence)
    if judged.setting is not None and is_for_development(judged.setting.symbol):
        severity = Severity.INFO
    elif judged.level is Level.BY_DEFAULT:
        severity = LOWER_SEVERITY[severity]
    names = {"library": uses[0].dotted if uses else row.callables[0], "scope": SCOPES[row.scope]}
    return Particulars(severity, consequence, row.why, row.instead, names, _unless(judged), LIFETIMES.get(row.scope))


def _unless(judged: Judged) -> str:
    """In words when the back end is another one."""
    if judged.variable:
        return f"This is what happens unless `{judged.variable}` is set."
    if judged.is_project_elsewhere:
        return "This is what happens unless the project that uses this package sets it."
    return "Another branch chooses another back end." if judged.level is Level.BY_DEFAULT else ""


def _decided_by(uses: list[Use], judged: Judged) -> str:
    """The setting, the name of the random value, or what the use is bound to."""
    if judged.setting is not None:
        return judged.setting.symbol
    if judged.drawn is not None:
        name, context = judged.drawn.name, judged.drawn.context
        owner = context.symbol.rpartition(".")[0] if context.body.name in CONSTRUCTORS else context.symbol
        return f"{owner}.{name}" if isinstance(name, str) else owner
    return uses[0].symbol


def _owner(uses: list[Use], setting: Setting | None) -> str:
    if uses:
        return uses[0].context.symbol
    return setting.symbol if setting is not None else ""


DETECTOR = Detector("library-backend", Params, _detect, takes_every_rule=True)
