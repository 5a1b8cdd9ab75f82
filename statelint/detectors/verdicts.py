"""Is a written long-lived object state, or does it only look like it?"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from statelint.detectors.asking import holds_at
from statelint.detectors.first_run import is_first_run
from statelint.detectors.in_flight import REMOVALS, is_in_flight, operator_of, sources_of, turns_away
from statelint.detectors.logs import is_log
from statelint.detectors.mechanisms import is_inside_of_lock, is_metrics_table
from statelint.detectors.outward import work_of
from statelint.detectors.own_process import is_memory_of_watcher, repeats_start
from statelint.detectors.set_anew import is_set_anew, is_set_on_entering
from statelint.detectors.switches import switched_on
from statelint.domain.words import ClearedReason, Holder, Trigger
from statelint.facts.model import Attr, Call, Combine, Const, Invoke, New, SetItem
from statelint.program.definitions import definitions_of, is_made_empty
from statelint.program.index import ProgramIndex
from statelint.program.objects import Container, External, FunctionObject, Instance, Object
from statelint.program.provenance import CLOCK, FILE, OUTSIDE, RANDOM, REQUEST
from statelint.program.state import State, Write
from statelint.program.state_keys import PROCESS
from statelint.syntax.batch import Asker, Question, Verdict

MEMBERSHIP = frozenset({"add", "append"})
CHANGING = frozenset({REQUEST, OUTSIDE, FILE, CLOCK, RANDOM})
ATTRIBUTES = frozenset(
    {Holder.SINGLETON_INSTANCE, Holder.CLASS_ATTRIBUTE, Holder.APP_OBJECT, Holder.FUNCTION_ATTRIBUTE}
)
WIDER_THAN_SELF = frozenset({Holder.CLASS_ATTRIBUTE, Holder.MODULE_GLOBAL})
MOST_FILLS = 4  # places that fill a cache; what is written in more is no memo
PLAIN_WRITES = frozenset({"attribute", "rebind", "item"})
EMPTY = frozenset({"set", "list", "dict", "deque"})
QUEUES = frozenset({"queue"})
CONNECTED = frozenset({Trigger.WEBSOCKET, Trigger.RPC})  # of objects made for one client: while it stays connected
TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
FLAG = re.compile(r"only until `(?P<path>[\w.]+)` is set")


class Judgement(msgspec.Struct, frozen=True):
    """What the writes of one state object say about it."""

    cleared: ClearedReason | None
    detail: str = ""
    shapes: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    writers: frozenset[str] = frozenset()


def question_of(write: Write) -> Question | None:
    """The question that decides whether a write is a first-time initialisation."""
    body = write.context.body
    if write.how in REMOVALS or body.kind == "module":
        return None
    owner, _, name = write.key.name.rpartition(".")
    return Question("guarded_write", write.span.line, write.span.column, f".{name}" if owner else name)


def judge(index: ProgramIndex, state: State, asker: Asker) -> Judgement:
    """Decide from origins, guards and shapes."""
    written = _additions(state)
    filled = switched_on(index, written, asker)
    if filled and (is_memory_of_watcher(index, state) or all(repeats_start(index, write) for write in filled)):
        return Judgement(ClearedReason.EVERY_PROCESS)
    if written and not filled:
        return Judgement(ClearedReason.UNREACHABLE, "no call turns on the parameter that it needs")
    additions = [write for write in filled if not _runs_once(index, write, asker)]
    if filled and not additions:
        return Judgement(ClearedReason.IMPORT_TIME_REGISTRY, "work that start-up code starts writes it once")
    reason, detail = _clearing(index, state, additions, asker)
    if reason is not None:
        return Judgement(reason, detail)
    shapes = _shapes(index, state, additions, asker)
    return Judgement(None, "", frozenset(shapes), words_of(state), _writer_words(state, additions))


def _additions(state: State) -> list[Write]:
    return [write for write in state.writes if write.how not in REMOVALS and not _is_reset(write)]


def is_queue(state: State) -> bool:
    """Whether a state object is a queue of work, rather than something that holds queues."""
    kinds = {obj.row.kind if isinstance(obj, Container) and obj.row is not None else "" for obj in state.objects}
    return bool(kinds) and kinds <= QUEUES


def _runs_once(index: ProgramIndex, write: Write, asker: Asker) -> bool:
    """Whether a write stands before the loop of a thread or task that start-up code starts."""
    calls = index.reach.starting_calls(write.context)
    if calls is None or (calls and OUTSIDE in index.provenance.of(write.context, write.value)):
        return False
    places = [(write.context, write.span), *((call.caller, call.span) for call in calls)]
    return all(holds_at(asker, context, span, "outside_loops") for context, span in places)


def holds_locks(index: ProgramIndex, state: State) -> bool:
    """Whether all that serving code puts into a holder is locks."""
    values = [index.linker.objects(write.context, write.value) for write in state.writes if write.how not in REMOVALS]
    return bool(values) and all(objects and all(map(index.is_lock, objects)) for objects in values)


def _is_of_process(index: ProgramIndex, state: State) -> bool:
    """Whether a state is something of which a process has one, such as its environment."""
    rows = (index.linker.models.type_row(obj.dotted) for obj in state.objects if isinstance(obj, External))
    return any(row is not None and row.kind == PROCESS for row in rows)


def _is_reset(write: Write) -> bool:
    """`x = None` and `queue.put(None)` take something away, like `del x`."""
    nothing = isinstance(write.value, Const) and write.value.value is None
    return nothing and write.how in {"rebind", "attribute", "put", "put_nowait"}


def _guard(index: ProgramIndex, write: Write, asker: Asker) -> str | None:
    """In words why a write runs only the first time; None where it doesn't."""
    if write.how == "setdefault":
        return "only if the key is absent"
    question = question_of(write)
    if question is None:
        return None
    answer = asker.ask(write.context.module.path, question)
    if answer.verdict is not Verdict.CONFIRMED:
        return None
    flag = FLAG.search(answer.note)
    return answer.note if flag is None or _holds_for_ever(index, write, flag["path"]) else None


