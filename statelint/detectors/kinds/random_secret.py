"""Signing keys and secrets that each process draws for itself when it starts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from statelint.catalogue.rule import Rule
from statelint.detectors.candidate import Candidate, Detector, Group, Outcome, Particulars
from statelint.detectors.clauses import alternatives
from statelint.detectors.evidence import accesses
from statelint.detectors.kept import KEPT_ON_DISK, Keeping, Where
from statelint.detectors.proposals import Proposals, snake_case
from statelint.domain.findings import Cleared, Step
from statelint.domain.words import LOWER_SEVERITY, ClearedReason, Confidence, Holder, Severity
from statelint.facts.model import Bind, Call, Const, How, Invoke, Move, New, Op, Operand, Return, SetAttr, SetItem, Span
from statelint.fixes.proposal import Proposal
from statelint.program.definitions import arguments_of, calls_at, definitions_of
from statelint.program.index import ProgramIndex
from statelint.program.objects import CONSTRUCTORS, STARTUP, Context, Edge, External, FunctionObject
from statelint.program.provenance import RANDOM
from statelint.program.reachability import place_of
from statelint.program.settings import is_for_development
from statelint.program.stores import Store
from statelint.program.values import FromEnvironment
from statelint.syntax.batch import Asker

NAMING = frozenset({Bind, SetAttr, SetItem, New, Call, Invoke, Return})  # operations that name what they give
PASSED_ON = frozenset({"random", "pure", "configuration", "file"})
OPTION = re.compile(r"-*[A-Za-z][\w.-]*")


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which names are those of secrets: regular expressions over names in snake case."""

    names: str
    not_names: str = "(?!)"


class Drawn(msgspec.Struct, frozen=True):
    """One line that gives a secret a random value."""

    name: str
    context: Context
    operand: Operand
    span: Span
    stored: Span  # of what gives it the name


def _detect(index: ProgramIndex, rules: Group, asker: Asker) -> Outcome:
    del asker
    if not index.reach.entries and not index.settings.are_there:
        return Outcome((), ())
    candidates: list[Candidate] = []
    cleared: list[Cleared] = []
    keeping, proposals = Keeping(index), Proposals(index)
    for rule, params in rules:
        named = re.compile(params.names), re.compile(params.not_names)
        found: dict[str, list[Drawn]] = defaultdict(list)
        for drawn in _drawn(index, keeping, *named):
            found[snake_case(drawn.name)].append(drawn)
        for group in found.values():
            where = max(keeping.where(one.context, one.operand) for one in group)
            if where is Where.DATABASE:
                place = place_of(group[0].context, group[0].span)
                cleared.append(Cleared(place, _symbol(group[0]), ClearedReason.EXTERNAL_BACKEND))
            else:
                candidate = _candidate(index, rule, group, is_in_file=where is Where.FILE)
                candidates.append(msgspec.structs.replace(candidate, fix=_proposal(proposals, rule, group)))
    return Outcome(tuple(candidates), tuple(cleared))


def _drawn(
    index: ProgramIndex, keeping: Keeping, named: re.Pattern[str], not_named: re.Pattern[str]
) -> Iterator[Drawn]:
    contexts = [context for context in index.linker.contexts.values() if context.phase == STARTUP]
    stored = [
        one
        for context in contexts
        for op in context.body.ops
        if type(op) in NAMING
        for one in (*_stored(context, op), *_default(index, context, op))
        if named.search(name := snake_case(one.name)) and not not_named.search(name)
    ]
    random = [one for one in stored if _is_random(index, one) and _is_start_of_server(index, one.context)]
    names = {snake_case(one.name) for one in random}
    random += [
        one
        for one in stored
        if snake_case(one.name) not in names
        and keeping.is_read_back(one.context, one.operand)
        and _is_start_of_server(index, one.context)
    ]
    known = {(one.context.module.path, one.span) for one in random}
    for one in random:
        through = tuple(index.values.through(one.context, one.operand))
        is_copy = any((store.context.module.path, store.span) in known for store in through)
        if not is_copy and not _is_of_request(index, through):
            yield one  # what is copied from another secret is that secret


