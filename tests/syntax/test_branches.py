"""The conditions around a statement, with their places."""

import json

import pytest

from statelint.syntax.batch import Question, Verdict, answers

CODE = """\
first = 1
if debug and ready:
    second = 2
elif  other is None:
    third = 3
else:
    if deep(
        1,
    ):
        fourth = 4
    fifth = 5
def build():
    if later:
        return 6
if debug:
    def inner():
        return 7
"""


@pytest.mark.parametrize(
    ("line", "branches"),
    [
        (3, [(2, 4, "debug and ready", True)]),
        (5, [(4, 7, "other is None", True), (2, 4, "debug and ready", False)]),
        (11, [(4, 7, "other is None", False), (2, 4, "debug and ready", False)]),
        (14, [(13, 8, "later", True)]),
    ],
)
def test_conditions_are_told_with_place_and_outcome(line, branches):
    question = Question("branches", line)
    assert [tuple(one) for one in json.loads(answers(CODE, [question])[question].note)] == branches


def test_inner_condition_comes_first():
    question = Question("branches", 10)
    first = json.loads(answers(CODE, [question])[question].note)[0]
    assert (first[0], first[1], first[3]) == (7, 8, True)
    assert first[2].startswith("deep(")


@pytest.mark.parametrize("line", [1, 17])
def test_statement_under_no_condition(line):
    question = Question("branches", line)
    assert answers(CODE, [question])[question].verdict is Verdict.REFUTED
