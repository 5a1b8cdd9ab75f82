"""Parts of application objects: where start-up code sets `app.state.x`, `app["x"]`, `app.config["x"]` first."""

from __future__ import annotations

from collections.abc import Iterator

from statelint.domain.findings import Place
from statelint.facts.model import Const, Invoke, Op, Operand, SetAttr, SetItem
from statelint.program.linking import Linker
from statelint.program.objects import STARTUP, Context, Object
from statelint.program.reachability import place_of


def item_part(key: Operand) -> str:
    """The part that `app[key]` is: `['x']` for a literal key, `[]` for all others."""
    return f"[{key.value!r}]" if isinstance(key, Const) else "[]"


class ApplicationParts:
    """Found by one walk over start-up code, made when the first finding asks."""

    def __init__(self, linker: Linker) -> None:
        """Nothing looked for yet."""
        self._linker = linker
        self._places: dict[tuple[Object, str], Place] | None = None

    def place(self, owner: Object, part: str) -> Place | None:
        """Where a part is set first; None where only serving code sets it."""
        if self._places is None:
            self._places = {}
            for context in self._linker.contexts.values():
                if context.phase == STARTUP:
                    for key, place in self._set_in(context):
                        self._places.setdefault(key, place)
        return self._places.get((owner, part))

    def _set_in(self, context: Context) -> Iterator[tuple[tuple[Object, str], Place]]:
        for op in context.body.ops:
            if (parts := self._parts_of(op)) and isinstance(op, SetAttr | SetItem | Invoke):
                for owner in self._linker.objects(context, op.base):
                    yield from (((owner, part), place_of(context, op.span)) for part in parts)

    def _parts_of(self, op: Op) -> tuple[str, ...]:
        match op:
            case SetAttr(name=name):
                return (name,)
            case SetItem(key=key) | Invoke(name="setdefault", args=(key, *_)):
                return (item_part(key),)
            case Invoke(name=method, keywords=keywords) if self._merges(method):
                return tuple(f"[{name!r}]" for name, _ in keywords)
        return ()

    def _merges(self, method: str) -> bool:
        return method == "update" or method in self._linker.models.settings.mergers
