"""Statements that run only where a file or folder is not there yet."""

import pytest

from statelint.syntax.batch import Question, Verdict, answers

CODE = """\
def settings(path):
    if not path.exists():
        path.write_text("{}")
    if os.path.isfile(path):
        path.write_text("{}")
    else:
        with open(path, "w") as out:
            out.write("{}")
    if not path:
        path.write_text("{}")
    path.write_text("{}")
"""


@pytest.mark.parametrize(("line", "missing"), [(3, True), (5, False), (7, True), (8, True), (10, False), (11, False)])
def test_line_runs_where_the_file_is_missing(line, missing):
    question = Question("only_if_missing", line)
    expected = Verdict.CONFIRMED if missing else Verdict.REFUTED
    assert answers(CODE, [question])[question].verdict is expected


def test_no_statement():
    question = Question("only_if_missing", 12)
    assert answers(CODE, [question])[question].verdict is Verdict.UNKNOWN
