"""Is the task, thread or future that a call starts waited for in the same function?"""

from __future__ import annotations

import libcst
import libcst.matchers as m

from statelint.syntax.open import Opened

WAITS = frozenset({"join", "result", "wait", "cancel", "get", "shutdown", "terminate", "communicate"})
GATHERS = ("gather", "wait", "wait_for", "as_completed", "shield", "TaskGroup", "create_task_group")


def ask(opened: Opened, line: int) -> tuple[str, str]:
    """Follow the name that the call is bound to."""
    names: set[str] = set()
    for node in m.findall(opened.module, m.SimpleStatementLine()):
        assert isinstance(node, libcst.SimpleStatementLine)
        first, last = opened.lines_of(node)
        if not first <= line <= last:
            continue
        small = node.body[0]
        if isinstance(small, libcst.Return):
            return "confirmed", "the caller gets it"
        if m.findall(node, m.Await()) or m.findall(node, m.Yield()):
            return "confirmed", "awaited at once"
        if isinstance(small, libcst.Assign):
            names |= {target.target.value for target in small.targets if isinstance(target.target, libcst.Name)}
        if m.matches(small, m.Expr(value=m.Call(func=m.Attribute(attr=m.Name("append"))))):
            names.add(opened.code(small.value.func.value))  # type: ignore[attr-defined]
    for name in names:
        if _is_waited_for(opened, name):
            return "confirmed", f"`{name}` is waited for"
    return "refuted", ""


def _is_waited_for(opened: Opened, name: str) -> bool:
    for node in m.findall(opened.module, m.Await() | m.Call() | m.Return() | m.Yield() | m.For()):
        match node:
            case libcst.Await() | libcst.Yield():
                if name in opened.code(node):
                    return True
            case libcst.Return() if node.value is not None and opened.code(node.value) == name:
                return True
            case libcst.For() if opened.code(node.iter) == name:
                return any(part in opened.code(node.body) for part in (".join(", ".result(", "await "))
            case libcst.Call(func=libcst.Attribute(value=value, attr=attr)):
                if opened.code(value) == name and attr.value in WAITS - {"cancel"}:
                    return True
                if attr.value in GATHERS and name in opened.code(node):
                    return True
    return False


QUESTION = ask
