"""Full paths of routes: the prefix of the router that a route was given to, and of what that router is mounted on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from statelint.facts.model import Invoke
from statelint.program.core import CallSite
from statelint.program.definitions import calls_at
from statelint.program.literals import Literals
from statelint.program.objects import Container, External, ModuleObject, Node, Object, Text

if TYPE_CHECKING:
    from statelint.models.rows import MountRow


class Route(str):
    """A path as written, with the call that gave it to a router."""

    __slots__ = ("dotted", "site")
    dotted: str
    site: CallSite


class Mount:
    """A call that puts one router below another."""

    __slots__ = ("parent", "prefix", "router", "row")

    def __init__(self, router: Node, parent: Object | None, prefix: str, row: MountRow) -> None:
        """`parent` is the router or application whose method was called."""
        self.router = router
        self.parent = parent
        self.prefix = prefix
        self.row = row


class Routes(Literals):
    """Remembers where routers are mounted while calls are linked."""

    mounts: list[Mount]

    def note_mount(self, callee: External, site: CallSite) -> None:
        """Remember a call that mounts a router."""
        row = self.models.mount_row(callee.dotted)
        router = next((node for which in row.router if (node := site.argument(which))), None) if row else None
        if row is None or router is None:
            return
        parent: Object | None = callee.base
        if row.listed:
            parent, listed, given = self.made(callee.dotted, site), Node(), row
            self.each(router, lambda obj: self._list(obj, listed, given))
            router = listed
        self.mounts.append(Mount(router, parent, self._prefix_given(row, site), row))

    def _list(self, obj: Object, listed: Node, row: MountRow) -> None:
        """The routes and routers below a list of routes, the name of a module with one, or an attribute of a router."""
        if not self.first_time("listed", obj, listed):
            return  # a list may hold itself, for all that is known
        match obj:
            case Container():
                self.each(obj.all, lambda part: self._list(part, listed, row))
            case Text() if (module := self.modules.find_anywhere(obj.value)) is not None:
                self._list(self.module_object(module), listed, row)
            case ModuleObject(module=module):
                self.each(self.global_node(module, "urlpatterns"), lambda part: self._list(part, listed, row))
            case External(made=True, call=CallSite() as site) if obj.dotted in row.lists:
                self.each(site.argument(0), lambda part: self._list(part, listed, row))
            case External():
                self.solver.add(listed, obj)
                if isinstance(obj.base, External):
                    self.solver.add(listed, obj.base)

    def _prefix_given(self, row: MountRow, site: CallSite) -> str:
        return next((text for which in row.prefix if (text := self.text_given(site, which))), "")

    def routed(self, text: str, dotted: str, site: CallSite) -> str:
        """A path that is completed once every router is mounted."""
        route = Route(text)
        route.dotted, route.site = dotted, site
        return route

    def full_path(self, route: str) -> str:
        """The path below every prefix."""
        if not isinstance(route, Route):
            return route
        prefixes = (self._prefix(router, frozenset()) for router in self._routers(route))
        path = joined(next(filter(None, prefixes), ""), str(route))
        row = self.models.mount_row(route.dotted)
        return f"/{path.lstrip('^/')}" if row is not None and row.listed else path

    def _routers(self, route: Route) -> Iterator[Object]:
        context, span = route.site.context, route.site.span
        for op in calls_at(context.body, span):
            if isinstance(op, Invoke) and (node := self.node(context, op.base)) is not None:
                yield from node.objects
        if (made := self.externals.get(("made", route.dotted, context, span))) is not None:
            yield made

    def _prefix(self, router: Object | None, seen: frozenset[Object]) -> str:
        if not isinstance(router, External) or router in seen:
            return ""
        seen |= {router}
        own = self._own_prefix(router)
        mount = next((mount for mount in self.mounts if router in mount.router.objects), None)
        if mount is not None:
            inner = "" if mount.row.replaces and mount.prefix else own
            outer = self._prefix(mount.parent, seen) or ("/" if mount.row.listed else "")
            return joined(joined(outer, mount.prefix), inner)
        return own or self._prefix(router.base, seen)

    def _own_prefix(self, router: External) -> str:
        row = self.models.mount_row(router.dotted) if router.made else None
        if row is None or row.router or not isinstance(router.call, CallSite):
            return ""
        return self._prefix_given(row, router.call)


def joined(prefix: str, path: str) -> str:
    """Two parts of a path with one slash between them."""
    path = path.removeprefix("^") if prefix else path
    if not prefix or not path:
        return prefix or path
    if prefix[-1] in "/." or path[0] == "/":
        return prefix.rstrip("/") + (path if path[0] == "/" or prefix[-1] == "." else f"/{path}")
    return f"{prefix}/{path}"
