"""State that a library keeps in the process or on its disk, because of an argument, a setting or a default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.backends import Backends, Judged
from statelint.detectors.branches import Branch, Branches, Found
from statelint.detectors.candidate import Candidate, Detector, Outcome, Particulars
from statelint.detectors.clauses import Level
from statelint.detectors.evidence import accesses, entries, witness
from statelint.detectors.kept import KEPT_ON_DISK, Keeping, Where
from statelint.detectors.opened import outlives_call
from statelint.detectors.proposals import Proposals
from statelint.detectors.read_only import ReadOnly
from statelint.domain.findings import Cleared, Place, Step
from statelint.domain.words import LOWER_SEVERITY, ClearedReason, Confidence, Holder, Lifetime, Severity
from statelint.models.arguments import MEMO_RULE
from statelint.models.rows import BackendForm, BackendRow
from statelint.program.index import ProgramIndex
from statelint.program.library_uses import WITHOUT_ARGUMENTS, Use
from statelint.program.reachability import place_of
from statelint.program.settings import Setting, is_for_development
from statelint.sources.settings_files import INI
from statelint.syntax.batch import Asker

LIFETIMES = {"host": Lifetime.DISK}
SCOPES = {"process": "process memory", "host": "the local disk", "client": "the client"}
ON_DISK = "host"
OWN_ROWS = frozenset({"periodic-job"})  # kinds that judge the rows of their rules themselves


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of `rules/libraries/` name the rule; `read_only` are texts in addresses of what is never written."""

    read_only: tuple[str, ...] = ()


def _detect(index: ProgramIndex, rules: tuple[tuple[Rule, Any], ...], asker: Asker) -> Outcome:
    if not index.reach.entries and not index.settings.are_there:
        return Outcome((), ())
    branches, proposals, keeping = Branches(index, asker), Proposals(index), Keeping(index)
    backends = Backends(index, branches)
    read_only = ReadOnly(backends, asker)
    by_id = {rule.id: rule for rule, _ in rules}
    candidates: dict[tuple[str, Place], Candidate] = {}
    cleared: list[Cleared] = []
    for row in index.models.arguments.backend_rows:
        rule = by_id.get(row.rule)
        if rule is None or rule.detector in OWN_ROWS or (row.rule == MEMO_RULE and row.form is BackendForm.DECORATOR):
            continue  # a scheduler depends on what its jobs do, a memo on what the function does
        for uses, judged in _judged(backends, row):
            if judged is None:
                if backends.is_external(row, uses[0]):
                    place = place_of(uses[0].context, uses[0].span)
                    cleared.append(Cleared(place, uses[0].symbol, ClearedReason.EXTERNAL_BACKEND, row.id))
                continue
            branch = _branch(branches, judged)
            if _is_only_read(read_only, rule, row, uses):
                continue
            where = _where_kept(keeping, row, judged)
            if where is Where.DATABASE:
                continue
            candidate = _candidate(index, rule, row, uses, _under(branch, judged), is_in_file=where is Where.FILE)
            candidate = msgspec.structs.replace(
                candidate, fix=proposals.of_backend(row.fix or rule.fix, row, uses, judged)
            )
            if row.scope == ON_DISK:
                files = backends.texts(row, uses[0] if uses else None)
                candidate = msgspec.structs.replace(candidate, files=files, one_host=True)
            if branch.kind is Branch.DEVELOPMENT:
                candidate = _as_information(candidate)
            candidates.setdefault((rule.id, candidate.place), candidate)
    return Outcome(tuple(candidates.values()), tuple(cleared))


def _judged(backends: Backends, row: BackendRow) -> Iterator[tuple[list[Use], Judged | None]]:
    """Uses with one verdict: those that one setting decides, that share a value, or that nothing decides."""
    uses = [use for use in backends.index.library_uses.of(row.callables) if _counts(backends.index, row, use)]
    groups: dict[object, tuple[list[Use], Judged]] = {}
    for use in uses:
        judged = backends.judge(row, use)
        if judged is None:
            yield [use], None
            continue
        for one in (judged, *judged.others):
            groups.setdefault(_group(backends, row, use, one), ([], one))[0].append(use)
    if not uses and row.form is BackendForm.SETTING:
        judged = backends.judge(row, None)
        for one in (judged, *judged.others) if judged is not None else ():
            if one.setting is not None and _is_in_use(backends.index, row, one.setting):
                yield [], one
    yield from groups.values()


