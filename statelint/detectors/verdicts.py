"""Is a written long-lived object state, or does it only look like it?"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from statelint.domain.words import ClearedReason, Holder, Trigger
from statelint.facts.model import Combine, Const, SetAttr, SetItem
from statelint.program.effects import State, Write
from statelint.program.index import ProgramIndex
from statelint.program.objects import Container, External, Instance
from statelint.program.provenance import CLOCK, OUTSIDE, RANDOM, REQUEST
from statelint.syntax.batch import Answer, Question, Verdict

REMOVALS = frozenset(
    {"delete", "pop", "popitem", "popleft", "remove", "discard", "clear", "get", "get_nowait", "task_done"}
)
CHANGING = frozenset({REQUEST, OUTSIDE, CLOCK, RANDOM})
ATTRIBUTES = frozenset(
    {Holder.SINGLETON_INSTANCE, Holder.CLASS_ATTRIBUTE, Holder.APP_OBJECT, Holder.FUNCTION_ATTRIBUTE}
)
QUEUES = frozenset({"queue"})
TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Judgement(msgspec.Struct, frozen=True):
    """What the writes of one state object say about it."""

    cleared: ClearedReason | None
    detail: str
    shapes: frozenset[str]
    words: frozenset[str]
    origins: frozenset[str]


def question_of(write: Write) -> Question | None:
    """The question that decides whether a write is a first-time initialisation."""
    body = write.context.body
    if write.how in REMOVALS or body.kind == "module":
        return None
    owner, _, name = write.key.name.rpartition(".")
    return Question("guarded_write", write.span.line, write.span.column, f".{name}" if owner else name)


def questions(state: State) -> Iterable[tuple[str, Question]]:
    """Every open question of a state object with the file that answers it."""
    for write in state.writes:
        if (question := question_of(write)) is not None:
            yield write.context.module.path, question


def judge(index: ProgramIndex, state: State, answers: dict[tuple[str, Question], Answer]) -> Judgement:
    """Decide from guards, origins and shapes."""
    additions = [write for write in state.writes if write.how not in REMOVALS and not _is_reset(write)]
    guards = [_guard(write, answers) for write in additions]
    origins: set[str] = set()
    for write in additions:
        origins |= index.provenance.of(write.context, write.value)
    shapes = _shapes(index, state, additions, origins)
    guarded = bool(guards) and all(guard is not None for guard in guards)
    if guarded:
        shapes.add("memo")
    reason, detail = _clearing(index, state, additions, guards, guarded=guarded)
    return Judgement(reason, detail, frozenset(shapes), words_of(state), frozenset(origins))


def _is_reset(write: Write) -> bool:
    """`x = None` takes something away, like `del x`."""
    return write.how in {"rebind", "attribute"} and isinstance(write.value, Const) and write.value.value is None


def _guard(write: Write, answers: dict[tuple[str, Question], Answer]) -> str | None:
    if write.how == "setdefault":
        return "only if the key is absent"
    question = question_of(write)
    answer = answers.get((write.context.module.path, question)) if question is not None else None
    if answer is None or answer.verdict is not Verdict.CONFIRMED:
        return None
    return answer.note


def _clearing(
    index: ProgramIndex,
    state: State,
    additions: list[Write],
    guards: list[str | None],
    *,
    guarded: bool,
) -> tuple[ClearedReason | None, str]:
    detail = next((guard for guard in guards if guard), "")
    if guarded and not _counts(additions):
        if all(_is_harmless(index, write) for write in additions):
            keyed = any(write.key_operand is not None for write in additions)
            return (ClearedReason.PURE_MEMO if keyed else ClearedReason.LAZY_INITIALISATION), detail
    if not state.reads and all(write.how in {"attribute", "rebind"} for write in state.writes):
        if state.key.holder in ATTRIBUTES:
            return ClearedReason.NEVER_READ, "no code reached while serving reads it"
    return None, ""


def _is_harmless(index: ProgramIndex, write: Write) -> bool:
    """A client, or a value that depends on nothing but its key and constants."""
    if index.provenance.makes_client(write.context, write.value):
        return True
    return index.provenance.of(write.context, write.value, write.key_operand).isdisjoint(CHANGING)


def _counts(additions: list[Write]) -> bool:
    return any(write.how == "augment" for write in additions)


def _shapes(index: ProgramIndex, state: State, additions: list[Write], origins: set[str]) -> set[str]:
    shapes: set[str] = set()
    if OUTSIDE in origins:
        shapes.add("outside-data")
    if CLOCK in origins:
        shapes.add("clock")
    if any(_is_step(write) for write in additions) and state.key.name.count("[]") == 0:
        shapes.add("sequence-number")
    if any(isinstance(obj, External) and "count" in obj.dotted for obj in state.objects):
        shapes.add("sequence-number")
    if any(isinstance(obj, Container) and obj.row is not None and obj.row.kind in QUEUES for obj in state.objects):
        shapes.add("queue")
    for write in additions:
        if write.key_operand is not None and REQUEST in index.provenance.of(write.context, write.key_operand):
            shapes.add("request-key")
        if _is_connection(index, write):
            shapes.add("live-connection")
    return shapes


def _is_step(write: Write) -> bool:
    """`n += 1` of a name or attribute."""
    if write.how != "augment" or isinstance(write.op, SetItem | Combine):
        return False
    source = write.value
    return isinstance(write.op, SetAttr) or not isinstance(source, Const)


def _is_connection(index: ProgramIndex, write: Write) -> bool:
    for operand in (write.value, write.key_operand):
        node = index.linker.node(write.context, operand) if operand is not None else None
        for obj in tuple(node.objects) if node is not None else ():
            if isinstance(obj, External) and (
                "websocket" in obj.dotted.lower() or obj.dotted.endswith((".WebSocket", "StreamResponse"))
            ):
                return True
            if isinstance(obj, Instance) and obj.per_request and _serves_sockets(index, obj):
                return True
            if isinstance(obj, Container) and obj.row is not None and obj.row.kind in QUEUES:
                return True
    return False


def _serves_sockets(index: ProgramIndex, obj: Instance) -> bool:
    members = {obj.cls, *index.linker.program_bases(obj.cls)}
    return any(
        entry.row.trigger is Trigger.WEBSOCKET
        and any(entry.symbol.startswith(f"{member.symbol}.") for member in members)
        for entry in index.reach.entries
    )


def words_of(state: State) -> frozenset[str]:
    """Lower-case pieces of the names involved: the holder, its class, its keys, its writers."""
    texts = [state.key.name]
    texts.extend(write.key_operand for write in state.writes if isinstance(write.key_operand, str))
    texts.extend(write.context.body.name for write in state.writes)
    return frozenset(piece.lower() for text in texts for piece in TOKEN.findall(text))
