"""Statements that run only until a shared name is set beside them."""

import pytest

from statelint.syntax.batch import Question, Verdict, answers

CODE = """\
APP = None

class Shop:
    _prices = None

    def prices(self):
        if not self._prices:
            self.load()
            self._prices = True
        if Shop._prices is None:
            Shop.load(self)
            Shop._prices = {}

def app(path, made=None):
    global APP
    if APP is None:
        check(path)
        APP = make(path)
    if made is None:
        check(path)
        made = make(path)
    if APP is None:
        check(path)
    if APP is not None:
        check(path)
        APP = make(path)
    if APP is not None:
        return APP
    check(path)
    APP = make(path)
"""


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (8, ""), (11, ""), (17, "APP"), (18, "APP"), (20, ""), (23, ""), (25, ""), (29, "APP"),
    ],
)  # fmt: skip
def test_statement_runs_until_the_name_is_set(line, name):
    question = Question("first_run", line)
    answer = answers(CODE, [question])[question]
    assert answer.verdict is (Verdict.CONFIRMED if name else Verdict.REFUTED)
    assert not name or answer.note == name


def test_no_statement():
    question = Question("first_run", 99)
    assert answers(CODE, [question])[question].verdict is Verdict.UNKNOWN