def _is_in_use(index: ProgramIndex, row: BackendRow, setting: Setting) -> bool:
    """Whether the program imports the library, or names it in its settings; an ini file loads what it names."""
    packages = {name.partition(".")[0] for name in row.callables}
    linker = index.linker
    named = (*linker.modules.imported, *(obj.dotted for obj in linker.externals.values()), *linker.texts())
    return setting.store.context.module.path.endswith(INI) or any(name.partition(".")[0] in packages for name in named)


def _counts(index: ProgramIndex, row: BackendRow, use: Use) -> bool:
    """Whether a use is one of the serving process: not of a command, nor of start-up code that soon closes it."""
    if use.context in index.reach:
        return True
    if use.context.body.kind == "function" and not index.serving_process.runs(use.context):
        return False
    return not row.only_kept or isinstance(use.op, WITHOUT_ARGUMENTS) or outlives_call(use.context.body, use.op)


def _group(backends: Backends, row: BackendRow, use: Use, judged: Judged) -> object:
    if judged.setting is not None:
        return judged.setting.store
    if judged.drawn is not None:
        return judged.drawn
    if row.form in {BackendForm.SETTING, BackendForm.LISTED}:
        return row.id
    return backends.origin(row, use) or (use.context.module, use.span)


def _branch(branches: Branches, judged: Judged) -> Found:
    """What the conditions say under which a setting is set."""
    if judged.setting is None:
        return Found(Branch.ALWAYS)
    store = judged.setting.outermost
    return branches.around(store.context, store.span)


def _under(branch: Found, judged: Judged) -> Judged:
    """A setting that is set only where a variable of the environment is not is a default."""
    if branch.kind is not Branch.BY_DEFAULT or judged.level is not Level.YES:
        return judged
    return msgspec.structs.replace(judged, level=Level.BY_DEFAULT, variable=branch.variable)


def _as_information(candidate: Candidate) -> Candidate:
    assert candidate.particulars is not None
    particulars = msgspec.structs.replace(candidate.particulars, severity=Severity.INFO)
    return msgspec.structs.replace(candidate, particulars=particulars)


def _is_only_read(read_only: ReadOnly, rule: Rule, row: BackendRow, uses: list[Use]) -> bool:
    """Whether nothing is ever written to what a rule for databases speaks of."""
    texts = tuple(rule.params.get("read_only", ()))
    if not texts:
        return False
    if not uses:
        return read_only.is_opened_so(row, None, texts)
    if row.form is not BackendForm.CALL:
        return all(read_only.is_opened_so(row, use, texts) for use in uses)
    every = [use for use in read_only.index.library_uses.of(row.callables) if _counts(read_only.index, row, use)]
    return all(read_only.is_opened_so(row, use, texts) or read_only.is_used_so(use, every) for use in uses)


def _where_kept(keeping: Keeping, row: BackendRow, judged: Judged) -> Where:
    """Where a value is put away that the process draws for itself."""
    store = judged.drawn if judged.setting is None else judged.setting.store
    if store is None or not any(clause.drawn for clause in row.local_when):
        return Where.NOWHERE
    return keeping.where(store.context, store.operand)


def _candidate(
    index: ProgramIndex, rule: Rule, row: BackendRow, uses: list[Use], judged: Judged, *, is_in_file: bool
) -> Candidate:
    setting = judged.setting
    places = [(use.context, use.span) for use in uses]
    if setting is not None:
        places += [(one.store.context, one.store.span) for one in (setting, *judged.also)]
        places += [(store.context, store.span) for store in setting.within]
    if judged.drawn is not None:
        places.append((judged.drawn.context, judged.drawn.span))
    serving = [pair for pair in places if pair[0] in index.reach]
    store = judged.drawn if setting is None else setting.store
    place = place_of(uses[0].context, uses[0].span) if store is None else place_of(store.context, store.span)
    particulars = _particulars(rule, row, uses, judged)
    if is_in_file:
        particulars = msgspec.structs.replace(particulars, why=KEPT_ON_DISK)
    path = witness(index, serving, f"uses {row.callables[0]}") or (
        Step(place, _owner(uses, setting), "switched on here"),
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
        name = judged.drawn.name
        return f"{judged.drawn.context.symbol}.{name}" if isinstance(name, str) else judged.drawn.context.symbol
    return uses[0].symbol


def _owner(uses: list[Use], setting: Setting | None) -> str:
    if uses:
        return uses[0].context.symbol
    return setting.symbol if setting is not None else ""


DETECTOR = Detector("library-backend", Params, _detect, takes_every_rule=True)
