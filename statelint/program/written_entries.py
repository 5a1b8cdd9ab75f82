"""Entries that code writes under a literal key: headers, cookies and settings, whatever the library.

`headers["fly-replay"] = value`, `{"fly-replay": value}`, `set_header("fly-replay", value)`, a pair of a list, and
`SESSION_COOKIE_NAME = value` say the same; the path tells which of them it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from statelint.deployment.keyed import KEYS, VALUES
from statelint.deployment.model import Part, Setting
from statelint.deployment.paths import matches_glob
from statelint.deployment.rows import WRITTEN
from statelint.facts.model import (
    Attr,
    Bind,
    Body,
    Call,
    Combine,
    Const,
    How,
    Invoke,
    Item,
    Move,
    New,
    Op,
    Operand,
    SetItem,
    Span,
)
from statelint.program.definitions import definitions_of, is_own
from statelint.program.modules import Module

READING = frozenset({"get", "pop", "getlist", "get_all", "getenv"})
CHANGING_FORM = frozenset({"encode", "decode", "format", "strip", "lower", "upper", "join", "quote", "str"})
ASSIGNED, ENTRY, PAIR, NAME, KEYWORD = "item", "entry", "pair", "name", "keyword"
ENVIRON = "{environ}"
NAMED = re.compile(r"\{\w+\}")
MOST_LEVELS = 8
LONGEST = 120

Written = tuple[str, str, Operand, Span]  # how, key, value and place


def files_with_entries(sources: Mapping[str, bytes], words: Iterable[str]) -> tuple[str, ...]:
    """Files of code that hold one of the words, as it is or, of a header, `As-Header`."""
    known = tuple(words)
    telling = (word for word in known if not any(other != word and word.startswith(other) for other in known))
    forms = {form.encode() for word in telling for form in (word, word.title() if "-" in word else word)}
    return tuple(path for path, data in sources.items() if path.endswith(".py") and any(one in data for one in forms))


def entry_parts(module: Module, keys: Iterable[str]) -> Iterator[Part]:
    """An object for each function with entries of these keys; below each is its value."""
    wanted = tuple(keys)
    values = Values(module)
    for body in module.bodies:
        settings: list[Setting] = []
        for op in body.ops:
            for how, key, value, span in _written(op):
                if any(matches_glob(key, one) for one in wanted):
                    path, place = (WRITTEN, how, key), module.place(span)
                    text, decided_by = values.read(body, value)
                    settings += (Setting(path, None, place), Setting((*path, "[0]"), text, place, decided_by))
        if settings:
            yield Part(body.kind, body.qualname or module.name, tuple(settings))


def _written(op: Op) -> Iterator[Written]:
    match op:
        case New(kind="dict", keys=keys, values=values, span=span):
            for key, value in zip(keys, values, strict=False):
                if isinstance(key, Const) and isinstance(key.value, str):
                    yield ENTRY, key.value, value, span
        case New(kind="tuple", values=(Const(value=str() as key), value), span=span):
            yield PAIR, key, value, span
        case SetItem(key=Const(value=str() as key), source=source, span=span, how=How.ASSIGN):
            yield ASSIGNED, key, source, span
        case Bind(name=name, source=source, span=span, how=How.ASSIGN):
            yield NAME, name, source, span
        case Invoke(name=name, args=args, keywords=keywords, span=span) if name not in READING:
            yield from _passed(name, args, keywords, span)
        case Call(keywords=keywords, span=span):
            yield from ((KEYWORD, name, value, span) for name, value in keywords)


def _passed(
    method: str, args: tuple[Operand, ...], keywords: tuple[tuple[str, Operand], ...], span: Span
) -> Iterator[Written]:
    named = dict(keywords)
    given = [*args, *(named[one] for one in (*KEYS, *VALUES) if one in named)][:2]
    match given:
        case [Const(value=str() as key), value]:
            yield method, key, value, span
    yield from ((KEYWORD, name, value, span) for name, value in keywords)


# --- values


class Values:
    """What is literal in the values of one module; each name is looked up once."""

    def __init__(self, module: Module) -> None:
        """Nothing read yet."""
        self._module = module
        self._known: dict[tuple[int, Operand], str] = {}

    def read(self, body: Body, value: Operand) -> tuple[str, str]:
        """What is literal, with the names of the rest, and what decides where nothing is: `instance={owner}`."""
        text = self._text(body, value, 0)[:LONGEST]
        return ("", text.strip("{}")) if NAMED.fullmatch(text) else (text, "")

    def _text(self, body: Body, operand: Operand, level: int) -> str:
        if isinstance(operand, Const):
            return "" if operand.value is None else str(operand.value)
        if operand is None or level > MOST_LEVELS:
            return ""
        key = (id(body), operand)
        if key not in self._known:
            self._known[key] = ""  # a name may be made from itself
            self._known[key] = self._of_name(body, operand, level)[:LONGEST]
        return self._known[key]

    def _of_name(self, body: Body, operand: Operand, level: int) -> str:
        found = definitions_of(body).get(operand, ())
        if not found and isinstance(operand, str) and not is_own(body, operand):
            body = self._module.bodies[0]
            found = definitions_of(body).get(operand, ())
        texts = dict.fromkeys(self._made(body, one, level) for one in found)
        return "".join(texts) or (f"{{{operand}}}" if isinstance(operand, str) else "")

    def _made(self, body: Body, op: object, level: int) -> str:
        def text(operand: Operand) -> str:
            return self._text(body, operand, level + 1)

        match op:
            case Bind(source=source) | Move(source=source):
                return text(source)
            case Combine(operands=operands):
                return "".join(map(text, operands))
            case Attr(name=name):
                return f"{{{name}}}"
            case Item(base=base, key=key):
                return f"${text(key)}" if text(base) == ENVIRON else f"{{{text(key)}}}"
            case Invoke(name=name, base=base, args=args):
                given = "".join(map(text, args))
                if name in CHANGING_FORM:
                    return f"{text(base)}{given}"
                return f"${given}" if name == "getenv" or text(base) == ENVIRON else f"{{{name}({given})}}"
            case Call(callee=callee, args=args):
                given = "".join(map(text, args))
                called = text(callee).strip("{}")
                if called in CHANGING_FORM:
                    return given
                return f"${given}" if called == "getenv" else f"{{{called}({given})}}"
        return ""
