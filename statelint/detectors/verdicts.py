"""Is a written long-lived object state, or does it only look like it?"""

from __future__ import annotations

import re

import msgspec

from statelint.domain.words import ClearedReason, Holder, Trigger
from statelint.facts.model import Combine, Const, SetAttr, SetItem
from statelint.program.effects import State, Write
from statelint.program.index import ProgramIndex
from statelint.program.objects import Container, External, Instance
from statelint.program.provenance import CLOCK, OUTSIDE, RANDOM, REQUEST
from statelint.syntax.batch import Asker, Question, Verdict

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


def judge(index: ProgramIndex, state: State, asker: Asker) -> Judgement:
    """Decide from origins, guards and shapes."""
    additions = [write for write in state.writes if write.how not in REMOVALS and not _is_reset(write)]
    origins: set[str] = set()
    for write in additions:
        origins |= index.provenance.of(write.context, write.value)
    reason, detail = _clearing(index, state, additions, asker)
    if reason is not None:
        return Judgement(reason, detail, frozenset(), frozenset(), frozenset(origins))
    shapes = _shapes(index, state, additions, origins)
    return Judgement(None, "", frozenset(shapes), words_of(state), frozenset(origins))


def _is_reset(write: Write) -> bool:
    """`x = None` takes something away, like `del x`."""
    return write.how in {"rebind", "attribute"} and isinstance(write.value, Const) and write.value.value is None


def _guard(write: Write, asker: Asker) -> str | None:
    """In words why a write runs only the first time; None where it doesn't."""
    if write.how == "setdefault":
        return "only if the key is absent"
    question = question_of(write)
    if question is None:
        return None
    answer = asker.ask(write.context.module.path, question)
    return answer.note if answer.verdict is Verdict.CONFIRMED else None


def _clearing(
    index: ProgramIndex, state: State, additions: list[Write], asker: Asker
) -> tuple[ClearedReason | None, str]:
    if not state.reads and all(write.how in {"attribute", "rebind"} for write in state.writes):
        if state.key.holder in ATTRIBUTES:
            return ClearedReason.NEVER_READ, "no code reached while serving reads it"
    if not additions or _counts(additions) or not all(_is_harmless(index, write) for write in additions):
        return None, ""
    detail = ""
    for write in additions:  # questions are dear: the first write without a guard decides
        guard = _guard(write, asker)
        if guard is None:
            return None, ""
        detail = detail or guard
    keyed = any(write.key_operand is not None for write in additions)
    return (ClearedReason.PURE_MEMO if keyed else ClearedReason.LAZY_INITIALISATION), detail


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
    if any(_is_step(write) for write in additions):
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
