"""Whether a comparison with what is kept leads to an answer such as 429."""

from __future__ import annotations

import textwrap

import pytest

from statelint.syntax.batch import Question, Verdict, answers

REFUSES = {
    "abort": "if calls[k] > 5:\n    abort(429)",
    "a status beside the text": "if self.calls[k] >= 5:\n    return 'slow', 429",
    "an exception": "if now() - calls.get(k, 0) < 5:\n    raise TooManyRequests()",
    "a name of the number": "if calls[k] > 5:\n    raise HTTPException(status.HTTP_429_TOO_MANY_REQUESTS)",
    "the other branch": "if calls[k] < 5:\n    go()\nelse:\n    return Response(status=429)",
    "a local": "n, since = calls.get(k, (0, 0))\nif n > 5:\n    abort(429)",
    "a local made of locals": "found = calls[k]\nleft = 5 - found\nif left <= 0:\n    abort(429)",
}
COUNTS = {
    "the size": "if len(calls) > 5:\n    abort(429)",
    "a part of it": "if sum(1 for one in calls.values() if one) > 5:\n    abort(429)",
    "a list for each key": "recent = [t for t in calls[k] if t > then]\nif len(recent) > 5:\n    abort(429)",
}
GOES_ON = {
    "another table": "if others[k] > 5:\n    abort(429)",
    "no order": "if k in calls:\n    abort(429)",
    "another answer": "if calls[k] > 5:\n    abort(404)",
    "a longer number": "if calls[k] > 5:\n    wait(4290)",
    "the answer of another condition": "if calls[k] > 5:\n    log(k)\nif k == 'x':\n    abort(429)",
    "another function": "def inner():\n    if calls[k] > 5:\n        abort(429)\ngo()",
}


def verdict(body: str, subject: str) -> Verdict:
    code = f"async def f(self, k):\n    change(calls, k)\n{textwrap.indent(body, '    ')}\n"
    question = Question("refuses", 2, 0, f"{subject} 429 toomanyrequests")
    return answers(code, [question])[question].verdict


@pytest.mark.parametrize("subject", ["calls", "=calls"])
@pytest.mark.parametrize("body", REFUSES.values(), ids=REFUSES)
def test_refuses(body, subject):
    assert verdict(body, subject) is Verdict.CONFIRMED


@pytest.mark.parametrize("body", COUNTS.values(), ids=COUNTS)
def test_counting_is_told_apart(body):
    assert verdict(body, "calls") is Verdict.CONFIRMED
    assert verdict(body, "=calls") is Verdict.REFUTED


@pytest.mark.parametrize("subject", ["calls", "=calls"])
@pytest.mark.parametrize("body", GOES_ON.values(), ids=GOES_ON)
def test_goes_on(body, subject):
    assert verdict(body, subject) is Verdict.REFUTED
