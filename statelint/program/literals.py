"""Arguments, displays and dotted names as the program writes them, read from the facts."""

from __future__ import annotations

from statelint.facts.model import Bind, Const, Move, New, Op, Operand
from statelint.program.core import NOWHERE, CallSite
from statelint.program.definitions import calls_at, definitions_of
from statelint.program.iteration import Iteration
from statelint.program.objects import Container, Context, Node

DEEPEST_COPIES = 4  # assignments between an operand and its use


class Literals(Iteration):
    """Reads what stands in the source, where points-to would say less."""

    def operand(self, site: CallSite, which: int | str) -> Operand:
        """An argument as the facts have it."""
        for op in calls_at(site.context.body, site.span):
            if isinstance(which, str):
                return dict(op.keywords).get(which)
            return op.args[which] if -len(op.args) <= which < len(op.args) else None
        return None

    def text_given(self, site: CallSite, which: int | str) -> str:
        """A string argument as written: read from the facts, since routes need not look like names."""
        operand = self.operand(site, which)
        return operand.value if isinstance(operand, Const) and isinstance(operand.value, str) else ""

    def literals_given(self, site: CallSite, which: int | str) -> list[str]:
        """A string argument, or the strings of a display that is given by value or by name."""
        operand = self.operand(site, which)
        found = self.literals(site.context, operand)
        if found or not isinstance(operand, str):
            return found
        nodes = (obj for obj in self.name_node(site.context, operand).objects if isinstance(obj, Container))
        return next((texts for obj in nodes if (texts := self.display_texts(obj))), [])

    def literals(self, context: Context, operand: Operand) -> list[str]:
        """A string, or the strings of a display, as written."""
        if isinstance(operand, Const):
            return [operand.value] if isinstance(operand.value, str) else []
        made = self.made_by(context, operand)
        values = made.values if isinstance(made, New) else ()
        return [value.value for value in values if isinstance(value, Const) and isinstance(value.value, str)]

    def display_texts(self, found: Container) -> list[str]:
        """The literal strings of a display such as `(r"/path", Handler)`."""
        context = found.site.context if found.site else None
        if context is None or found.kind != "tuple":
            return []
        for op in context.body.ops:
            if isinstance(op, New) and found.site is not None and op.span == found.site.span:
                return [value.value for value in op.values if isinstance(value, Const) and isinstance(value.value, str)]
        return []

    def made_by(self, context: Context, operand: Operand) -> Op | None:
        """The one operation whose value an operand is, through copies."""
        for _ in range(DEEPEST_COPIES):
            definitions = definitions_of(context.body).get(operand, ())
            if len(definitions) != 1:
                return None
            made = definitions[0]
            if not isinstance(made, Bind | Move):
                return made
            operand = made.source
        return None

    def named(self, dotted: str) -> Node | None:
        """The node of a dotted name in a string: `package.module.attribute` or `package.module:attribute`."""
        module_name, _, attribute = dotted.replace(":", ".").rpartition(".")
        if (module := self.modules.find_anywhere(module_name)) is not None:
            return self.global_node(module, attribute)
        outer, _, cls = module_name.rpartition(".")
        if outer and (module := self.modules.find_anywhere(outer)) is not None:
            target = Node()
            span = NOWHERE
            context = self.module_context(module)
            self.each(
                self.global_node(module, cls), lambda obj: self.load_attribute(obj, attribute, target, context, span)
            )
            return target
        if (module := self.modules.find_anywhere(dotted)) is not None:
            return self.global_node(module, "urlpatterns")
        return None

    def module_context(self, module: object) -> Context:
        """The context of a module body."""
        return self.contexts["module", module]
