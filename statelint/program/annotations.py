"""Annotations, believed only where nothing better is known: an empty parameter, variable, attribute or result."""

from __future__ import annotations

from collections.abc import Iterator

from statelint.facts.model import Declare, Operand
from statelint.program.library import Library
from statelint.program.objects import SERVING, STARTUP, ClassObject, Context, External, Instance, Node, Object

NO_CLASSES = ("typing.", "builtins.", "collections.abc.")


class Annotations(Library):
    """A stage of linking that fills empty nodes with the instances of the class that their annotation names."""

    def annotate_all(self) -> int:
        """How many empty nodes got something."""
        changed = 0
        for context in tuple(self.contexts.values()):
            for target, annotation, scope in tuple(self._annotated_nodes(context)):
                if target.objects:
                    continue
                for obj in self.objects(scope, annotation):
                    changed += self._believe(obj, target, context)
        return changed

    def _annotated_nodes(self, context: Context) -> Iterator[tuple[Node, Operand, Context]]:
        """Nodes with their annotation and the scope that it is written in."""
        body = context.body
        if context.function is not None:
            outer = context.function.environment
            for param in body.params:
                if param.annotation is not None:
                    yield context.local(param.name), param.annotation, outer
            if body.returns is not None and not body.is_generator:
                yield context.result, body.returns, outer
        for op in body.ops:
            if type(op) is Declare:
                for target in self._declared(context, op):
                    yield target, op.annotation, context

    def _declared(self, context: Context, op: Declare) -> Iterator[Node]:
        if op.base is not None:
            base = self.node(context, op.base)
            for obj in tuple(base.objects) if base is not None else ():
                if isinstance(obj, Instance):
                    yield obj.field(op.name)
        elif context.cls is not None:
            if not context.cls.field(op.name).objects:
                for obj in tuple(context.cls.instances.objects):
                    yield obj.field(op.name)
        else:
            yield self.name_node(context, op.name)

    def _believe(self, annotation: Object, target: Node, context: Context) -> int:
        if isinstance(annotation, ClassObject) and annotation.instances.objects:
            return self._give_instances(annotation, target, context)
        if isinstance(annotation, External) and not annotation.made and "." in annotation.dotted:
            if (application := self.application_class(annotation.dotted)) is not None:
                self.add_application(application, target)
            elif not annotation.dotted.startswith(NO_CLASSES) and context.function is not None:
                self.solver.add(target, self.request_object(annotation.dotted, context))
        return 0

    def _give_instances(self, cls: ClassObject, target: Node, context: Context) -> int:
        """Nothing that serving code makes reaches a function that start-up code calls."""
        if context.phase == SERVING or context.function is None:
            self.solver.edge(cls.instances, target)
            return 1
        made_before = [obj for obj in cls.instances.objects if obj.phase == STARTUP]
        for obj in made_before:
            self.solver.add(target, obj)
        return len(made_before)
