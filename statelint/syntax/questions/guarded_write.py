"""Does a write run only where the holder had no value, or no such key, yet?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst
import msgspec

from statelint.syntax.conditions import Atom, Clause, Form, clauses
from statelint.syntax.guards import Guard, guards, holder_atoms
from statelint.syntax.names import Names
from statelint.syntax.question import Answer, Question, QuestionKind, confirmed, refuted, unknown
from statelint.syntax.writes import (
    Write,
    about_subject,
    is_about,
    set_within,
    subject_path,
    write_at,
)

if TYPE_CHECKING:
    from statelint.syntax.segment import Segment

ROOT = re.compile(r"\w+")
ONCE_NAME = re.compile(r"init|load|start|ready|done|set_?up|configur|register|connect|populat|installed", re.IGNORECASE)
REFRESHED = "also refreshed later"


class Holder(msgspec.Struct, frozen=True):
    """What a write changes, in every way that a guard may name it."""

    subject: str
    written: str
    paths: frozenset[str]

    def matches(self, path: str) -> bool:
        """Whether a guard on this path is a guard on the holder."""
        return path in self.paths or is_about(path, self.subject) or path.removesuffix("[*]") in self.paths


def answer(segment: Segment, question: Question) -> Answer:
    """Look at the write itself, then at all that is known where it runs."""
    head = segment.head(question.line)
    if head is None:
        return unknown("no statement stands on this line")
    class_name = segment.layout.class_name(question.line)
    names = Names.of(segment, _function(segment, head.node), class_name)
    write = write_at(segment, question, names)
    if write is None:
        return unknown("no write stands here")
    subject = subject_path(question.subject, names)
    holder = Holder(subject, question.subject.strip(), frozenset({subject, *about_subject(write.paths, subject)}))
    return _guards_itself(write, holder, names) or _guarded(write, holder, names)


def _function(segment: Segment, node: cst.CSTNode) -> cst.CSTNode:
    return node if isinstance(node, cst.FunctionDef) else segment.function_of(node)


def _guards_itself(write: Write, holder: Holder, names: Names) -> Answer | None:
    """`X.setdefault(k, v)`, `X = X or v`, `X = X if X else v`."""
    match write:
        case Write(node=cst.Call(func=cst.Attribute(attr=cst.Name(value="setdefault")))):
            return confirmed("only if the key is absent")
        case Write(value=cst.BooleanOperation(operator=cst.Or(), left=old)):
            return _keeps(old, clauses(old, names, holds=False), write, holder, names)
        case Write(value=cst.IfExp(test=test, body=body, orelse=orelse)):
            for old, holds in ((body, False), (orelse, True)):
                if kept := _keeps(old, clauses(test, names, holds=holds), write, holder, names):
                    return kept
    return None


def _keeps(old: cst.BaseExpression, known: list[Clause], write: Write, holder: Holder, names: Names) -> Answer | None:
    """The old value stays unless what is known says that there was none."""
    if names.path(old) not in {write.paths[0], *holder.paths}:
        return None
    for clause in known:
        if all(any(holder.matches(path) for path in atom.paths) for atom in clause):
            return confirmed(_in_words(clause[0], holder))
    return refuted(REFRESHED)


def _guarded(write: Write, holder: Holder, names: Names) -> Answer:
    doubts: list[str] = []
    for guard in guards(write.node, names):
        for clause in guard.clauses:
            said = [_satisfied(atom, guard, write, holder, names) for atom in clause]
            if all(said):
                return confirmed(next(words for words in said if words))
            if any(said):
                doubts.append(REFRESHED)
        doubts.extend(_once_per_key(guard, write, names))
        doubts.extend(_set_elsewhere(guard, names))
    if not doubts:
        return refuted("no guard")
    return refuted(REFRESHED) if REFRESHED in doubts else unknown(doubts[0])


def _satisfied(atom: Atom, guard: Guard, write: Write, holder: Holder, names: Names) -> str:
    """In words why the atom means a first time; empty where it doesn't."""
    if atom.form is Form.NOT_ABSENT:
        return ""
    if any(holder.matches(path) for path in atom.paths):
        return _in_words(atom, holder)
    flags = (path for path in atom.paths if "[" not in path and _is_set_under(path, guard, write, names))
    return next((f"only until `{flag}` is set" for flag in flags), "")


def _in_words(atom: Atom, holder: Holder) -> str:
    path = next((path for path in atom.paths if holder.matches(path)), atom.text)
    if path.endswith("[*]"):
        return "only if no such element is there"
    if path.endswith("]"):
        return "only if the key is absent"
    name = holder.written if is_about(path, holder.subject) and not holder.written.startswith(".") else path
    return f"only if `{name}` {atom.form.value}"


def _is_shared_with(path: str, write: Write, names: Names) -> bool:
    """Whether a flag lives at least as long as what is written."""
    root = ROOT.match(path)
    if root is None:
        return False
    roots = {found[0] for one in write.paths if (found := ROOT.match(one))}
    return root[0] in roots or not (root[0] == "self" or names.is_local(root[0]))


def _is_set_under(path: str, guard: Guard, write: Write, names: Names) -> bool:
    return _is_shared_with(path, write, names) and path in set(set_within(guard.region, guard.since, names))


def _once_per_key(guard: Guard, write: Write, names: Names) -> Iterator[str]:
    """Another container remembers the key: whether it lives as long as the holder can't be seen here."""
    for atom in holder_atoms(guard.clauses):
        for path in atom.paths:
            if path.endswith("]") and _is_set_under(path, guard, write, names):
                yield f"only until the key is in `{path.partition('[')[0]}`"


def _set_elsewhere(guard: Guard, names: Names) -> Iterator[str]:
    """Flags with the name of something that happens once, which this function never sets."""
    for atom in holder_atoms(guard.clauses):
        path = atom.paths[0]
        root = ROOT.match(path)
        plain = re.fullmatch(r"[\w.]+", path) and root and (root[0] == "self" or not names.is_local(root[0]))
        if plain and ONCE_NAME.search(path.rpartition(".")[2]):
            yield f"only until `{path}` is set, which this function doesn't do"


QUESTION = QuestionKind("guarded_write", answer)
