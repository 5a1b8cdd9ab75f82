"""Classes: method resolution order, attribute lookup, external bases."""

from __future__ import annotations

from collections import Counter, deque

from statelint.facts.model import SetAttr
from statelint.models.tables import Models
from statelint.program.core import Core
from statelint.program.modules import Modules
from statelint.program.objects import ClassObject, External, Node, Object

DATA_DECORATORS = frozenset({"dataclass", "define", "frozen", "mutable", "attrs", "s", "attrib", "type", "input"})
DEEPEST_BASES = 100
DATA_BASES = (
    "Model", "Schema", "Struct", "Settings", "Document", "TypedDict", "NamedTuple", "Base", "Config", "Message", "Type",
    "Input", "Serializer", "Form",
)  # fmt: skip
PLAIN_BASES = frozenset({
    "builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "builtins.Exception", "enum.Enum",
    "builtins.BaseException", "threading.Thread",
})  # fmt: skip


class Classes(Core):
    """Questions about classes of the program."""

    def __init__(self, modules: Modules, models: Models) -> None:
        """No class seen yet."""
        super().__init__(modules, models)
        self._set_attributes: dict[ClassObject, frozenset[str]] = {}

    def bases_of(self, cls: ClassObject) -> list[Object]:
        """Direct bases known so far, in order."""
        return [base for node in cls.base_nodes for base in node.objects if isinstance(base, ClassObject | External)]

    def mro(self, cls: ClassObject) -> list[ClassObject]:
        """C3 order of the program's classes, or depth first where the bases contradict one another."""
        found = self._orders.get(cls)
        if found is None:
            found = self._orders[cls] = self._linear(cls, (), {})
        return found

    def _linear(
        self, cls: ClassObject, path: tuple[ClassObject, ...], known: dict[ClassObject, list[ClassObject]]
    ) -> list[ClassObject]:
        if cls in path or len(path) > DEEPEST_BASES:
            return []
        if (order := self._orders.get(cls)) is not None:
            return order
        if cls not in known:
            parents = [base for base in self.bases_of(cls) if isinstance(base, ClassObject)]
            chains = [self._linear(parent, (*path, cls), known) for parent in parents]
            rest = chains[0] if len(chains) == 1 else _merged([*chains, parents])
            known[cls] = [cls, *rest]
        return known[cls]

    def program_bases(self, cls: ClassObject) -> list[ClassObject]:
        """Every class of the program that `cls` derives from, nearest first."""
        return self.mro(cls)[1:]

    def external_bases(self, cls: ClassObject) -> list[str]:
        """Dotted library classes that `cls` derives from, with their own known bases."""
        known = self._external_bases.get(cls)
        if known is not None:
            return known
        found: dict[str, None] = {}
        for member in self.mro(cls):
            for base in self.bases_of(member):
                if isinstance(base, External):
                    name = base.dotted.removesuffix("[]")
                    found[name] = None
                    self.learner.learn_class(name)
                    found.update(dict.fromkeys(self.models.bases(name)))
        result = self._external_bases[cls] = list(found)
        return result

    def defining(self, cls: ClassObject, name: str) -> ClassObject | None:
        """The first class in the order whose body binds `name`."""
        for member in self.mro(cls):
            if name in member.body.names:
                return member
        return None

    def metaclasses(self, cls: ClassObject) -> list[Node]:
        """What the class and its bases are made by, where they say so."""
        return [member.keywords["metaclass"] for member in self.mro(cls) if "metaclass" in member.keywords]

    def lookup(self, cls: ClassObject, name: str) -> Node:
        """What `cls.name` may be, in the order of its bases; grows when bases or attributes do."""
        node = cls.lookups.get(name)
        if node is None:
            node = cls.lookups[name] = Node()
            self.refresh(cls, name)
        return node

    def refresh(self, cls: ClassObject, name: str) -> None:
        """Connect a lookup to the classes known by now."""
        node = cls.lookups[name]
        for member in self.mro(cls):
            self.solver.edge(member.field(name), node)
            if name in member.body.names:
                return

    def bases_changed(self, cls: ClassObject) -> None:
        """A base became known: look up again, here and in subclasses."""
        self._orders.clear()
        self._external_bases.clear()
        for member in (cls, *self._subclasses(cls)):
            for name in tuple(member.lookups):
                self.refresh(member, name)

    def _subclasses(self, cls: ClassObject) -> list[ClassObject]:
        found: dict[ClassObject, None] = {}
        waiting = list(cls.subclasses)
        while waiting:
            member = waiting.pop()
            if member not in found:
                found[member] = None
                waiting.extend(member.subclasses)
        return list(found)

    def has_data_fields(self, cls: ClassObject) -> bool:
        """Whether annotated names in the class body are fields of each instance (dataclass, model, schema)."""
        for member in self.mro(cls):
            if any(text.rpartition(".")[2] in DATA_DECORATORS for text in member.body.decorators):
                return True
        return self.derives_from_library(cls)

    def derives_from_library(self, cls: ClassObject) -> bool:
        """Whether a library may give the attributes of the class a meaning of their own."""
        return any(base not in PLAIN_BASES for base in self.external_bases(cls))

    def field_names(self, cls: ClassObject) -> list[str]:
        """Annotated names of a data class in the order of its generated constructor."""
        names: dict[str, None] = {}
        for member in reversed(self.mro(cls)):
            names.update(dict.fromkeys(member.body.annotated))
        return list(names)

    def sets_attribute(self, cls: ClassObject, name: str) -> bool:
        """Whether a method of the class or of a base sets `self.name`."""
        return any(name in self._set_by_methods(member) for member in self.mro(cls))

    def _set_by_methods(self, cls: ClassObject) -> frozenset[str]:
        known = self._set_attributes.get(cls)
        if known is None:
            index = next(at for at, body in enumerate(cls.module.bodies) if body is cls.body)
            methods = [body for body in cls.module.bodies if body.parent == index and body.params]
            known = self._set_attributes[cls] = frozenset(
                op.name
                for method in methods
                for op in method.ops
                if type(op) is SetAttr and op.base == method.params[0].name
            )
        return known

    def is_data_field(self, cls: ClassObject, name: str) -> bool:
        """Whether `name` is a field of each instance rather than a class attribute."""
        owner = self.defining(cls, name)
        if owner is None or name not in owner.body.annotated:
            return False
        if any(text.rpartition(".")[2] in DATA_DECORATORS for text in owner.body.decorators):
            return True
        return any(base.rpartition(".")[2].endswith(DATA_BASES) for base in self.external_bases(owner))


def _merged(chains: list[list[ClassObject]]) -> list[ClassObject]:
    """The C3 merge; where the chains contradict one another, the first of the first chain comes next."""
    waiting = [deque(chain) for chain in chains]
    behind = Counter(member for chain in chains for member in chain[1:])
    merged: dict[ClassObject, None] = {}
    while heads := [chain[0] for chain in waiting if chain]:
        merged[next((head for head in heads if not behind[head]), heads[0])] = None
        for chain in waiting:
            while chain and chain[0] in merged:
                chain.popleft()
                if chain:
                    behind[chain[0]] -= 1
    return list(merged)
