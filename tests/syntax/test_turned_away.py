"""Whether a run is turned away because of what another has in flight."""

from __future__ import annotations

import textwrap

import pytest

from statelint.syntax.batch import Question, Verdict, answers

TURNED_AWAY = {
    "returns": "if k in self.busy:\n    return 'busy'\nself.busy.add(k)  # add",
    "raises": "if self.busy[k] > 3:\n    log(k)\n    raise Full(k)\nself.busy[k] += 1  # add",
    "from an inner block": "with go():\n    if k in busy:\n        return\nbusy.add(k)  # add",
}
GOES_ON = {
    "waits for the other": "if k in busy:\n    return await busy[k]\nbusy[k] = go()  # add",
    "another table": "if k in done:\n    return\nbusy.add(k)  # add",
    "only looks": "if k in busy:\n    log(k)\nbusy.add(k)  # add",
    "asked afterwards": "busy.add(k)  # add\nif k in busy:\n    return",
    "another function": "def inner():\n    if k in busy:\n        return\nbusy.add(k)  # add",
}


def verdict(body: str) -> Verdict:
    code = f"async def f(self, k):\n{textwrap.indent(body, '    ')}\n"
    line = next(number for number, text in enumerate(code.split("\n"), 1) if "# add" in text)
    question = Question("turned_away", line, 0, "busy")
    return answers(code, [question])[question].verdict


@pytest.mark.parametrize("body", TURNED_AWAY.values(), ids=TURNED_AWAY)
def test_turned_away(body):
    assert verdict(body) is Verdict.CONFIRMED


@pytest.mark.parametrize("body", GOES_ON.values(), ids=GOES_ON)
def test_goes_on(body):
    assert verdict(body) is Verdict.REFUTED
