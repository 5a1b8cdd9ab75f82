"""Names and texts in the conditions under which a statement runs."""

import pytest

from statelint.syntax.batch import Question, answers

CODE = """\
import os

if os.environ.get("RUN_CRON"):
    start(1)

def ready(config):
    if not config.leader:
        return
    for job in jobs:
        if job.late and config["kind"] == "beat":
            start(2)
    start(3)

@every(5)
def tick():
    start(4)
"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (4, {"os", "environ", "get", "RUN_CRON"}),
        (11, {"job", "late", "config", "kind", "beat", "leader"}),
        (12, {"config", "leader"}),
        (14, set()),
        (16, set()),
    ],
)
def test_conditions_are_listed(line, words):
    question = Question("conditions_around", line)
    answer = answers(CODE, [question])[question]
    assert set(answer.note.split()) == (words or {"under", "no", "condition"})
