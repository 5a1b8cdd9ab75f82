"""Is the task, thread or future that a call makes waited for in the same function?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from statelint.syntax.names import Names
from statelint.syntax.nodes import walk, walk_scope
from statelint.syntax.question import Answer, Question, QuestionKind, Verdict, confirmed, refuted, unknown

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

WAITING_METHODS = frozenset(
    {"join", "result", "wait", "exception", "get", "communicate", "get_result", "wait_for_exit"}
)
STARTING_METHODS = frozenset({"start", "add_done_callback"})
STARTED_BY_AWAIT = frozenset({"create_subprocess_exec", "create_subprocess_shell"})
OUTPUT = frozenset({"stdout", "stderr"})
POLLS = frozenset({"done", "is_alive", "poll", "running", "ready"})
ADDING_METHODS = frozenset({"append", "add", "extend", "insert", "appendleft", "setdefault", "update"})
VIEWS = frozenset({"values", "items", "keys", "copy", "pop", "popleft"})
SEQUENCES = frozenset({"list", "tuple", "set", "dict", "sorted", "reversed", "enumerate", "zip", "iter", "next"})
LOOKS = frozenset({"print", "len", "str", "repr", "isinstance", "id", "bool", "hasattr", "getattr", "debug", "info"})
AWAITABLES = frozenset({"gather", "wait", "wait_for", "shield", "ensure_future", "multi", "all_futures"})
WAITING_CALLS = frozenset({"run_until_complete", "run", "as_completed", "async_to_sync", "run_sync"})
CLOSING_METHODS = frozenset({"join", "shutdown"})
GROUP = re.compile(r"TaskGroup$|[Nn]ursery|task_?group|Executor$|TaskPool$", re.ASCII)
FURTHEST = 40


def answer(segment: Segment, question: Question) -> Answer:
    """Follow the value of the call to every place where this function uses it."""
    call = _call_at(segment, question)
    if call is None:
        return unknown("no call stands here")
    return Flow(segment, segment.function_of(call)).answer(call)


def _call_at(segment: Segment, question: Question) -> cst.Call | None:
    """The innermost call at the place, unless the subject names another one there."""
    found = [node for node in segment.starting_at(question.line, question.column) if isinstance(node, cst.Call)]
    if not found and (head := segment.head(question.line)) is not None:
        found = [node for node in walk(head.node) if isinstance(node, cst.Call)]
        found = [node for node in found if not question.subject or _is_named(segment, node, question.subject)][:1]
    named = [node for node in found if question.subject and _is_named(segment, node, question.subject)]
    calls = named or found
    return calls[-1] if calls else None


def _is_named(segment: Segment, call: cst.Call, subject: str) -> bool:
    return segment.text(call.func).rpartition(".")[2] == subject.rpartition(".")[2]


class Flow:
    """Where one value goes within a function."""

    def __init__(self, segment: Segment, function: cst.CSTNode) -> None:
        """Nothing is followed yet."""
        self.segment = segment
        self.names = Names.of(segment, function)
        self.function = function
        self._start: cst.CSTNode = function
        self._seen: set[str] = set()
        self._notes: list[str] = []
        self._handed_over: list[str] = []

    def answer(self, call: cst.Call) -> Answer:
        """Waited for at one place at least, or else what happens to it instead."""
        self._start = call
        if isinstance(call.func, cst.Attribute) and call.func.attr.value in STARTING_METHODS:
            receiver = call.func.value
            if found := self._waited(call) or self._uses(self.segment.text(receiver)):
                return confirmed(found)
            return self._otherwise()
        if found := self._closed_receiver(call) or self._waited(call):
            return confirmed(found)
        return self._otherwise()

    def _otherwise(self) -> Answer:
        if self._handed_over:
            return Answer(Verdict.UNKNOWN, self._handed_over[0])
        return refuted(self._notes[0] if self._notes else "nothing waits for it")

    def _waited(self, node: cst.CSTNode) -> str:
        """How the value of a node is waited for; empty where it isn't."""
        parent = self.segment.parents.get(node)
        match parent:
            case cst.Await():
                return self._waited(parent) if self._is_only_started(node) else "awaited"
            case cst.Return() | cst.Lambda():
                return "returned to the caller"
            case cst.Yield() | cst.From():
                return "yielded"
            case cst.WithItem():
                return "entered with `with`"
            case cst.Attribute(value=value, attr=attr) if value is node:
                return self._attribute(parent, attr.value)
            case cst.Arg():
                return self._argument(parent)
            case cst.Assign() | cst.AnnAssign() | cst.AugAssign() | cst.NamedExpr():
                return self._assigned(parent, node)
            case cst.For(iter=source) | cst.CompFor(iter=source) if source is node:
                return self._iterated(parent)
        return self._passed_on(parent, node)

    def _passed_on(self, parent: cst.CSTNode | None, node: cst.CSTNode) -> str:
        """Displays and operators whose value holds the value of the node."""
        match parent:
            case cst.Expr() | None:
                return ""
            case cst.BooleanOperation() | cst.BinaryOperation() | cst.Dict() | cst.List() | cst.Tuple() | cst.Set():
                return self._waited(parent)
            case cst.Element() | cst.DictElement() | cst.StarredElement() | cst.StarredDictElement():
                return self._waited(parent)
            case cst.IfExp(test=test) if test is not node:
                return self._waited(parent)
            case cst.ListComp() | cst.SetComp() | cst.GeneratorExp() | cst.DictComp() if parent.for_in is not node:
                return self._waited(parent)
            case cst.Subscript(value=value) if value is node:
                return self._waited(parent)
        return ""

    def _is_only_started(self, node: cst.CSTNode) -> bool:
        """Whether awaiting the call waits for the start of a process, not for its end."""
        return isinstance(node, cst.Call) and self.segment.text(node.func).rpartition(".")[2] in STARTED_BY_AWAIT

    def _attribute(self, attribute: cst.Attribute, name: str) -> str:
        if name in OUTPUT and isinstance(self.segment.parents.get(attribute), cst.Attribute | cst.For | cst.Arg):
            return "its output is read"
        call = self.segment.parents.get(attribute)
        if not isinstance(call, cst.Call) or call.func is not attribute:
            return ""
        if name in WAITING_METHODS and not (name == "get" and call.args and call.args[0].keyword is None):
            return self._waited(call) if self._is_only_awaitable(call) else f"`.{name}()` waits for it"
        if name in POLLS and any(isinstance(above, cst.While) for above in self.segment.above(call)):
            return f"a loop asks for `.{name}()`"
        if name == "cancel":
            self._handed_over.append("cancelled in the same function, not waited for")
        return self._waited(call) if name in VIEWS or name == "get" else ""

    def _is_only_awaitable(self, call: cst.Call) -> bool:
        """Whether the method only makes something to await: `event.wait()` of asyncio, not `thread.join()`."""
        return isinstance(self.segment.parents.get(call), cst.Await)

    def _argument(self, argument: cst.Arg) -> str:
        call = self.segment.parents.get(argument)
        if not isinstance(call, cst.Call):
            return ""
        name = self.segment.text(call.func).rpartition(".")[2]
        if name in WAITING_CALLS:
            return f"`{name}` waits for it"
        if name in AWAITABLES:
            return self._awaitable(call, name)
        if name in SEQUENCES:
            return self._waited(call)
        if isinstance(call.func, cst.Attribute) and name in ADDING_METHODS:
            return self._stored(call.func.value)
        if name not in LOOKS:
            self._handed_over.append(f"handed to `{self.segment.text(call.func)}`")
        return ""

    def _awaitable(self, call: cst.Call, name: str) -> str:
        """`asyncio.gather(...)` waits only if it is awaited itself; `concurrent.futures.wait(...)` always does."""
        is_async = isinstance(self.function, cst.FunctionDef) and self.function.asynchronous is not None
        if name == "wait" and not is_async and not self.segment.text(call.func).startswith("asyncio"):
            return "`wait` waits for it"
        return self._waited(call)

    def _assigned(self, statement: cst.CSTNode, value: cst.CSTNode) -> str:
        if getattr(statement, "value", None) is not value:
            return ""
        if isinstance(statement, cst.NamedExpr) and (found := self._waited(statement)):
            return found
        targets = statement.targets if isinstance(statement, cst.Assign) else (statement,)
        return next((found for one in targets if (found := self._stored(one.target))), "")  # type: ignore[attr-defined]

    def _stored(self, target: cst.BaseExpression) -> str:
        """Follow a local name, or an attribute or container while this function uses it."""
        match target:
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                return next((found for element in elements if (found := self._stored(element.value))), "")
            case cst.Subscript(value=value):
                return self._uses(self.segment.text(target)) or self._stored(value)
        text = self.segment.text(target)
        if not (isinstance(target, cst.Name) and self.names.is_local(text)):
            self._notes.append(f"kept on `{text}`")
        return self._uses(text)

    def _uses(self, text: str) -> str:
        """Waiting uses of everything that is written like this."""
        if text in self._seen or len(self._seen) > FURTHEST:
            return ""
        self._seen.add(text)
        mentions = (node for node in self._code() if self._is_written(node, text) and self._is_later(node))
        return next((found for node in mentions if (found := self._waited(node))), "")

    def _code(self) -> Iterator[cst.CSTNode]:
        """The function's own code, then that of generators in it, which run while someone takes what they give."""
        own = list(walk_scope(self.function))
        yield from own
        for node in own:
            if isinstance(node, cst.FunctionDef) and node is not self.function and _is_generator(node):
                yield from walk(node)

    def _is_written(self, node: cst.CSTNode, text: str) -> bool:
        match node:
            case cst.Name(value=name):
                return name == text
            case cst.Attribute(attr=cst.Name(value=name)):
                return text.endswith(name) and self.segment.text(node) == text
        return isinstance(node, cst.Subscript) and text.endswith("]") and self.segment.text(node) == text

    def _is_later(self, node: cst.CSTNode) -> bool:
        """After the start in the text, or in a loop around both."""
        if self.segment.order[node] > self.segment.order[self._start]:
            return True
        loops = {above for above in self.segment.above(self._start) if isinstance(above, cst.For | cst.While)}
        return any(above in loops for above in self.segment.above(node))

    def _iterated(self, loop: cst.For | cst.CompFor) -> str:
        """Every element: `for task in tasks: await task`."""
        if loop.asynchronous is not None:
            return "iterated with `async for`"
        return next((found for name in _names_in(loop.target) if (found := self._uses(name))), "")

    def _closed_receiver(self, call: cst.Call) -> str:
        """`async with TaskGroup() as group: group.create_task(...)`, `pool.submit(...)` then `pool.shutdown()`."""
        if not isinstance(call.func, cst.Attribute):
            return ""
        receiver = self.segment.text(call.func.value)
        for above in self.segment.above(call):
            for item in above.items if isinstance(above, cst.With) else ():
                if item.asname and self.segment.text(item.asname.name) == receiver and self._is_group(item.item):
                    return f"the `with` block waits for all of `{receiver}`"
        for node in walk_scope(self.function):
            match node:
                case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=name))) if name in CLOSING_METHODS:
                    if self.segment.text(value) == receiver and not _says_no_wait(node):
                        return f"`{receiver}.{name}()` waits for it"
        return ""

    def _is_group(self, item: cst.BaseExpression) -> bool:
        made = item.func if isinstance(item, cst.Call) else item
        if isinstance(made, cst.Name) and (value := self.names.value_of(made)) is not None:
            return self._is_group(value)
        return GROUP.search(self.segment.text(made)) is not None


def _says_no_wait(call: cst.Call) -> bool:
    return any(isinstance(one.value, cst.Name) and one.value.value == "False" for one in call.args)


def _is_generator(function: cst.FunctionDef) -> bool:
    return any(isinstance(node, cst.Yield) for node in walk_scope(function))


def _names_in(target: cst.BaseExpression) -> Iterator[str]:
    return (node.value for node in walk(target) if isinstance(node, cst.Name))


QUESTION = QuestionKind("awaited_work", answer)
