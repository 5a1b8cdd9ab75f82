"""Abstract objects of the points-to analysis, and the contexts in which functions make them.

One object stands for everything made at one place in one phase.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from statelint.domain.findings import Place
from statelint.facts.model import Body, Span

if TYPE_CHECKING:
    from statelint.models.rows import TypeRow
    from statelint.program.modules import Module

STARTUP = 0
SERVING = 1
CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__", "__set_name__", "__attrs_post_init__"})


class Node:
    """A set of objects that grows, and who must hear of it."""

    __slots__ = ("delta", "edges", "objects", "triggers")

    def __init__(self) -> None:
        """Empty. Most nodes hold little, so what is in them is a tuple as long as it is short, and then a dict."""
        self.objects: tuple[Object, ...] | dict[Object, None] = ()
        self.edges: tuple[Node, ...] | dict[Node, None] = ()
        self.triggers: tuple[()] | list[Callable[[Object], None]] = ()
        self.delta: list[Object] | None = None


NO_FIELDS: dict[str, Node] = {}  # never written to


class _Everything(dict["Object", None]):
    """Claims to hold every object, so that nothing is ever added."""

    def __contains__(self, key: object) -> bool:
        return True


DROPPED = Node()  # takes values that nobody looks at
DROPPED.objects = _Everything()


class Site:
    """Where an object is made."""

    __slots__ = ("context", "module", "span")

    def __init__(self, module: Module, span: Span, context: Context | None) -> None:
        """`context` is the function context that made it, None for modules."""
        self.module = module
        self.span = span
        self.context = context

    @property
    def place(self) -> Place:
        """The place in the file."""
        return self.module.place(self.span)


class Object:
    """Anything that a name may stand for."""

    __slots__ = ("fields", "phase", "site")

    def __init__(self, site: Site | None, phase: int) -> None:
        """No attributes yet."""
        self.site = site
        self.phase = phase
        self.fields: dict[str, Node] = NO_FIELDS

    def field(self, name: str) -> Node:
        """The node of an attribute, made on first use."""
        node = self.fields.get(name)
        if node is None:
            if self.fields is NO_FIELDS:
                self.fields = {}
            node = self.fields[name] = Node()
        return node


class ModuleObject(Object):
    """A module of the program; its fields are its globals."""

    __slots__ = ("module",)

    def __init__(self, module: Module) -> None:
        """Lives as long as the process."""
        super().__init__(None, STARTUP)
        self.module = module


class ClassObject(Object):
    """A class of the program."""

    __slots__ = ("base_nodes", "body", "context", "instances", "keywords", "lookups", "module", "subclasses")

    def __init__(self, body: Body, module: Module, site: Site, context: Context, bases: list[Node]) -> None:
        """`context` is where the class statement ran; its names live in `fields`."""
        super().__init__(site, STARTUP)
        self.body = body
        self.module = module
        self.context = context
        self.base_nodes = bases
        self.keywords: dict[str, Node] = {}
        self.instances = Node()
        self.subclasses: dict[ClassObject, None] = {}
        self.lookups: dict[str, Node] = {}

    @property
    def symbol(self) -> str:
        """Dotted name."""
        return f"{self.module.name}.{self.body.qualname}"


class FunctionObject(Object):
    """A function of the program, with the context whose variables it closes over."""

    __slots__ = ("body", "callers", "environment", "makes_closures", "marks", "memo", "module", "owner")

    def __init__(self, body: Body, module: Module, site: Site, environment: Context) -> None:
        """`owner` is the class in whose body it was defined."""
        super().__init__(site, STARTUP)
        self.makes_closures = False
        self.callers = 0  # contexts made for calls
        self.marks: frozenset[str] = frozenset()  # attributes that the program sets
        self.body = body
        self.module = module
        self.environment = environment
        self.owner: ClassObject | None = None
        self.memo: tuple[str, Site] | None = None

    @property
    def takes_self(self) -> bool:
        """Whether its first parameter is the receiver: an instance or a class."""
        return self.owner is not None and bool(self.body.params) and "staticmethod" not in self.body.decorators

    @property
    def symbol(self) -> str:
        """Dotted name."""
        return f"{self.module.name}.{self.body.qualname}"


class Instance(Object):
    """An instance of a program class, by allocation site."""

    __slots__ = ("cls", "content", "per_request")

    def __init__(self, cls: ClassObject, site: Site, phase: int) -> None:
        """`content` holds elements where the class derives from a container."""
        super().__init__(site, phase)
        self.cls = cls
        self.content: Container | None = None
        self.per_request = False


class Container(Object):
    """A built-in or library container, by allocation site."""

    __slots__ = ("all", "keys", "kind", "row", "slots", "unknown")

    def __init__(self, kind: str, site: Site, phase: int, row: TypeRow | None) -> None:
        """`slots` by literal key, `unknown` for other keys, `all` is their union, `keys` for dicts."""
        super().__init__(site, phase)
        self.kind = kind
        self.row = row
        self.all = Node()
        self.unknown = Node()
        self.slots: dict[object, Node] = {}
        self.keys = Node()

    @property
    def is_data(self) -> bool:
        """Whether it is part of a file of settings that is no code."""
        return self.site is not None and self.site.context is not None and not self.site.context.module.is_code


class Namespace(Object):
    """`vars(x)`, `x.__dict__`, `globals()`: items are attributes of `owner`."""

    __slots__ = ("owner",)

    def __init__(self, owner: Object) -> None:
        """As long-lived as its owner."""
        super().__init__(owner.site, owner.phase)
        self.owner = owner


class External(Object):
    """Something of a library: a name (`made` False) or what calling that name gave (`made` True)."""

    __slots__ = ("base", "call", "content", "dotted", "is_blurred", "level", "made", "of_value")

    def __init__(self, dotted: str, site: Site | None, phase: int, base: Object | None = None) -> None:
        """`base` is the object whose attribute it is; `level` counts calls and attributes since a name."""
        super().__init__(site, phase)
        self.dotted = dotted
        self.base = base
        self.made = False
        self.is_blurred = False  # stands for every value deep inside a library
        self.of_value = False  # what a method of a library value gave, not what a constructor or a function gave
        self.call: object | None = None
        self.level = 0
        self.content: Container | None = None


class Bound(Object):
    """A method bound to its receiver."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: FunctionObject, receiver: Object) -> None:
        """As long-lived as its receiver."""
        super().__init__(function.site, receiver.phase)
        self.function = function
        self.receiver = receiver


