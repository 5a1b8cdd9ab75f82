"""Statements that run after every success of their function, or only to mend a failure."""

import pytest

from statelint.syntax.batch import Question, Verdict, answers

CODE = """\
def convert(path):
    try:
        work(path)
        remove(path)
    except OSError:
        remove(path)
        raise
    else:
        remove(path)
    finally:
        remove(path)


try:
    import fast
except ImportError:
    def convert(path):
        remove(path)
"""


@pytest.mark.parametrize(("line", "anyway"), [(4, True), (6, False), (9, True), (11, True), (18, True)])
def test_line_runs_after_success(line, anyway):
    question = Question("runs_anyway", line)
    expected = Verdict.CONFIRMED if anyway else Verdict.REFUTED
    assert answers(CODE, [question])[question].verdict is expected


def test_no_statement():
    question = Question("runs_anyway", 12)
    assert answers(CODE, [question])[question].verdict is Verdict.UNKNOWN


BRANCHES = """\
def upload(path):
    save(path)
    if not fits(path):
        remove(path)
        return "too large"
    if empty(path):
        remove(path)
        raise ValueError(path)
    if there(path):
        remove(path)
    if small(path):
        save(path)
        remove(path)
        return "small"
    return "ok"
"""


@pytest.mark.parametrize(
    ("line", "written", "anyway"),
    [
        (4, "2", False),
        (4, "", True),
        (7, "2", False),
        (7, "", False),
        (10, "2", True),
        (13, "12", True),
        (13, "2", False),
    ],
)
def test_branch_that_ends_the_function_is_another_way(line, written, anyway):
    question = Question("runs_anyway", line, 0, written)
    expected = Verdict.CONFIRMED if anyway else Verdict.REFUTED
    assert answers(BRANCHES, [question])[question].verdict is expected


WAYS = """\
def keep(path, hidden):
    if not hidden:
        try:
            save(path)
            return True
        except OSError:
            return False
    save(path + ".hidden")
    if there(path):
        remove(path)
    return True
"""


@pytest.mark.parametrize(("written", "anyway"), [("4", False), ("8", True)])
def test_way_of_the_write_ends_before(written, anyway):
    question = Question("runs_anyway", 10, 0, written)
    expected = Verdict.CONFIRMED if anyway else Verdict.REFUTED
    assert answers(WAYS, [question])[question].verdict is expected
