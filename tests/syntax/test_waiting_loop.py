"""Waits at each turn of a loop that goes on."""

import pytest

from statelint.syntax.batch import Question, Verdict, answers

CODE = """\
async def run(stop):
    await sleep(1)
    while True:
        try:
            work()
        except OSError:
            await sleep(2)
        await sleep(3)
    while not stop.wait(60):
        work()
    tries = 0
    while tries < 5:
        await sleep(4)
    for turn in range(3):
        sleep(5)
    while running:
        for part in parts:
            sleep(6)
        def later():
            sleep(7)
"""


@pytest.mark.parametrize(
    ("line", "waits"),
    [(2, False), (7, False), (8, True), (9, True), (13, False), (15, False), (18, True), (20, False)],
)
def test_wait_is_a_turn_of_a_loop(line, waits):
    question = Question("waiting_loop", line)
    expected = Verdict.CONFIRMED if waits else Verdict.REFUTED
    assert answers(CODE, [question])[question].verdict is expected


def test_no_statement():
    question = Question("waiting_loop", 40)
    assert answers(CODE, [question])[question].verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(("line", "lines"), [(8, (3, 8)), (9, (9, 10)), (18, (16, 20))])
def test_answer_tells_the_lines_of_the_loop(line, lines):
    question = Question("waiting_loop", line)
    assert answers(CODE, [question])[question].numbers == lines
