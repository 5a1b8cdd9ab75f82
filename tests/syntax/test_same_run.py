"""Whether what a run adds is taken away in the same run."""

from __future__ import annotations

import textwrap

import pytest

from statelint.syntax.batch import Question, Verdict, answers

ALWAYS = {
    "later in the suite": "X[k] = v  # add\nawait go()\ndel X[k]  # remove",
    "finally around it": "try:\n    X[k] = v  # add\n    return go()\nfinally:\n    X.pop(k)  # remove",
    "finally below": "X[k] = v  # add\ntry:\n    return go()\nfinally:\n    X.pop(k)  # remove",
    "across a yield": "X.add(k)  # add\nyield k\nX.discard(k)  # remove",
    "in a with block": "X[k] = v  # add\nasync with go():\n    await go()\n    del X[k]  # remove",
    "if it is still there": "X[k] = v  # add\nawait go()\nif k in X:\n    del X[k]  # remove",
    "failing in between": "X[k] = v  # add\nif not go():\n    raise ValueError\ndel X[k]  # remove",
    "both in a loop": "for k in go():\n    X[k] = v  # add\n    await go()\n    del X[k]  # remove",
    "added on some ways only": "if v:\n    X[k] = v  # add\nawait go()\nX.pop(k, None)  # remove",
    "a loop in between": "X[k] = v  # add\nwhile True:\n    if go():\n        break\ndel X[k]  # remove",
    "finally in the with block": (
        "X[k] = v  # add\nwith go():\n    try:\n        return go()\n    finally:\n        del X[k]  # remove"
    ),
}
NOT_ALWAYS = {
    "other branch": "if go():\n    X[k] = v  # add\nelse:\n    X.pop(k)  # remove",
    "returned before": "if go():\n    X[k] = v  # add\n    return k\nX.pop(k)  # remove",
    "early return in between": "X[k] = v  # add\nif go():\n    return k\nX.pop(k)  # remove",
    "removed first": "X.pop(k, None)  # remove\nX[k] = v  # add",
    "on some ways only": "X[k] = v  # add\nif go():\n    X.pop(k)  # remove",
    "only after a failure": "try:\n    X[k] = v  # add\n    go()\nexcept ValueError:\n    X.pop(k)  # remove",
    "in a loop": "X[k] = v  # add\nfor k in go():\n    X.pop(k)  # remove",
    "another function": "X[k] = v  # add\ndef later():\n    X.pop(k)  # remove",
    "another case": "match go():\n    case 1:\n        X[k] = v  # add\n    case 2:\n        X.pop(k)  # remove",
    "next turn of a loop": "for k in go():\n    X[k] = v  # add\n    if v:\n        continue\n    X.pop(k)  # remove",
}


def verdict(body: str) -> Verdict:
    code = f"async def f(k, v):\n{textwrap.indent(body, '    ')}\n"
    lines = {
        mark: number
        for number, text in enumerate(code.split("\n"), 1)
        for mark in ("add", "remove")
        if f"# {mark}" in text
    }
    question = Question("same_run", lines["add"], 0, str(lines["remove"]))
    return answers(code, [question])[question].verdict


@pytest.mark.parametrize("body", ALWAYS.values(), ids=ALWAYS)
def test_taken_away_in_the_same_run(body):
    assert verdict(body) is Verdict.CONFIRMED


@pytest.mark.parametrize("body", NOT_ALWAYS.values(), ids=NOT_ALWAYS)
def test_left_for_another_run(body):
    assert verdict(body) is Verdict.REFUTED
