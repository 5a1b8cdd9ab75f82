"""Names that have to be true where a statement runs."""

import pytest

from statelint.syntax.batch import Question, Verdict, answers

CODE = """\
def get(url, use_cache=False, debug=False):
    if use_cache:
        CACHE[url] = 1
    if use_cache and (debug and url in SEEN):
        CACHE[url] = 2
    if use_cache or debug:
        CACHE[url] = 3
    if not use_cache:
        CACHE[url] = 4
    if use_cache:
        pass
    else:
        CACHE[url] = 5
    if use_cache:
        def later():
            CACHE[url] = 6
"""


@pytest.mark.parametrize(
    ("line", "names"), [(3, "use_cache"), (5, "use_cache debug"), (7, None), (9, None), (13, None), (16, None)]
)
def test_needs_true(line, names):
    question = Question("needs_true", line, 9)
    answer = answers(CODE, [question])[question]
    assert (answer.note if answer.verdict is Verdict.CONFIRMED else None) == names