def _holds_for_ever(index: ProgramIndex, write: Write, flag: str) -> bool:
    """Whether a flag lives as long as what is written, and serving code never takes it back."""
    if flag.startswith("self.") and write.key.holder in WIDER_THAN_SELF and write.key_operand is not None:
        return False
    name = flag.rpartition(".")[2]
    return not any(
        isinstance(other.value, Const) and not other.value.value
        for state in index.effects.states.values()
        if state.key.name.rpartition(".")[2] == name
        for other in state.writes
    )


def _clearing(
    index: ProgramIndex, state: State, additions: list[Write], asker: Asker
) -> tuple[ClearedReason | None, str]:
    if not state.reads and all(write.how in {"attribute", "rebind", "augment"} for write in state.writes):
        if state.key.holder in ATTRIBUTES:
            return ClearedReason.NEVER_READ, "no code reached while serving reads it"
    if all(_is_of_own_function(write) for write in state.writes):
        return ClearedReason.PER_REQUEST, "set by the call that made the function"
    if _is_only_emptied(state):
        return ClearedReason.PER_REQUEST, "nothing puts an element into the empty default"
    if _is_of_process(index, state) and not any(_is_foreign_value(index, write) for write in additions):
        return ClearedReason.CONFIGURATION, ""
    if is_in_flight(index, state, asker):
        return ClearedReason.IN_FLIGHT, "every run that adds an entry removes it again"
    if additions and all(is_set_on_entering(write, asker) for write in additions):
        return ClearedReason.IN_FLIGHT, "made anew each time that its block is entered"
    if is_set_anew(index, state, asker):
        return ClearedReason.IN_FLIGHT, "every run sets it before it looks at it"
    if is_inside_of_lock(index, state):
        return ClearedReason.GUARDS_MEMORY_ONLY, "the inside of a lock written by hand"
    if is_metrics_table(index, state):
        return ClearedReason.METRICS, "only what reports it reads it, and sets it back"
    if not additions or _counts(additions):
        return None, ""
    return _clearing_by_values(index, state, additions, asker)


def _clearing_by_values(
    index: ProgramIndex, state: State, additions: list[Write], asker: Asker
) -> tuple[ClearedReason | None, str]:
    if not state.reads and all(_is_started_work(index, write) for write in additions):
        return ClearedReason.IN_FLIGHT, "only keeps work alive, which is judged where it starts"
    if all(_is_harmless(index, write) for write in additions):
        detail = _guards(index, additions, asker)
        if detail is not None and not _locks(state, additions, asker):
            keyed = any(write.key_operand is not None for write in additions)
            return (ClearedReason.PURE_MEMO if keyed else ClearedReason.LAZY_INITIALISATION), detail
    if _is_pool(index, additions):
        return ClearedReason.CLIENT_POOL, "every replica makes its own"
    if is_first_run(index, additions, asker):
        return ClearedReason.LAZY_INITIALISATION, "runs below a block that runs only the first time"
    return None, ""


def _locks(state: State, additions: list[Write], asker: Asker) -> bool:
    """Whether an entry keeps others out until it is taken away again."""
    if not any(write.how in REMOVALS for write in state.writes):
        return False
    return all(turns_away(write, asker) for write in additions)