class Chosen(Object):
    """A function or method that a name chooses at run time."""

    __slots__ = ("callee",)

    def __init__(self, callee: Object) -> None:
        """As long-lived as what is called."""
        super().__init__(callee.site, callee.phase)
        self.callee = callee


class Partial(Object):
    """`functools.partial(callee, *args, **keywords)`."""

    __slots__ = ("args", "callee", "double_star", "keywords")

    def __init__(self, callee: Node, args: list[Node], keywords: dict[str, Node], site: Site, phase: int) -> None:
        """Arguments that come first in each call; `double_star` holds dicts of more."""
        super().__init__(site, phase)
        self.callee = callee
        self.args = args
        self.keywords = keywords
        self.double_star: Node | None = None


class Property(Object):
    """A property, cached property or descriptor of that kind."""

    __slots__ = ("cached", "getter", "setter")

    def __init__(self, getter: Node, setter: Node, site: Site | None, cached: str = "") -> None:
        """`cached` is the dotted decorator where the value is kept on the instance."""
        super().__init__(site, STARTUP)
        self.getter = getter
        self.setter = setter
        self.cached = cached


class Wrapped(Object):
    """A staticmethod or classmethod."""

    __slots__ = ("function", "kind")

    def __init__(self, kind: str, function: Node, site: Site | None) -> None:
        """`kind` is "static" or "class"."""
        super().__init__(site, STARTUP)
        self.kind = kind
        self.function = function


class Super(Object):
    """`super()`: attributes after `cls` in the order of the receiver's class."""

    __slots__ = ("cls", "receiver")

    def __init__(self, cls: ClassObject, receiver: Object) -> None:
        """As long-lived as its receiver."""
        super().__init__(None, receiver.phase)
        self.cls = cls
        self.receiver = receiver


class Text(Object):
    """A short string constant that may name something."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        """Compared by identity: the solver interns them."""
        super().__init__(None, STARTUP)
        self.value = value


class TextPrefix(Object):
    """The known beginning of a string: `f"on_{name}"`."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        """Compared by identity: the solver interns them."""
        super().__init__(None, STARTUP)
        self.value = value


class Edge:
    """One call: where it stands and what it may call."""

    __slots__ = ("callee", "caller", "likely", "span")

    def __init__(self, caller: Context, callee: Context, span: Span, *, likely: bool = False) -> None:
        """`likely` where the target is a guess."""
        self.caller = caller
        self.callee = callee
        self.span = span
        self.likely = likely


class Context:
    """One function, class body or module body in one phase, for one long-lived receiver or for all others."""

    __slots__ = (
        "body", "calls", "calls_at", "cls", "depth", "environment", "function", "module", "names", "phase",
        "receiver", "result", "temporaries", "yields",
    )  # fmt: skip

    def __init__(
        self, body: Body, module: Module, phase: int, environment: Context | None, receiver: Instance | None
    ) -> None:
        """No constraints yet; `environment` is the enclosing scope's context."""
        self.body = body
        self.module = module
        self.phase = phase
        self.environment = environment
        self.receiver = receiver
        self.function: FunctionObject | None = None
        self.cls: ClassObject | None = None
        self.depth = 0
        self.names: dict[str, Node] = {}
        self.temporaries: list[Node | None] = [None] * body.temporaries
        self.result = Node()
        self.yields = Node()
        self.calls: dict[tuple[Context, Span], Edge] = {}
        self.calls_at: dict[Span, list[Edge]] = {}

    @property
    def symbol(self) -> str:
        """Dotted name of the function."""
        return self.module.name if self.body.kind == "module" else f"{self.module.name}.{self.body.qualname}"

    @property
    def takes_self(self) -> bool:
        """Whether the first parameter of its function is the receiver."""
        return self.function is not None and self.function.takes_self

    def add_call(self, edge: Edge) -> None:
        """Record what a call of this context may call, once."""
        key = (edge.callee, edge.span)
        if key not in self.calls:
            self.calls[key] = edge
            self.calls_at.setdefault(edge.span, []).append(edge)

    def callees_at(self, span: Span) -> list[Context]:
        """What the call at a place may run."""
        return [edge.callee for edge in self.calls_at.get(span, ())]

    def temporary(self, number: int) -> Node:
        """The node of a temporary."""
        node = self.temporaries[number]
        if node is None:
            node = self.temporaries[number] = Node()
        return node

    def local(self, name: str) -> Node:
        """The node of a local variable."""
        node = self.names.get(name)
        if node is None:
            node = self.names[name] = Node()
        return node
