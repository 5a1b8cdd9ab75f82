"""Whether a holder starts anew on every way into a function."""

from __future__ import annotations

import textwrap

import pytest

from statelint.syntax.batch import Question, Verdict, answers

RESET = {
    "assigned": "log()\nself.x = []\nself.x.append(1)",
    "cleared": "self.x.clear()\nself.x.append(1)",
    "emptied": "del self.x[:]\nself.x.append(1)",
    "under a lock": "with lock:\n    self.x = {}\n    self.x['a'] = 1",
    "in a try": "try:\n    self.x = {}\nfinally:\n    use(self.x)",
    "one of two": "self.x, self.y = [], []",
    "after another return": "if a:\n    return\nself.x = 1",
}
NOT_RESET = {
    "read first": "use(self.x)\nself.x = []",
    "on one way": "if a:\n    self.x = []\nuse(self.x)",
    "from itself": "self.x = self.x + [1]",
    "augmented": "self.x += 1",
    "an item": "self.x['a'] = 1",
}


def ask(body: str) -> Verdict:
    code = f"class C:\n    def f(self):\n{textwrap.indent(body, '        ')}\n"
    question = Question("reset_before_use", 3, 0, "self.x")
    return answers(code, [question])[question].verdict


@pytest.mark.parametrize("body", RESET.values(), ids=RESET)
def test_reset(body):
    assert ask(body) is Verdict.CONFIRMED


@pytest.mark.parametrize("body", NOT_RESET.values(), ids=NOT_RESET)
def test_not_reset(body):
    assert ask(body) is Verdict.REFUTED


def test_holder_is_not_named():
    assert ask("pass") is Verdict.UNKNOWN
