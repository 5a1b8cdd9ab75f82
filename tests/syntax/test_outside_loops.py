"""Statements that run once in each call of their function."""

import pytest

from statelint.syntax.batch import Question, Verdict, answers

CODE = """\
class Worker:
    def run(self):
        self.lock = Lock()
        if self.debug:
            self.mode = "debug"
        while True:
            self.beats = 1
            for job in self.jobs():
                self.last = job
        self.done = 1

    async def follow(self):
        async for event in self.events():
            self.seen = event

        def inner():
            self.inside = 1
"""


@pytest.mark.parametrize(
    ("line", "once"),
    [(3, True), (5, True), (7, False), (9, False), (10, True), (14, False), (17, True)],
)
def test_line_runs_once(line, once):
    question = Question("outside_loops", line)
    expected = Verdict.CONFIRMED if once else Verdict.REFUTED
    assert answers(CODE, [question])[question].verdict is expected


def test_no_statement():
    question = Question("outside_loops", 11)
    assert answers(CODE, [question])[question].verdict is Verdict.UNKNOWN
