"""What stands between taking a lock and giving it back."""

from __future__ import annotations

import textwrap

import pytest

from statelint.syntax.batch import Answer, Question, Verdict, answers

BLOCKS = {
    "with": ("with lock:  # <-\n    a.b.c(1)\n    X[k] = d()", "a.b.c, X=, d"),
    "async with": ("async with self.lock:  # <-\n    await self.db.save(x)", "self.db.save"),
    "attributes": ("with lock:  # <-\n    self.n += 1\n    local = 1", "self.n="),
    "global": ("global X\nwith lock:  # <-\n    X = 1", "X="),
    "twice": ("with lock:  # <-\n    f()\n    f()", "f"),
    "one line": ("with lock: f()  # <-", "f"),
    "items after the lock": ("with lock, open(p) as h:  # <-\n    h.write(x)", "open, h.write"),
    "chain": (
        "with lock:  # <-\n    a.objects.filter(x=1).update(y=2)",
        "a.objects.filter.update, a.objects.filter",
    ),
    "inner function": ("with lock:  # <-\n    def g():\n        f()\n    h()", "h"),
    "acquire, release": ("lock.acquire()  # <-\na()\nlock.release()\nb()", "a"),
    "acquire, finally": ("await lock.acquire()  # <-\ntry:\n    a()\nfinally:\n    lock.release()\nb()", "a"),
    "if acquire": ("if lock.acquire(False):  # <-\n    a()\nb()", "a"),
    "nothing to name": ("with lock:  # <-\n    pass", ""),
}


def ask(body: str, subject: str = "") -> Answer:
    code = f"async def f(self):\n{textwrap.indent(body, '    ')}\n"
    line = next(number for number, text in enumerate(code.split("\n"), 1) if "# <-" in text)
    question = Question("lock_guards", line, 0, subject)
    return answers(code, [question])[question]


@pytest.mark.parametrize(("body", "note"), BLOCKS.values(), ids=BLOCKS)
def test_guarded_block(body, note):
    assert ask(body) == Answer(Verdict.CONFIRMED, note)


@pytest.mark.parametrize("body", ["x = 1  # <-", "lock.acquire()  # <-"])
def test_block_not_found(body):
    assert ask(body).verdict is Verdict.UNKNOWN


def test_subject_chooses_the_item():
    assert ask("with open(p) as h, lock, g():  # <-\n    a()", "lock").note == "g, a"
