"""Which lines run while a lock is held."""

from __future__ import annotations

import textwrap

import pytest

from statelint.syntax.batch import Answer, Question, Verdict, answers

BLOCKS = {
    "with": ("with lock:  # <-\n    a()\n    b()\nc()", "2-4"),
    "async with": ("async with self.lock:  # <-\n    await b()", "2-3"),
    "one line": ("with lock: f()  # <-", "2-2"),
    "acquire, release": ("lock.acquire()  # <-\na()\nb()\nlock.release()\nc()", "3-4"),
    "acquire, finally": ("await lock.acquire()  # <-\ntry:\n    a()\nfinally:\n    lock.release()\nb()", "3-5"),
    "released early on one way": (
        "lock.acquire()  # <-\nif x:\n    lock.release()\n    return\na()\nlock.release()",
        "3-6",
    ),
    "if acquire": ("if lock.acquire(False):  # <-\n    a()\n    lock.release()", "3-3"),
    "under a condition of its own": (
        "if lock:\n    lock.acquire()  # <-\ntry:\n    a()\nfinally:\n    if lock:\n        lock.release()",
        "4-7",
    ),
}


def ask(body: str) -> Answer:
    code = f"async def f(self):\n{textwrap.indent(body, '    ')}\n"
    line = next(number for number, text in enumerate(code.split("\n"), 1) if "# <-" in text)
    question = Question("guarded_block", line)
    return answers(code, [question])[question]


@pytest.mark.parametrize(("body", "note"), BLOCKS.values(), ids=BLOCKS)
def test_guarded_block(body, note):
    assert ask(body) == Answer(Verdict.CONFIRMED, note)


@pytest.mark.parametrize(
    "body", ["x = 1  # <-", "lock.acquire()  # <-", "lock.acquire()  # <-\nother.release()", "while x:  # <-\n    a()"]
)
def test_block_not_found(body):
    assert ask(body).verdict is Verdict.UNKNOWN