def _is_of_own_function(write: Write) -> bool:
    """`def wrapper(): ...` and then `wrapper.original = view` in the same call."""
    return isinstance(write.obj, FunctionObject) and write.obj.environment is write.context


def _is_only_emptied(state: State) -> bool:
    """Whether a default argument is an empty display from which code can only take away."""
    if state.key.holder is not Holder.DEFAULT_ARGUMENT or any(write.how not in REMOVALS for write in state.writes):
        return False
    return bool(state.objects) and all(isinstance(obj, Container) and is_made_empty(obj) for obj in state.objects)


def _is_pool(index: ProgramIndex, additions: list[Write]) -> bool:
    """Clients that are put back after use, or empty containers for them by server."""
    clients = [
        write
        for write in additions
        if index.provenance.makes_client(write.context, write.value)
        and not _is_part(write)
        and not _registers_itself(write)
    ]
    keyed = [write for write in clients if write.how not in MEMBERSHIP and write.key_operand is not None]
    return bool(clients) and not keyed and all(write in clients or _is_empty(write) for write in additions)


def _registers_itself(write: Write) -> bool:
    """`ROOM.members.add(self)`: what is kept is the object at work, whatever clients it has."""
    params = write.context.body.params
    return write.context.takes_self and bool(params) and write.value == params[0].name


def _is_part(write: Write) -> bool:
    """`SEEN.add(message.id)`: an attribute of what a library handed over is data."""
    return any(isinstance(op, Attr) for op in definitions_of(write.context.body).get(write.value, ()))


def _is_empty(write: Write) -> bool:
    """`POOLS[server] = set()`."""
    made = definitions_of(write.context.body).get(write.value, ())
    return bool(made) and all(
        (isinstance(op, New) and not op.values) or (isinstance(op, Call) and not op.args and op.callee in EMPTY)
        for op in made
    )


def _is_started_work(index: ProgramIndex, write: Write) -> bool:
    """`TASKS.add(task)` for a task that this function, or a function of the program, starts."""
    if write.how not in MEMBERSHIP:
        return False
    values = index.linker.objects(write.context, write.value)
    if values and all(isinstance(obj, External) and obj.made and index.models.is_task(obj.dotted) for obj in values):
        return True
    return any(
        isinstance(op, Call | Invoke)
        and any(index.models.is_task(callee.dotted) for callee in index.callees(write.context, op))
        for op in sources_of(write.context, write.value)
    )


def _guards(index: ProgramIndex, additions: list[Write], asker: Asker) -> str | None:
    """In words why every write runs only the first time; the first without a guard decides, for questions are dear."""
    detail = ""
    for write in additions:
        guard = _guard(index, write, asker)
        if guard is None:
            return None
        detail = detail or guard
    return detail


def _is_harmless(index: ProgramIndex, write: Write) -> bool:
    """A client, or a value that depends on nothing but its key and constants, and stays what it is."""
    provenance = index.provenance
    if write.key_operand is None and _is_application(index, write):
        return True
    if provenance.makes_client(write.context, write.value):
        return not (_is_foreign_key(index, write) and _is_filled_later(index, write))
    if write.key_operand is None:  # a file that is read once is the program's own; one for each key may change
        return provenance.of(write.context, write.value).isdisjoint(CHANGING - {FILE})
    if _carries_nothing(write):
        return not _is_foreign_key(index, write)
    if _is_foreign_key(index, write) and _changes_later(index, write):
        return False
    origins = provenance.of(write.context, write.value, write.key_operand) & CHANGING
    return not origins or (origins == {FILE} and index.files.reads_only_code(work_of([write.context], ())))


def _is_application(index: ProgramIndex, write: Write) -> bool:
    """An application made by the first request: which request that was makes no difference to what it is."""
    made = [obj.cls for obj in index.linker.objects(write.context, write.value) if isinstance(obj, Instance)]
    called = {f"{member.symbol}.__call__" for cls in made for member in index.linker.mro(cls)}
    return any(entry.symbol in called and entry.row.trigger is Trigger.HTTP for entry in index.reach.entries)


def _is_foreign_key(index: ProgramIndex, write: Write) -> bool:
    """Whether a key comes with a request or from outside, not from the program itself."""
    return not index.provenance.of(write.context, write.key_operand).isdisjoint({REQUEST, OUTSIDE})


def _is_foreign_value(index: ProgramIndex, write: Write) -> bool:
    return not index.provenance.of(write.context, write.value).isdisjoint({REQUEST, OUTSIDE})


def _carries_nothing(write: Write) -> bool:
    """`SEEN.add(key)`, `DONE[key] = True`: what is remembered is that the key was there."""
    return write.how in MEMBERSHIP or (write.how in {"item", "setdefault"} and isinstance(write.value, Const))