def _is_of_request(index: ProgramIndex, through: Sequence[Store]) -> bool:
    """Whether only serving code draws what start-up code looks at, such as the token of each user."""
    at_start = (store for store in through if store.context.phase == STARTUP)
    return bool(through) and not any(RANDOM in index.provenance.of(one.context, one.operand) for one in at_start)


def _is_start_of_server(index: ProgramIndex, context: Context) -> bool:
    """Start-up code of the process that serves, not of a command, nor what a library calls later."""
    if context.body.kind != "function":
        return True
    return index.serving_process.runs(context) and not _is_handed_over(index, context, set())


def _is_handed_over(index: ProgramIndex, context: Context, seen: set[Context]) -> bool:
    """Whether only libraries may call a function: `Field(default=new_token)` calls it for each record."""
    seen.add(context)
    edges = index.reach.edges_to.get(context, ())
    return bool(edges) and all(
        (edge.likely and _calls_library(index, edge))
        or (
            edge.caller.body.kind == "function"
            and edge.caller not in seen
            and _is_handed_over(index, edge.caller, seen)
        )
        for edge in edges
    )


def _calls_library(index: ProgramIndex, edge: Edge) -> bool:
    return any(index.callees(edge.caller, op) for op in calls_at(edge.caller.body, edge.span))


def _is_random(index: ProgramIndex, drawn: Drawn) -> bool:
    """Drawn here or by a function of the program, and not what a library makes of a function that draws later."""
    made_once = bool(_variable(index, drawn))  # an attribute of settings is no field of many records
    for op in definitions_of(drawn.context.body).get(drawn.operand, ()):
        if isinstance(op, Call | Invoke):
            if made_once:
                return any(_draws(index, drawn.context, one) for one in (op.target, *arguments_of(op)))
            origins = [index.models.origins.of(callee.dotted) for callee in index.callees(drawn.context, op)]
            if any(origin not in PASSED_ON for origin in origins):
                return False
    return RANDOM in index.provenance.of(drawn.context, drawn.operand)


def _draws(index: ProgramIndex, context: Context, operand: Operand) -> bool:
    """Whether a value, or what it gives when it is called, is drawn at random."""
    if operand is None or isinstance(operand, Const):
        return False
    called = index.linker.objects(context, operand)
    functions = (obj for obj in called if isinstance(obj, FunctionObject))
    return (
        RANDOM in index.provenance.of(context, operand)
        or any(isinstance(obj, External) and index.models.origins.of(obj.dotted) == RANDOM for obj in called)
        or any(RANDOM in index.provenance.of_result(one) for made in functions for one in _contexts(index, made))
    )


def _contexts(index: ProgramIndex, function: FunctionObject) -> list[Context]:
    return [context for context in index.linker.contexts.values() if context.function is function]


def _variable(index: ProgramIndex, drawn: Drawn) -> str:
    """What sets an attribute of a class that is read from the environment."""
    return index.values.environment.variable(drawn.context.cls, drawn.name)


def _stored(context: Context, op: Op) -> Iterator[Drawn]:
    """Names, attributes, items, entries and arguments with the values that they are given."""
    match op:
        case Bind(name=name, source=source, span=span, how=How.ASSIGN) if context.body.kind in {"module", "class"}:
            yield Drawn(name, context, source, span, span)
        case SetAttr(name=name, source=source, span=span, how=How.ASSIGN):
            yield Drawn(name, context, source, span, span)
        case SetItem(key=Const(value=str() as name), source=source, span=span, how=How.ASSIGN):
            yield Drawn(name, context, source, span, span)
        case New(keys=keys, values=values, span=span) if keys:
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, Const) and isinstance(key.value, str):
                    yield Drawn(key.value, context, value, _span_of(context, value) or span, span)
        case New(kind="tuple", values=(Const(value=str() as name), value), span=span):
            yield Drawn(name, context, value, span, span)
        case Call() | Invoke():
            yield from _given(context, op)


