"""What a library may call of what it is given, where no row says what it does."""

from __future__ import annotations

from statelint.facts.model import Role
from statelint.program.background import Background
from statelint.program.classes import PLAIN_BASES
from statelint.program.core import CallSite
from statelint.program.entry_points import LIBRARY_CALLS
from statelint.program.objects import (
    DROPPED,
    SERVING,
    STARTUP,
    Bound,
    ClassObject,
    Container,
    FunctionObject,
    Instance,
    Node,
    Object,
    Partial,
)

HANDED = frozenset({Container, Instance, FunctionObject, Bound, Partial})
DESCRIPTIVE = ("builtins.", "collections.abc.", "numbers.", "typing.")  # modules whose classes call nobody back
MOST_HANDED = 16  # things that one argument of a library call may be, before it says nothing


class HandedOut(Background):
    """Links functions and objects that unknown code may call."""

    templates: dict[Instance, None]

    def hand_out(self, site: CallSite) -> None:
        """Functions and handler objects given to a library that we know nothing of: it may call them."""
        for argument in (*site.args, *site.keywords.values(), site.star):
            if argument is not None and not self.is_text(argument):
                self._hand_out_argument(argument, site)

    def _hand_out_argument(self, argument: Node, site: CallSite) -> None:
        """Where it may be very many things, nobody knows what the library is given."""

        def given(obj: Object) -> None:
            if type(obj) in HANDED and len(argument.objects) <= MOST_HANDED:
                self._handed_out(obj, site)

        self.each(argument, given)

    def _handed_out(self, obj: Object, site: CallSite) -> None:
        match obj:
            case FunctionObject() | Bound() | Partial() if site.registers:
                pass
            case FunctionObject() | Bound() | Partial() if site.role != Role.DECORATOR or site.phase == SERVING:
                inner = site.with_args([], {})
                inner.target = DROPPED
                inner.likely = True
                self.call(obj, inner)
            case Instance():
                self.hand_out_instance(obj, site)
            case Container() if len(obj.all.objects) <= MOST_HANDED:
                if self.first_time("handed", obj, site.context, site.span):
                    self.each(obj.all, lambda element: self._handed_function(element, site))

    def _handed_function(self, obj: Object, site: CallSite) -> None:
        if isinstance(obj, FunctionObject | Bound | Partial):
            self._handed_out(obj, site)

    def hand_out_instance(self, obj: Instance, site: CallSite) -> None:
        """An object whose class derives from a library class is given to a library, which may call its methods."""
        if not self.first_time("handed out", obj, site.phase) or not self._is_unknown_kind(obj.cls):
            return
        if obj in self.templates:
            return  # the program itself, not a handler
        for member in self.mro(obj.cls):
            for name in sorted(member.body.names):
                if not name.startswith("_"):
                    self._hand_out_method(obj, member, name, site)

    def _hand_out_method(self, obj: Instance, member: ClassObject, name: str, site: CallSite) -> None:
        def found(value: Object) -> None:
            if isinstance(value, FunctionObject):
                if site.phase == STARTUP:
                    self.register_function(self.bound(value, obj), LIBRARY_CALLS, site, "", "")
                else:
                    inner = site.with_args([], {})
                    inner.target = DROPPED
                    inner.likely = True
                    self.call_function(value, obj, inner)

        self.each(member.field(name), found)

    def run_template(self, obj: Instance, site: CallSite) -> None:
        """`Main().run()`, where a library's `run` calls what `Main` overrides: at start-up, that is start-up code."""
        if site.phase != STARTUP or obj in self.templates or not self._is_unknown_kind(obj.cls):
            return
        caller = site.context.function.owner if site.context.function is not None else None
        if caller is not None and caller in self.mro(obj.cls):
            return  # one of its methods uses another
        self.templates[obj] = None
        inner = site.with_args([], {})
        inner.target = DROPPED
        inner.likely = True
        for member in self.mro(obj.cls):
            for name in sorted(member.body.names):
                if not name.startswith("_"):
                    self.each(member.field(name), lambda value: self.call_on(value, obj, inner))

    def _is_unknown_kind(self, cls: ClassObject) -> bool:
        """Whether a class derives from a library class of which no row says what it calls."""
        bases = [base for base in self.external_bases(cls) if base not in PLAIN_BASES and not self._is_data(base)]
        if not bases or self.models.base_class_rows(bases) or self.has_data_fields_only(cls):
            return False
        return not any(self.models.is_application(base) for base in bases)  # its routes are entry points by their rows

    def _is_data(self, dotted: str) -> bool:
        """Whether a class only says what an object is, as built-in and abstract types and containers do."""
        row = self.models.type_row(dotted)
        return dotted.startswith(DESCRIPTIVE) or (row is not None and row.kind == "container")

    def has_data_fields_only(self, cls: ClassObject) -> bool:
        """Whether the class is a record without methods."""
        return bool(cls.body.annotated) and len(cls.body.annotated) >= len(cls.body.names)