def _changes_later(index: ProgramIndex, write: Write) -> bool:
    """Whether serving code goes on to change the value that was stored for a key."""
    changed = index.effects.changed
    return any(obj in changed or _parts(obj) & changed for obj in index.linker.objects(write.context, write.value))


def _is_filled_later(index: ProgramIndex, write: Write) -> bool:
    """Whether serving code goes on to fill what an object holds besides its client."""
    values = index.linker.objects(write.context, write.value)
    return any(not _parts(obj).isdisjoint(index.effects.changed) for obj in values)


def _parts(obj: Object) -> set[Object]:
    """What the attributes of an object hold."""
    fields = obj.fields.values() if isinstance(obj, Instance) else ()
    return {part for node in fields for part in node.objects if isinstance(part, Container)}


def _counts(additions: list[Write]) -> bool:
    return any(write.how == "augment" for write in additions)


def _shapes(index: ProgramIndex, state: State, additions: list[Write], asker: Asker) -> set[str]:
    origins = _telling_origins(index, additions)
    shapes: set[str] = set()
    if not origins.isdisjoint({OUTSIDE, FILE}):
        shapes.add("outside-data")
        if not _counts(additions) and len(additions) <= MOST_FILLS and _guards(index, additions, asker) is not None:
            shapes.add("memo")
    if CLOCK in origins:
        shapes.add("clock")
    if any(_is_step(write) for write in additions) or any(_is_counter(obj) for obj in state.objects):
        shapes.add("sequence-number")
    if is_queue(state):
        shapes.add("queue")
    if any(_kind_of(index, obj) == "limiter" for obj in state.objects):
        shapes.add("limiter")
    if any(write.key_operand is not None for write in additions):
        shapes.add("keyed")
    if _is_tally(shapes, additions) and not is_log(index, state, additions):
        shapes.add("tally")
    for write in additions:
        if "request-key" not in shapes and write.key_operand is not None:
            if REQUEST in index.provenance.of(write.context, write.key_operand):
                shapes.add("request-key")
        if "live-connection" not in shapes and _is_connection(index, write):
            shapes.add("live-connection")
    return shapes


def _is_tally(shapes: set[str], additions: list[Write]) -> bool:
    if not shapes.isdisjoint({"clock", "limiter", "sequence-number"}) or _tallies(additions):
        return True
    return "keyed" in shapes and "outside-data" not in shapes  # else it keeps an answer, such as the rate of a currency


def _telling_origins(index: ProgramIndex, additions: list[Write]) -> set[str]:
    """Origins of what is written, as far as shapes ask for them."""
    origins: set[str] = set()
    for write in additions:
        origins |= index.provenance.of(write.context, write.value)
        if CLOCK in origins and not origins.isdisjoint({OUTSIDE, FILE}):
            break
    return origins


def _tallies(additions: list[Write]) -> bool:
    """`n += 1`, `calls.append(time)`, `BLOCKED.add(address)`: more than a value that is set."""
    return _counts(additions) or any(write.how not in PLAIN_WRITES for write in additions)


def _kind_of(index: ProgramIndex, obj: Object) -> str:
    row = index.models.type_row(obj.dotted) if isinstance(obj, External) and obj.made else None
    return row.kind if row is not None else ""


def _is_counter(obj: object) -> bool:
    return isinstance(obj, External) and "count" in obj.dotted


def _is_step(write: Write) -> bool:
    """`n += 1` of a name or attribute."""
    if operator_of(write) != "+=" or isinstance(write.op, SetItem | Combine):
        return False
    steps = (op for op in definitions_of(write.context.body).get(write.value, ()) if isinstance(op, Combine))
    return any(isinstance(op.operands[-1], Const) and isinstance(op.operands[-1].value, int) for op in steps)


def _is_connection(index: ProgramIndex, write: Write) -> bool:
    for operand in (write.value, write.key_operand):
        for obj in index.linker.objects(write.context, operand):
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
        entry.row.trigger in CONNECTED and any(entry.symbol.startswith(f"{member.symbol}.") for member in members)
        for entry in index.reach.entries
    )


def words_of(state: State) -> frozenset[str]:
    """Lower-case pieces of the holder's own name and of the keys that the code uses."""
    keys = (write.key_operand for write in state.writes if isinstance(write.key_operand, str))
    return _words((state.key.name.rpartition(".")[2], *keys))


def _writer_words(state: State, additions: list[Write]) -> frozenset[str]:
    """Lower-case pieces of the class of the holder and of the functions that write."""
    return _words((state.key.name.rpartition(".")[0], *(write.context.body.name for write in additions)))


def _words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(piece.lower() for name in names for piece in TOKEN.findall(name))