def _default(index: ProgramIndex, context: Context, op: Op) -> Iterator[Drawn]:
    """What a method gives that makes the default of an attribute."""
    if isinstance(op, Return) and context.function is not None:
        for name in index.linker.defaults.get(context.function, ()):
            span = _span_of(context, op.source) or Span(op.line, 1, op.line, 1)
            yield Drawn(name, context, op.source, span, span)


def _given(context: Context, op: Call | Invoke) -> Iterator[Drawn]:
    """`Application(cookie_secret=...)`, `define("cookie_secret", default=...)`, `setdefault("SECRET_KEY", ...)`."""
    for name, value in op.keywords:
        yield Drawn(name, context, value, _span_of(context, value) or op.span, op.span)
    match op.args:
        case (Const(value=str() as name), *rest) if OPTION.fullmatch(name):
            for value in (*rest, *(value for key, value in op.keywords if key == "default")):
                yield Drawn(name.lstrip("-"), context, value, _span_of(context, value) or op.span, op.span)


def _span_of(context: Context, value: Operand) -> Span | None:
    """Where the call stands that gives a value, through `a or b` and `a if c else b`."""
    for op in definitions_of(context.body).get(value, ()):
        if isinstance(op, Call | Invoke):
            return op.span
        if isinstance(op, Move) and (span := _span_of(context, op.source)) is not None:
            return span
    return None


def _symbol(drawn: Drawn) -> str:
    """Its dotted name; an attribute that a constructor sets is one of the class."""
    context = drawn.context
    owner = context.function.owner if context.function is not None else None
    is_attribute = any(isinstance(op, SetAttr) and op.name == drawn.name for op in context.body.ops)
    if owner is not None and context.body.name in CONSTRUCTORS and is_attribute:
        return f"{owner.symbol}.{drawn.name}"
    return f"{context.symbol}.{drawn.name}"


def _candidate(index: ProgramIndex, rule: Rule, group: list[Drawn], *, is_in_file: bool) -> Candidate:
    first = min(group, key=lambda one: (one.context.module.path, one.span.line))
    place = place_of(first.context, first.span)
    values = index.values.of(first.context, first.operand)
    named = (one.variable for one in alternatives(values) if one.variable)
    read = (value.name for value in values if isinstance(value, FromEnvironment))
    variable = next(filter(None, (_variable(index, first), *named, *read)), "")
    return Candidate(
        rule, place, _symbol(first), Holder.SECRET, Confidence.SURE,
        accesses((one.context, one.span) for one in group), (), (),
        (Step(place, first.context.symbol, f"draws {first.name} at random"),), (),
        _particulars(rule, first, variable, is_in_file=is_in_file),
    )  # fmt: skip


def _proposal(proposals: Proposals, rule: Rule, group: list[Drawn]) -> Proposal | None:
    if not rule.fix or is_for_development(_symbol(group[0])):
        return None
    stores = [Store(one.name, one.context, one.operand, one.stored) for one in group]
    return proposals.of_secret(rule.fix, stores)


def _particulars(rule: Rule, drawn: Drawn, variable: str, *, is_in_file: bool) -> Particulars:
    severity = rule.severity_of()
    details = []
    if is_for_development(_symbol(drawn)):
        severity = Severity.INFO
    elif variable:
        severity = LOWER_SEVERITY[severity]
        details.append(f"This is what happens unless `{variable}` is set.")
    why = KEPT_ON_DISK if is_in_file else ""
    return Particulars(severity, rule.consequence, why, besides=" ".join(details))


DETECTOR = Detector("random-secret", Params, _detect)
