"""Direct effects: every operation that changes a long-lived object while serving, and every one that reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from statelint.domain.words import Holder
from statelint.facts.model import (
    Attr,
    Bind,
    Call,
    Combine,
    Const,
    Enter,
    How,
    Invoke,
    Item,
    Iterate,
    Move,
    New,
    Op,
    Operand,
    Return,
    SetAttr,
    SetItem,
    Span,
    Spread,
)
from statelint.program.applications import item_part
from statelint.program.definitions import definitions_of
from statelint.program.holders import Holders, Key
from statelint.program.items import CONTAINER_BASES
from statelint.program.linking import Linker
from statelint.program.objects import (
    SERVING,
    STARTUP,
    Bound,
    ClassObject,
    Container,
    Context,
    External,
    FunctionObject,
    Instance,
    ModuleObject,
    Namespace,
    Object,
    Super,
    Text,
)
from statelint.program.reachability import Reachability
from statelint.program.sharing import Sharing

NOWHERE = Span(1, 1, 1, 1)
MOST_TARGETS = 10  # different things that one operand may be
IMMUTABLE = frozenset({"tuple", "generator", "frozenset", "builtins.tuple", "builtins.frozenset"})
KEEPING = CONTAINER_BASES | {"store", "limiter"}
ELSEWHERE = frozenset(  # kinds of library objects that are no state of this process
    {"lock", "sync", "not-shared", "external", "metrics", "logging", "disk", "process-global"}
)
ENTERED = ("__enter__", "__aenter__")  # one of them, called by `with`
LONGEST_CHAIN = 6  # local names and elements between a write and the name of what it changes
COMPARISONS = frozenset({"==", "!=", "<=", ">="})
PROCESS = "process-global"
ITEM_METHODS = frozenset({"__setitem__", "__delitem__"})
READS = frozenset({"get", "items", "keys", "values", "copy", "index", "count", "__contains__", "qsize", "empty"})


class Write:
    """One operation that changes a holder."""

    __slots__ = ("context", "how", "key", "key_operand", "method", "obj", "op", "span", "value")

    def __init__(self, key: Key, obj: Object | None, context: Context, op: Op, span: Span, how: str) -> None:
        """`how` is rebind, augment, delete, attribute, item or the name of the mutating method."""
        self.key = key
        self.obj = obj
        self.context = context
        self.op = op
        self.span = span
        self.how = how
        self.value: Operand = None
        self.key_operand: Operand = None


class State:
    """One state object: its writes and reads while serving."""

    __slots__ = ("key", "objects", "reads", "scans", "writes")

    def __init__(self, key: Key) -> None:
        """Nothing seen yet."""
        self.key = key
        self.objects: dict[Object, None] = {}
        self.writes: list[Write] = []
        self.reads: list[tuple[Context, Span]] = []
        self.scans: list[tuple[Context, Span]] = []  # reads of all elements


class Effects:
    """Walks every context reached while serving once."""

    def __init__(self, linker: Linker, reach: Reachability, holders: Holders) -> None:
        """Collect writes, then the reads of what is written."""
        self.linker = linker
        self.reach = reach
        self.holders = holders
        self.sharing = Sharing(linker, reach.order, holders.shared_nodes)
        self.states: dict[Key, State] = {}
        for context in reach.order:
            for op in context.body.ops:
                for write in self._writes(context, op):
                    self._add(write)
        self._drop_other_applications()
        self._join_parts()
        self.changed = {write.obj for state in self.states.values() for write in state.writes if write.obj is not None}
        self._reads()

    def _drop_other_applications(self) -> None:
        """`request.app` may be any application: what is meant is the one on which start-up code set that part."""
        parts: dict[str, list[Key]] = defaultdict(list)
        for key in self.states:
            if (part := self.holders.part_of(key)) is not None:
                parts[part].append(key)
        for keys in parts.values():
            set_up = [key for key in keys if self.holders.is_set_up(key)]
            for key in keys if set_up else ():
                if key not in set_up:
                    del self.states[key]

    def _join_parts(self) -> None:
        """What a container keeps in its attributes about its own elements belongs to it."""
        contents: dict[Object, State] = {}
        for state in self.states.values():
            for obj in state.objects:
                if isinstance(obj, Instance) and obj.content is not None and not _sets_attributes(state):
                    contents.setdefault(obj, state)
        for key, state in tuple(self.states.items()):
            hosts = {contents[obj]: None for obj in self._keepers(state) if obj in contents}
            if hosts and state not in hosts:
                for host in hosts:
                    host.writes.extend(state.writes)
                del self.states[key]

    def _keepers(self, state: State) -> list[Object]:
        """The objects whose attribute a state is."""
        if state.key.holder is not Holder.SINGLETON_INSTANCE:
            return []
        return [
            owner
            for obj in state.objects
            for owner in ([obj] if isinstance(obj, Instance) else self.holders.keepers(obj))
        ]

    def _add(self, write: Write) -> None:
        state = self.states.get(write.key)
        if state is None:
            state = self.states[write.key] = State(write.key)
        if write.obj is not None:
            state.objects[write.obj] = None
        state.writes.append(write)

    # --- writes

    def _writes(self, context: Context, op: Op) -> Iterator[Write]:
        match op:
            case Bind():
                yield from self._rebinding(context, op)
            case SetAttr():
                yield from self._attribute(context, op)
            case SetItem():
                yield from self._item(context, op)
            case Invoke():
                yield from self._method(context, op)
                yield from self._library_method(context, op)
            case Call():
                yield from self._call(context, op)
            case Enter():
                yield from self._entered(context, op)
            case Combine(operator=operator) if operator.endswith("=") and operator not in {"=="}:
                yield from self._in_place(context, op)

    def _objects(self, context: Context, operand: Operand) -> tuple[Object, ...]:
        node = self.linker.node(context, operand)
        return tuple(node.objects) if node is not None else ()

    def _shared(self, context: Context, operand: Operand) -> Iterator[Object]:
        """Long-lived objects that an operand may be, without those that this very function has just made."""
        objects = self._objects(context, operand)
        if len(objects) > MOST_TARGETS and _kinds_of(objects) > MOST_TARGETS:
            return  # so many things that the analysis has lost track of what this is
        looked_up = self.sharing.has(self.linker.node(context, operand))
        is_known = any(isinstance(obj, Instance | Container) for obj in objects)
        for obj in objects:
            if is_known and self._is_unknown_part(obj):
                continue
            if obj.phase == SERVING and obj.site is not None and obj.site.context is context:
                if self._is_made_here(context, operand, obj.site.span):
                    continue
            if obj.phase == SERVING and isinstance(obj, Instance | Container) and not looked_up:
                continue
            if self.holders.is_long_lived(obj):
                yield obj

    def _is_unknown_part(self, obj: Object) -> bool:
        """`request.app.state.x` as such, which means nothing where it is known what start-up code has put there."""
        return isinstance(obj, External) and obj.base is not None and not obj.made and self.holders.is_application(obj)

    def _is_made_here(self, context: Context, operand: Operand, span: Span) -> bool:
        """Whether the operand names only what a display or call at `span` makes, and nothing that was looked up."""
        definitions = definitions_of(context.body)
        waiting: list[Operand] = [operand]
        seen: set[Operand] = set()
        is_made = False
        while waiting:
            current = waiting.pop()
            if current in seen or current is None or isinstance(current, Const):
                continue
            seen.add(current)
            for op in definitions.get(current, ()):
                if isinstance(op, Bind | Move):
                    waiting.append(op.source)
                elif getattr(op, "span", None) == span or isinstance(op, Combine | New):
                    is_made = True
                elif self.sharing.has(self.linker.node(context, current)):
                    return False
        return is_made

    def _name_used(self, context: Context, operand: Operand) -> str:
        """The attribute or global under which the code reaches what it changes."""
        definitions = definitions_of(context.body)
        for _ in range(LONGEST_CHAIN):
            if isinstance(operand, str) and operand not in context.body.names:
                return operand
            op = next(iter(definitions.get(operand, ())), None)
            match op:
                case Attr(name=name):
                    return name
                case Bind(source=source) | Move(source=source):
                    operand = source
                case Item(base=base) | Invoke(base=base):
                    operand = base
                case _:
                    return ""
        return ""

    def _rebinding(self, context: Context, op: Bind) -> Iterator[Write]:
        body = context.body
        if op.name in body.global_names:
            key = self.holders.global_key(context.module, op.name)
        elif op.name in body.nonlocal_names:
            owner = self.linker.defining_context(context, op.name)
            if owner is None or owner.phase != STARTUP:
                return
            key = self.holders.closure_key(owner, op.name)
        else:
            return
        if op.how == How.DECLARE and body.kind == "module":
            return
        write = Write(key, None, context, op, op.span, _how(op.how, "rebind"))
        write.value = op.source
        yield write

    def _attribute(self, context: Context, op: SetAttr) -> Iterator[Write]:
        constructing = self.reach.is_constructing(context)
        first = context.body.params[0].name if context.body.params else None
        for found in self._with_attribute(op.name, op.base, list(self._shared(context, op.base))):
            base = found.receiver if isinstance(found, Super) else found
            if constructing and op.base == first and not isinstance(base, ClassObject):
                continue
            key = self._attribute_key(base, op.name)
            if key is not None:
                write = Write(key, base, context, op, op.span, _how(op.how, "attribute"))
                write.value = op.source
                yield write

    def _with_attribute(self, name: str, base: Operand, found: list[Object]) -> list[Object]:
        """Where an operand may be many things, those that are known to have the attribute."""
        known = [obj for obj in found if self._has_attribute(obj, name)]
        if known or len(found) != 1:
            return known
        only = found[0]
        if isinstance(only, FunctionObject | Bound):
            return found if isinstance(base, str) else []
        return [] if isinstance(only, Instance) and self.linker.external_bases(only.cls) else found

    def _has_attribute(self, obj: Object, name: str) -> bool:
        match obj:
            case Instance():
                return self.holders.introduces(obj.cls, name)
            case ClassObject():
                return self.linker.defining(obj, name) is not None
            case ModuleObject(module=module):
                return name in self.linker.module_names(module)
            case External():
                return self.holders.is_application(obj)
        return False

    def _attribute_key(self, base: Object, name: str) -> Key | None:
        match base:
            case ModuleObject(module=module):
                return self.holders.global_key(module, name)
            case ClassObject():
                return self.holders.class_key(base, name)
            case FunctionObject():
                return self.holders.function_key(base, name)
            case Bound(function=function):
                return self.holders.function_key(function, name)
            case Instance():
                if self.linker.property_of(base.cls, name) is not None:
                    return None
                return self.holders.attribute_key(base, name)
            case External():
                row = self.linker.models.type_row(base.dotted)
                return None if row is not None and row.kind in ELSEWHERE else self.holders.external_key(base, name)
        return None

    def _item(self, context: Context, op: SetItem) -> Iterator[Write]:
        objects = self._objects(context, op.base)
        for base in self._shared(context, op.base):
            if isinstance(base, Namespace):
                yield from self._named_items(context, op, base)
                continue
            key = self._process_key(context, base)
            key = key or self._content_key(base, self._name_used(context, op.base), op.key, alone=len(objects) == 1)
            if key is not None:
                write = Write(key, base, context, op, op.span, _how(op.how, "item"))
                write.value = op.source
                write.key_operand = op.key
                yield write

    def _named_items(self, context: Context, op: SetItem, base: Namespace) -> Iterator[Write]:
        """`vars(x)["name"] = value`, `globals()[name] = value`."""
        names: list[str] = []
        self.linker.each_name(context, op.key, names.append)
        for name in dict.fromkeys(names):
            if (key := self._attribute_key(base.owner, name)) is not None:
                write = Write(key, base.owner, context, op, op.span, _how(op.how, "attribute"))
                write.value = op.source
                yield write

    def _process_key(self, context: Context, base: Object, method: str = "") -> Key | None:
        """What the process has one of, such as its environment, under the module that writes it."""
        row = self.linker.models.type_row(base.dotted) if isinstance(base, External) and not base.made else None
        if row is None or row.kind != PROCESS or (method and method not in row.mutators):
            return None
        return Key(Holder.MODULE_GLOBAL, context.module.path, context.module.name, row.qualified[0])

    def _content_key(self, base: Object, used: str, item: Operand = None, *, alone: bool = True) -> Key | None:
        """The holder of what `base[...]` writes; unknown library values count only where nothing else is meant."""
        match base:
            case Container() if base.kind not in IMMUTABLE:
                return self.holders.key_of(base, used)
            case Instance() if base.content is not None and self.linker.defining(base.cls, "__setitem__") is None:
                return self.holders.key_of(base, used)
            case External() if not base.made or self.holders.is_application(base):
                return self._external_content(base, item)
            case External() if alone or self.linker.models.type_row(base.dotted) is not None:
                return self.holders.key_of(base, used)
        return None

    def _external_content(self, base: External, item: Operand) -> Key | None:
        if base.base is None and not base.made:
            return None
        if isinstance(item, Const) and self.holders.is_application(base):
            return self.holders.external_key(base, item_part(item))
        return self.holders.key_of(base)

    def _method(self, context: Context, op: Invoke) -> Iterator[Write]:
        for base in self._shared(context, op.base):
            used = self._name_used(context, op.base)
            key = self._process_key(context, base, op.name)
            key = key or self._mutated_by(base, op.name, used, op.args[0] if op.args else None)
            if key is not None:
                changed = base.receiver if isinstance(base, Super) else base
                yield self._by_method(Write(key, changed, context, op, op.span, op.name))

    def _by_method(self, write: Write) -> Write:
        args = write.op.args if isinstance(write.op, Call | Invoke) else ()
        write.value = args[-1] if args else None
        if len(args) > 1 or write.how in {"setdefault", "pop", "add", "discard", "remove", "append"}:
            write.key_operand = args[0] if args else None
        return write

    def _library_method(self, context: Context, op: Invoke) -> Iterator[Write]:
        """`heapq.heappush(shared, x)`, `object.__setattr__(x, "name", value)`, `x.__dict__.update(name=value)`."""
        for base in self._objects(context, op.base):
            if isinstance(base, Namespace) and op.name == "update":
                yield from self._named_update(context, op, base)
            if not isinstance(base, External) or base.made or base.base is not None:
                continue
            dotted = self.linker.models.canonical(f"{base.dotted}.{op.name}")
            if dotted == "builtins.object.__setattr__" and len(op.args) > 1:
                yield from self._set_attribute(context, op)
            row = self.linker.models.call_row(dotted)
            for which in row.mutates if row is not None else self._unbound(base, op):
                if isinstance(which, int) and which < len(op.args):
                    yield from self._mutated_argument(context, op, op.args[which], dotted)

    def _unbound(self, base: External, op: Invoke) -> tuple[int, ...]:
        """`dict.update(shared, name=value)`."""
        row = self.linker.models.type_row(base.dotted)
        return (0,) if row is not None and op.name in row.mutators else ()

    def _named_update(self, context: Context, op: Invoke, base: Namespace) -> Iterator[Write]:
        if base.owner.phase == SERVING or not self.holders.is_long_lived(base.owner):
            return
        for name, value in op.keywords:
            if (key := self._attribute_key(base.owner, name)) is not None:
                write = Write(key, base.owner, context, op, op.span, "attribute")
                write.value = value
                yield write

    def _mutated_by(self, base: Object, name: str, used: str, item: Operand) -> Key | None:
        match base:
            case Container(row=row) if row is not None and name in row.mutators and base.kind not in IMMUTABLE:
                return self.holders.key_of(base, used)
            case Instance() if self.linker.defining(base.cls, name) is None:
                return self.holders.key_of(base, used) if self._base_mutates(base, name) else None
            case Super(receiver=Instance() as receiver):
                if self.holders.is_long_lived(receiver) and self._base_mutates(receiver, name):
                    return self.holders.key_of(receiver, used)
            case External():
                return self._external_mutated(base, name, item)
        return None

    def _entered(self, context: Context, op: Enter) -> Iterator[Write]:
        """`async with limiter:`"""
        for base in self._shared(context, op.source):
            for name in ENTERED if isinstance(base, External) and base.made else ():
                if (key := self._mutated_by(base, name, self._name_used(context, op.source), None)) is not None:
                    yield Write(key, base, context, op, op.span, name)

    def _base_mutates(self, obj: Instance, name: str) -> bool:
        """Whether a library class that the object derives from changes itself by a method of this name."""
        rows = (self.linker.models.type_row(base) for base in self.linker.external_bases(obj.cls))
        return any(
            row is not None and row.kind in KEEPING and (name in row.mutators or name in ITEM_METHODS) for row in rows
        )

    def _external_mutated(self, base: External, name: str, item: Operand) -> Key | None:
        row = self.linker.models.type_row(base.dotted)
        if row is not None and row.kind in ELSEWHERE:
            return None
        if row is not None and name in row.mutators:
            return None if self.holders.is_kept_elsewhere(base) else self.holders.key_of(base)
        if (
            self.holders.is_application(base)
            and base.base is not None
            and name in {"update", "setdefault", "pop", "clear"}
        ):
            return self._external_content(base, item)
        return None

    def _call(self, context: Context, op: Call) -> Iterator[Write]:
        for callee in self._objects(context, op.callee):
            if not isinstance(callee, External):
                continue
            if callee.dotted in {"builtins.setattr", "builtins.delattr"} and len(op.args) > 1:
                yield from self._set_attribute(context, op)
                continue
            yield from self._bound_method(context, op, callee)
            mutates = self._mutated_arguments(callee)
            for which in mutates:
                if isinstance(which, int) and which < len(op.args):
                    yield from self._mutated_argument(context, op, op.args[which], callee.dotted)

    def _bound_method(self, context: Context, op: Call, callee: External) -> Iterator[Write]:
        """`put = shared.update`, then `put(name=value)`."""
        base, name = callee.base, callee.dotted.rpartition(".")[2]
        if isinstance(base, Container) and base.phase == STARTUP:
            key = self._mutated_by(base, name, "", op.args[0] if op.args else None)
            if key is not None:
                yield self._by_method(Write(key, base, context, op, op.span, name))

    def _mutated_arguments(self, callee: External) -> tuple[int | str, ...]:
        if callee.dotted in {"builtins.next", "builtins.anext"}:
            return (0,)
        row = self.linker.models.call_row(callee.dotted)
        return row.mutates if row is not None else ()

    def _mutated_argument(self, context: Context, op: Call | Invoke, argument: Operand, dotted: str) -> Iterator[Write]:
        for base in self._shared(context, argument):
            if dotted == "builtins.next":
                row = self.linker.models.type_row(base.dotted) if isinstance(base, External) else None
                key = self.holders.key_of(base) if row is not None and row.kind == "counter" else None
            else:
                key = self._content_key(base, self._name_used(context, argument))
            if key is not None:
                write = Write(key, base, context, op, op.span, dotted.rpartition(".")[2])
                write.value = op.args[-1]
                yield write

    def _set_attribute(self, context: Context, op: Call | Invoke) -> Iterator[Write]:
        names = [getattr(obj, "value", "") for obj in self._objects(context, op.args[1])]
        for name in names:
            for base in self._with_attribute(name, op.args[0], list(self._shared(context, op.args[0]))) if name else ():
                if (key := self._attribute_key(base, name)) is not None:
                    write = Write(key, base, context, op, op.span, "attribute")
                    write.value = op.args[2] if len(op.args) > 2 else None  # noqa: PLR2004
                    yield write

    def _in_place(self, context: Context, op: Combine) -> Iterator[Write]:
        span = Span(op.line, op.column, op.line, op.column + 1)
        for base in self._shared(context, op.operands[0] if op.operands else None):
            if isinstance(base, Container) and base.kind not in IMMUTABLE:
                key = self.holders.key_of(base, self._name_used(context, op.operands[0]))
                if key is not None:
                    write = Write(key, base, context, op, span, "augment")
                    write.value = op.operands[-1]
                    yield write

    # --- reads

    def _reads(self) -> None:
        by_object: dict[Object, list[State]] = defaultdict(list)
        by_name: dict[str, list[State]] = defaultdict(list)
        by_global: dict[tuple[str, str], State] = {}
        for state in self.states.values():
            for obj in state.objects:
                by_object[obj].append(state)
            by_name[state.key.name.rpartition(".")[2]].append(state)
            if state.key.holder is Holder.MODULE_GLOBAL:
                by_global[state.key.path, state.key.name] = state
        for context in self.reach.order:
            stepped = _stepped(context)
            for op in context.body.ops:
                self._read(context, op, by_object, by_name, stepped)
                self._read_names(context, op, by_global)
        for state in self.states.values():
            state.reads = state.reads or state.scans.copy()

    def _read(
        self,
        context: Context,
        op: Op,
        by_object: dict[Object, list[State]],
        by_name: dict[str, list[State]],
        stepped: frozenset[tuple[int, int]],
    ) -> None:
        match op:
            case Item() | Invoke():
                if isinstance(op, Item) or op.name in READS:
                    self._read_elements(context, op.base, _span(op), by_object, whole=_takes_all(op))
                for operand in op.args if isinstance(op, Invoke) and not self._is_followed(context, op) else ():
                    self._pass_on(context, operand, _span(op), by_object)
            case Attr() if (op.line, op.column) not in stepped:
                self._read_attribute(context, op, by_name)
            case Call(callee="getattr") if len(op.args) > 1:
                self._read_named(context, op, by_name)
            case Combine(operator="in"):
                for operand in op.operands[1:]:
                    self._read_elements(context, operand, _span(op), by_object, whole=False)
            case Iterate(source=source, line=line):
                self._read_elements(context, source, Span(line, 1, line, 1), by_object, whole=True)
            case Spread(target=target, source=source):
                self._read_elements(context, source, _made_at(context, target), by_object, whole=True)
            case Call(args=args, star=star, double_star=double_star, span=span):
                for operand in (*args, star, double_star) if not self._is_followed(context, op) else ():
                    self._pass_on(context, operand, span, by_object)
            case Return(source=source, line=line):
                self._pass_on(context, source, Span(line, 1, line, 1), by_object)

    def _is_followed(self, context: Context, op: Call | Invoke) -> bool:
        """Whether a call goes to code of the program, which shows itself what it does with its arguments."""
        return any(span == op.span for _, span in context.calls)

    def _read_attribute(self, context: Context, op: Attr, by_name: dict[str, list[State]]) -> None:
        for state in by_name.get(op.name, ()):
            objects = self._objects(context, op.base)
            if any(isinstance(obj, ModuleObject) or self._has_part(state, obj) for obj in objects):
                state.reads.append((context, _span(op)))

    def _has_part(self, state: State, obj: Object) -> bool:
        """Whether an attribute of an object is the state: its own, or that of its class."""
        return obj in state.objects or (
            isinstance(obj, Instance)
            and state.key.holder is Holder.CLASS_ATTRIBUTE
            and not state.objects.keys().isdisjoint(self.linker.mro(obj.cls))
        )

    def _read_elements(
        self, context: Context, operand: Operand, span: Span, by_object: dict[Object, list[State]], *, whole: bool
    ) -> None:
        for obj in self._objects(context, operand):
            if isinstance(obj, Container | External):
                for state in by_object.get(obj, ()):
                    state.reads.append((context, span))
                    if whole:
                        state.scans.append((context, span))

    def _pass_on(self, context: Context, operand: Operand, span: Span, by_object: dict[Object, list[State]]) -> None:
        """Who takes the whole object may read any of it."""
        for obj in self._objects(context, operand):
            for state in by_object.get(obj, ()) if isinstance(obj, Container | External) else ():
                state.scans.append((context, span))

    def _read_names(self, context: Context, op: Op, by_global: dict[tuple[str, str], State]) -> None:
        """A global that is read by its own name."""
        for operand in _operands(op):
            if isinstance(operand, str) and operand not in context.body.names:
                state = by_global.get((context.module.path, operand))
                if state is not None and (span := _place_of(context, op)) is not None:
                    state.reads.append((context, span))

    def _read_named(self, context: Context, op: Call, by_name: dict[str, list[State]]) -> None:
        """`getattr(x, name)` for the names that are known."""
        bases = set(self._objects(context, op.args[0]))
        for obj in self._objects(context, op.args[1]):
            for state in by_name.get(obj.value, ()) if isinstance(obj, Text) else ():
                if not bases.isdisjoint(state.objects):
                    state.reads.append((context, op.span))


def _stepped(context: Context) -> frozenset[tuple[int, int]]:
    """Places of `x.n += 1`: reading `x.n` there tells nobody anything."""
    return frozenset(
        (op.span.line, op.span.column) for op in context.body.ops if type(op) is SetAttr and op.how == How.AUGMENT
    )


def _sets_attributes(state: State) -> bool:
    return all(isinstance(write.op, SetAttr) for write in state.writes)


def _takes_all(op: Item | Invoke) -> bool:
    return isinstance(op, Invoke) and op.name in {"items", "keys", "values", "copy"}


def _operands(op: Op) -> Iterator[Operand]:
    """Operands that an operation reads for their value."""
    match op:
        case Return(source=source) | Bind(source=source) | Move(source=source) | Iterate(source=source):
            yield source
        case SetAttr(source=source) | SetItem(source=source):
            yield source
        case Spread(source=source):
            yield source
        case Call(args=args, keywords=keywords) | Invoke(args=args, keywords=keywords):
            yield from (*args, op.star, op.double_star)
            yield from (value for _, value in keywords)
        case Combine(operator=operator, operands=operands) if not operator.endswith("=") or operator in COMPARISONS:
            yield from operands
        case New(values=values):
            yield from values


def _made_at(context: Context, target: Operand) -> Span:
    """Where the display stands that a temporary holds."""
    made = definitions_of(context.body).get(target, ())
    return next((op.span for op in made if isinstance(op, New)), NOWHERE)


def _place_of(context: Context, op: Op) -> Span | None:
    if isinstance(op, Spread):
        return _made_at(context, op.target)
    if isinstance(span := getattr(op, "span", None), Span):
        return span
    line = getattr(op, "line", None)
    return Span(line, 1, line, 1) if isinstance(line, int) else None


def _kinds_of(objects: tuple[Object, ...]) -> int:
    """How many different things: instances count by class, others by the place that makes them, names not at all."""
    return len({_origin(obj) for obj in objects if not isinstance(obj, Text)})


def _origin(obj: Object) -> object:
    if isinstance(obj, Instance):
        return obj.cls
    return (obj.site.module, obj.site.span) if isinstance(obj, Container) and obj.site is not None else obj


def _span(op: Attr | Item | Invoke | Combine) -> Span:
    if isinstance(op, Invoke):
        return op.span
    return Span(op.line, op.column, op.line, op.column + 1)


def _how(how: int, plain: str) -> str:
    return {How.AUGMENT: "augment", How.DELETE: "delete"}.get(How(how), plain)
