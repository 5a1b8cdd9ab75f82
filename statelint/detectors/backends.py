"""Is a use of a library's back end local or external? Rows of `rules/libraries/` say what to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from statelint.detectors.branches import Branch, Branches
from statelint.detectors.clauses import Clauses, Level, is_decided_elsewhere
from statelint.facts.model import Call, Const, Invoke, Operand
from statelint.models.rows import BackendForm, BackendRow, Clause, Default
from statelint.program.definitions import argument, arguments_of
from statelint.program.index import ProgramIndex
from statelint.program.library_uses import WITHOUT_ARGUMENTS, Use
from statelint.program.objects import Container, Context, Object, Site
from statelint.program.settings import Setting, is_for_development
from statelint.program.stores import Store
from statelint.program.values import Known, Made, Value


class Given(msgspec.Struct, frozen=True):
    """An argument of a call, the clause that it fulfils, and its operand."""

    use: Use
    clause: Clause
    operand: Operand


class Judged(msgspec.Struct, frozen=True):
    """A local back end: how sure that is, what may change it, and the setting that decides, if one does."""

    level: Level
    variable: str = ""
    setting: Setting | None = None
    also: tuple[Setting, ...] = ()  # further settings of the same dict that are local, such as other caches
    others: tuple[Judged, ...] = ()  # the same setting in other classes, modules and branches
    drawn: Store | None = None  # what keeps the random value that decides
    is_project_elsewhere: bool = False  # the settings are those of whoever uses the package
    clause: Clause | None = None  # what the deciding value fulfils
    argument: Given | None = None  # the argument that decides, if one does

    @property
    def store(self) -> Store | None:
        """What keeps the setting or the random value that decides."""
        return self.drawn if self.setting is None else self.setting.store

    @property
    def stores(self) -> tuple[Store, ...]:
        """The same, and what belongs to it."""
        if self.setting is None:
            return () if self.drawn is None else (self.drawn,)
        return (self.setting.store, *(one.store for one in self.also), *self.setting.within)


class Subject(msgspec.Struct, frozen=True):
    """What a clause looks at: one argument or one setting, and what it may be."""

    values: tuple[Value, ...]
    setting: Setting | None = None
    source: tuple[Context, Operand] | None = None
    use: Use | None = None

    @property
    def is_none(self) -> bool:
        """Whether it is set to nothing, which is the same as not being set."""
        return self.values == (Known(None),)


class Backends:
    """Judges uses of back ends."""

    def __init__(self, index: ProgramIndex, branches: Branches | None = None) -> None:
        """Nothing judged yet; `branches` tell which settings are set only where the deployment asks for it."""
        self.index = index
        self.clauses = Clauses(index)
        self.branches = branches
        self._chosen: dict[str, str] = {}  # settings that are not set by default, with the variable that decides
        self._known: dict[tuple[Clause, Use | None], tuple[Subject, ...]] = {}

    def may_be_local(self, dotted: str, site: Site) -> bool:
        """Whether a memo keeps its results in the process: no row says otherwise of the call that made it."""
        rows = self.index.models.arguments.backends(dotted)
        uses = [
            use for use in self.index.library_uses.of([dotted]) if use.context is site.context and use.span == site.span
        ]
        return not rows or any(self.judge(row, uses[0] if uses else None) is not None for row in rows)

    def judge(self, row: BackendRow, use: Use | None) -> Judged | None:
        """Local by an argument, by a setting or by default; None where it is external or nobody can tell."""
        if any(self._best([clause], use)[0] is Level.NO for clause in row.only_when):
            return None
        local, judged = self._best([clause for clause in row.local_when if _looks_at_value(clause)], use)
        external = self._external(row, use)
        if local is not Level.NO:
            assert judged is not None
            mixed = external is Level.YES and local is Level.YES
            return msgspec.structs.replace(judged, level=Level.BY_DEFAULT) if mixed else judged
        if external is not Level.NO:
            return None
        return self._by_absence(row, use)

    def is_external(self, row: BackendRow, use: Use) -> bool:
        """Whether an argument or setting says that the state is kept elsewhere."""
        return self._external(row, use) is not Level.NO

    def _external(self, row: BackendRow, use: Use | None) -> Level:
        levels = (
            self.clauses.test(clause, subject.values, subject.source)[0]
            for clause in row.external_when
            if _looks_at_value(clause)
            for subject in self._subjects(clause, use)
            if not self._is_for_development(subject)
        )
        return max(levels, default=Level.NO)

    def deciding_texts(self, row: BackendRow, use: Use | None) -> Iterator[str]:
        """Texts in the settings that could decide, and in the arguments of a use."""
        found = [
            subject.values for clause in row.local_when if clause.setting for subject in self._subjects(clause, use)
        ]
        if use is not None and isinstance(use.op, Call | Invoke):
            given = arguments_of(use.op)
            found += [self.index.values.of(use.context, one) for one in given]
        for values in found:
            for value in values:
                yield from self.clauses.texts(value)

    def _by_absence(self, row: BackendRow, use: Use | None) -> Judged | None:
        """Nothing that is known decides: is everything absent that could, or something given that says too little?"""
        subjects = [
            subject
            for clause in (*row.local_when, *row.external_when)
            for subject in self._subjects(clause, use)
            if (subject.setting is not None or not subject.is_none) and not self._is_for_development(subject)
        ]
        absent = [clause for clause in row.local_when if clause.absent]
        if any(clause.setting for clause in row.only_when) and not self.index.settings.are_there:
            return Judged(Level.BY_DEFAULT, is_project_elsewhere=True)
        for clause in row.local_when:
            given = self._subjects(clause, use)
            if clause.always or (clause.present and given and not _all_elsewhere(given)):
                if not (clause.present and given):
                    return Judged(Level.YES)
                argument = _given(clause, given[0])
                return Judged(Level.YES, "", given[0].setting, clause=clause, argument=argument)
        unset = next((one.setting for one in subjects if one.setting is not None and one.is_none), None)
        if unset is not None and row.default is Default.LOCAL:
            return Judged(Level.YES if all(one.is_none for one in subjects) else Level.BY_DEFAULT, "", unset)
        if row.default is Default.LOCAL and subjects and all(map(_is_nothing_on_one_way, subjects)):
            return Judged(Level.BY_DEFAULT)
        if subjects or any(clause.always for clause in row.external_when):
            return None
        if absent or row.default is Default.LOCAL:
            settings = [clause.setting for clause in (*row.local_when, *row.external_when) if clause.setting]
            if settings and row.form is BackendForm.SETTING and not self.index.settings.are_there:
                return Judged(Level.BY_DEFAULT, is_project_elsewhere=True)
            chosen = [self._chosen[setting] for setting in settings if setting in self._chosen]
            chosen += filter(None, map(self.index.settings.replaced_by, settings))
            return Judged(Level.BY_DEFAULT, chosen[0]) if chosen else Judged(Level.YES)
        return None

    def origin(self, row: BackendRow, use: Use) -> tuple[Store, tuple[Value, ...]] | None:
        """From which attribute or global the deciding argument comes: calls that share it are one state."""
        for clause in row.local_when:
            for subject in self._subjects(clause, use):
                if subject.source is not None and subject.setting is None:
                    through = self.index.values.through(*subject.source)
                    return (through[0], subject.values) if through else None
        return None

    def texts(self, row: BackendRow, use: Use | None) -> tuple[str, ...]:
        """What the arguments and settings that decide say: a URL or path among them."""
        values = (
            value for clause in row.local_when for subject in self._subjects(clause, use) for value in subject.values
        )
        return tuple(dict.fromkeys(text for value in values for text in self.clauses.texts(value)))

    def _best(self, clauses: list[Clause], use: Use | None) -> tuple[Level, Judged | None]:
        best, judged = Level.NO, None
        local: dict[Setting, Judged] = {}
        for clause in clauses:
            for subject in self._subjects(clause, use):
                if not _looks_at_value(clause):
                    level, variable = (Level.NO if clause.absent else Level.YES), ""
                else:
                    level, variable = self.clauses.test(clause, subject.values, subject.source)
                if level is Level.YES and subject.setting is not None and not clause.absent:
                    variable = self.index.settings.replaced_by(clause.setting, subject.setting)
                    level = Level.BY_DEFAULT if variable else level
                drawn, argument = self._drawn(clause, subject), _given(clause, subject)
                one = Judged(level, variable, subject.setting, drawn=drawn, clause=clause, argument=argument)
                if level is not Level.NO and subject.setting is not None:
                    local.setdefault(subject.setting, one)
                if _rank(level, subject.setting) > _rank(best, judged.setting if judged is not None else None):
                    best, judged = level, one
            if clause.absent and all(self._is_for_development(one) for one in self._subjects(clause, use)):
                best, judged = Level.YES, Judged(Level.YES)
        if judged is not None and judged.setting is not None and len(local) > 1:
            judged = _with_others(judged, local)
        return best, judged

    def _drawn(self, clause: Clause, subject: Subject) -> Store | None:
        """Where a random value is first kept, however far from there it is used."""
        if not clause.drawn or subject.source is None or subject.setting is not None:
            return None
        values, furthest = self.index.values, None
        for store in values.through(*subject.source):
            source = (store.context, store.operand)
            if self.clauses.test(clause, values.of(*source), source)[0] is not Level.NO:
                furthest = store  # `self.key = given or token_hex()`: what may be given instead is kept elsewhere
                if not values.through(*source):
                    return store
        return furthest

    def _subjects(self, clause: Clause, use: Use | None) -> tuple[Subject, ...]:
        key = (clause, use)
        if key not in self._known:
            self._known[key] = tuple(self._find_subjects(clause, use))
        return self._known[key]

    def _find_subjects(self, clause: Clause, use: Use | None) -> Iterator[Subject]:
        if clause.setting:
            yield from self._settings(clause.setting)
            yield from self._handed_over(clause.setting, use)
        elif clause.arg:
            uses = self.index.library_uses.of([clause.of]) if clause.of else [use] if use is not None else []
            where = (clause.arg,) if clause.position is None else (clause.arg, clause.position)
            for one in uses:
                yield from self._given(one, where)

    def _given(self, use: Use, where: tuple[int | str, ...]) -> Iterator[Subject]:
        if isinstance(use.op, WITHOUT_ARGUMENTS):
            return
        given = argument(use.op, where)
        if given is not None:
            yield Subject(self.index.values.of(use.context, given[0]), None, (use.context, given[0]), use)
        elif use.op.star is not None or (use.op.double_star is not None and self._may_hold(use, where)):
            yield Subject(())

    def _may_hold(self, use: Use, where: tuple[int | str, ...]) -> bool:
        """Whether `**options` may give the argument: all else that is in it is known."""
        assert isinstance(use.op, Call | Invoke)
        given = self.index.linker.objects(use.context, use.op.double_star)
        return not given or any(
            not isinstance(obj, Container) or bool(obj.unknown.objects) or any(name in obj.slots for name in where)
            for obj in given
        )

    def _settings(self, key: str) -> Iterator[Subject]:
        for setting in self.index.settings.find(key):
            store = setting.store
            if self._is_chosen(key, setting):
                continue
            yield Subject(self.index.values.stored(store), setting, (store.context, store.operand))

    def _is_chosen(self, key: str, setting: Setting) -> bool:
        if self.branches is None:
            return False
        found = self.branches.around(setting.outermost.context, setting.outermost.span)
        if found.kind is Branch.CHOSEN:
            self._chosen.setdefault(key, found.variable)
        return found.kind is Branch.CHOSEN

    def _is_for_development(self, subject: Subject) -> bool:
        """Whether a setting is set only below `if DEBUG:` or the like."""
        if self.branches is None or subject.setting is None:
            return False
        outermost = subject.setting.outermost
        return self.branches.around(outermost.context, outermost.span).kind is Branch.DEVELOPMENT

    def _handed_over(self, key: str, use: Use | None) -> Iterator[Subject]:
        """`Cache(app, config={"CACHE_TYPE": ...})`."""
        if use is None or isinstance(use.op, WITHOUT_ARGUMENTS):
            return
        for operand in arguments_of(use.op):
            for obj in self._handed(use.context, operand):
                for setting in self.index.settings.in_object(obj, key):
                    yield Subject(self.index.values.stored(setting.store), setting)

    def _handed(self, context: Context, operand: Operand) -> Iterable[Object]:
        """A dict, also one that is itself a setting: `dictConfig(app.config["LOGGING"])`."""
        if isinstance(operand, Const):
            return ()
        values = self.index.values.of(context, operand)
        made = (value.obj for value in values if isinstance(value, Made))
        return dict.fromkeys((*self.index.linker.objects(context, operand), *made))


def _with_others(judged: Judged, local: dict[Setting, Judged]) -> Judged:
    """Entries of one dict belong together; the same setting in another class, module or branch stands for itself."""
    assert judged.setting is not None
    groups: dict[Store, list[Judged]] = {judged.setting.outermost: []}
    for setting, one in local.items():
        if setting != judged.setting:
            groups.setdefault(setting.outermost, []).append(one)
    own, *others = (tuple(group) for group in groups.values())
    return msgspec.structs.replace(
        judged,
        also=_settings(own),
        others=tuple(msgspec.structs.replace(group[0], also=_settings(group[1:])) for group in others),
    )


def _settings(group: tuple[Judged, ...]) -> tuple[Setting, ...]:
    return tuple(one.setting for one in group if one.setting is not None)


def _given(clause: Clause, subject: Subject) -> Given | None:
    if subject.use is None or subject.source is None:
        return None
    return Given(subject.use, clause, subject.source[1])


def _rank(level: Level, setting: Setting | None) -> tuple[bool, bool, Level]:
    """What is deployed tells more than what only tests or development set."""
    return (level is not Level.NO, setting is None or not is_for_development(setting.symbol), level)


def _all_elsewhere(subjects: Iterable[Subject]) -> bool:
    return all(is_decided_elsewhere(subject.values) or not subject.values for subject in subjects)


def _is_nothing_on_one_way(subject: Subject) -> bool:
    """`queue if shared else None`; what the environment says is for the deployment to decide."""
    return subject.setting is None and Known(None) in subject.values and not is_decided_elsewhere(subject.values)


def _looks_at_value(clause: Clause) -> bool:
    return not (clause.absent or clause.present or clause.always)
