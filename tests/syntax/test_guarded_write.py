"""Which writes are first-time initialisations."""

import pytest

from statelint.syntax.batch import Question, Verdict, answers
from statelint.syntax.open import Segment

GUARDED = [
    "if X is None:\n    X = make()",
    "if not X:\n    X = make()",
    "if k not in X:\n    X[k] = make()",
    "if X is not None:\n    return X\nX = make()",
    "if k in X:\n    return X[k]\nX[k] = make()",
    "try:\n    return X[k]\nexcept KeyError:\n    X[k] = make()",
    "v = X.get(k)\nif v is None:\n    X[k] = make()",
    "if (v := X.get(k)) is None:\n    X[k] = make()",
    "if X is None:\n    with lock:\n        if X is None:\n            X = make()",
    "X = X or make()",
    "if not hasattr(self, 'x'):\n    self.x = make()",
    "if X is not None:\n    pass\nelse:\n    X = make()",
    "if X is MISSING:\n    X = make()",
    "if loaded:\n    return\nloaded = True\nX = make()",
]
UNGUARDED = [
    "X = make()",
    "X[k] = make()",
    "if k:\n    X[k] = make()",
    "if X is None or expired():\n    X = make()",
    "if k in X:\n    X[k] = make()",
    "for k in y:\n    X[k] = make()",
]


def verdict(code: str) -> Verdict:
    body = "".join(f"    {line}\n" for line in code.splitlines())
    text = f"def f(self, k):\n    global X, loaded\n{body}"
    last = text.count("\n")
    question = Question("guarded_write", last, Segment(1, last))
    return answers(text, [question])[question].verdict


@pytest.mark.parametrize("code", GUARDED)
def test_guarded(code):
    assert verdict(code) is Verdict.CONFIRMED


@pytest.mark.parametrize("code", UNGUARDED)
def test_unguarded(code):
    assert verdict(code) is Verdict.REFUTED


def test_code_that_cannot_be_opened_is_unknown():
    question = Question("guarded_write", 1, Segment(1, 1))
    assert answers("def f(:\n", [question])[question].verdict is Verdict.UNKNOWN
